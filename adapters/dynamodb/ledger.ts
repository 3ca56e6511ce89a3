import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { StudyStore } from "../../lib/store/study-store.ts";
import { type PastTrial, pastTrial } from "../../lib/study/history.ts";
import { ENDED } from "../../lib/study/states.ts";
import type { Item } from "./connection.ts";
import { ABSENT, type Context } from "./context.ts";
import { type Key, pad } from "./keys.ts";
import { readNumbers, readRange } from "./trials.ts";

/**
 * So many trials have to have ended since the last page until there is another: an item is charged by the kilobyte, and of a
 * trial with ten parameters some 150 bytes are left, so that it costs a sixth of a write unit.
 */
const PAGE_FROM = 32;

/** Characters of a page before it is compressed, below the 400 KB of an item however little that does. */
const PAGE_CHARACTERS = 300_000;

/** A page of the ledger of what trials have come to; never written again. */
export interface Page {
  /** From 1. */
  readonly number: number;
  /** Of the trials up to this number, these pages hold those that have ended, but for cancelled ones and for … */
  readonly to: number;
  /** … these, which had not ended when this page was written; in order. */
  readonly open: readonly number[];
  readonly trials: readonly PastTrial[];
}

/**
 * What strategies read at every turn, in a few large items in place of one for each trial: a tenth of the read units, and a page of
 * a query for thousands of trials. The ledger is written by whoever reads, of what has ended since, when it is enough for a page;
 * of several who read at once one writes. It follows from the trials: where a page is missing they are read.
 */
export function ledger(context: Context): Pick<StudyStore, "readHistory"> {
  const { db, keys } = context;
  return {
    async readHistory(id, { to, learned }) {
      const pages = (await db.query(keys.ledger(id))).map(toPage);
      const last = pages.at(-1) ?? NONE;
      const rest = await Promise.all([
        readNumbers(context, id, last.open),
        readRange(context, id, { from: last.to + 1, to }),
      ]);
      const read = rest
        .flat()
        .map((trial) => pastTrial(trial, learned))
        .sort((a, b) => a.number - b.number);
      for (const page of newPages(last, read, to)) {
        if (!(await db.put(fromPage(keys.ledger(id), page), ABSENT))) break; // another reader's is as good
      }
      return [...pages.flatMap(({ trials }) => trials), ...read]
        .filter(({ number }) => number <= to)
        .sort((a, b) => a.number - b.number);
    },
  };
}

const NONE: Page = { number: 0, to: 0, open: [], trials: [] };

/**
 * The pages that come after the last: none while too little has ended.
 *
 * @param read all trials up to `to` that are not on a page, in order of number
 */
export function newPages(last: Page, read: readonly PastTrial[], to: number): readonly Page[] {
  const pages: Page[] = [];
  let before = last;
  let rest = read.filter(({ state }) => state !== "CANCELLED");
  while (rest.filter(hasEnded).length >= PAGE_FROM) {
    before = pageAfter(before, rest, to);
    pages.push(before);
    const written = new Set(before.trials);
    rest = rest.filter((trial) => !written.has(trial));
  }
  return pages;
}

const hasEnded = ({ state }: PastTrial): boolean => ENDED.has(state);

/** As many of those that have ended as there is room for, one at least. */
function pageAfter(before: Page, rest: readonly PastTrial[], to: number): Page {
  const trials: PastTrial[] = [];
  let room = PAGE_CHARACTERS;
  const beyond = rest.filter(hasEnded).find((trial) => {
    room -= JSON.stringify(trial).length;
    if (room < 0 && trials.length > 0) return true;
    trials.push(trial);
    return false;
  });
  const reached = Math.max(before.to, beyond === undefined ? to : beyond.number - 1);
  const written = new Set(trials);
  const open = rest.filter((trial) => trial.number <= reached && !written.has(trial)).map(({ number }) => number);
  return { number: before.number + 1, to: reached, open, trials };
}

function fromPage(pk: string, { number, to, open, trials }: Page): Item & Key {
  return { pk, sk: pad(number, 8), to, page: deflateRawSync(JSON.stringify({ open, trials })) };
}

function toPage(item: Item): Page {
  const { open, trials } = JSON.parse(inflateRawSync(item["page"] as Uint8Array).toString()) as Page;
  return { number: Number(item["sk"]), to: item["to"] as number, open, trials };
}
