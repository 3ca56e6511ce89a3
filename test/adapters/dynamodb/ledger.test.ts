import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newPages, type Page } from "../../../adapters/dynamodb/ledger.ts";
import { type PastTrial, pastTrial } from "../../../lib/study/history.ts";
import type { TrialState } from "../../../lib/study/states.ts";
import { aTrial } from "../../lib/study/records-builder.ts";

const NONE: Page = { number: 0, to: 0, open: [], trials: [] };
const LEARNED = new Set(["error"]);

const past = (number: number, state: TrialState, more: object = {}): PastTrial =>
  pastTrial(aTrial({ number, state, ...more }), LEARNED);

const numbers = (trials: readonly PastTrial[]): number[] => trials.map(({ number }) => number);

/** What a reader of these pages has to read beside them. */
function unread(last: Page, states: readonly TrialState[]): PastTrial[] {
  const rest = states.flatMap((_, i) => (i + 1 > last.to || last.open.includes(i + 1) ? [i + 1] : []));
  return rest.map((number) => past(number, states[number - 1]!));
}

describe("the pages of a ledger", () => {
  it("begin when enough has ended, and hold what had by then", () => {
    const trials = Array.from({ length: 40 }, (_, i) => past(i + 1, i % 5 === 0 ? "RUNNING" : "SUCCEEDED"));
    expect(newPages(NONE, trials.slice(0, 38), 38)).toEqual([]);
    const [page, ...others] = newPages(NONE, trials, 40);
    expect(others).toEqual([]);
    expect(page).toMatchObject({ number: 1, to: 40, open: [1, 6, 11, 16, 21, 26, 31, 36] });
    expect(page?.trials).toHaveLength(32);
  });

  it("leave out what was cancelled", () => {
    const trials = Array.from({ length: 40 }, (_, i) => past(i + 1, i < 35 ? "FAILED" : "CANCELLED"));
    const [page] = newPages(NONE, trials, 40);
    expect(page).toMatchObject({ to: 40, open: [] });
    expect(numbers(page?.trials ?? [])).toEqual(Array.from({ length: 35 }, (_, i) => i + 1));
    expect(newPages(page!, trials.slice(35), 40)).toEqual([]);
  });

  it("are as many as they are full", () => {
    const long = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`parameter${i}`, i / 3]));
    const trials = Array.from({ length: 90 }, (_, i) =>
      past(i + 1, i === 1 ? "RUNNING" : "SUCCEEDED", { parameters: long }),
    );
    const pages = newPages(NONE, trials, 90);
    expect(pages.length).toBeGreaterThan(1);
    for (const { trials: written } of pages) expect(JSON.stringify(written).length).toBeLessThan(320_000);
    const [last] = pages.slice(-1);
    const written = pages.flatMap((page) => numbers(page.trials));
    const left = trials.map(({ number }) => number).filter((n) => n > last!.to || last!.open.includes(n));
    expect([...written, ...left].sort((a, b) => a - b)).toEqual(numbers(trials));
  });

  it("and what they do not hold are every trial once, in whatever order trials end and readers come", () => {
    const look = fc.record({
      more: fc.nat({ max: 40 }),
      ends: fc.array(fc.tuple(fc.nat(), fc.constantFrom<TrialState>("SUCCEEDED", "FAILED", "CANCELLED", "PAUSED")), {
        maxLength: 60,
      }),
      late: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(look, { maxLength: 12 }), (looks) => {
        const states: TrialState[] = [];
        const pages: Page[] = [];
        const last = (): Page => pages.at(-1) ?? NONE;
        for (const { more, ends, late } of looks) {
          states.push(...Array.from({ length: more }, (): TrialState => "RUNNING"));
          for (const [pick, state] of ends) {
            const number = pick % Math.max(1, states.length);
            if (["RUNNING", "PAUSED"].includes(states[number] ?? "")) states[number] = state;
          }
          // one who saw fewer trials than there are by now
          const to = late ? Math.max(0, states.length - 3) : states.length;
          const seen = unread(last(), states).filter(({ number }) => number <= Math.max(to, last().to));
          pages.push(...newPages(last(), seen, to));
          const written = pages.flatMap((page) => numbers(page.trials));
          const rest = numbers(unread(last(), states));
          const all = [...written, ...rest].sort((a, b) => a - b);
          const wanted = states.flatMap((state, i) => (state === "CANCELLED" ? [] : [i + 1]));
          expect(all.filter((number) => states[number - 1] !== "CANCELLED")).toEqual(wanted);
          expect(pages.map(({ number }) => number)).toEqual(pages.map((_, i) => i + 1));
        }
      }),
    );
  });
});
