import type { Claim, Page, Promotion, Settlement, StudyStore } from "../../lib/store/study-store.ts";
import { pastTrial } from "../../lib/study/history.ts";
import { NANO, nanoUsd } from "../../lib/study/price/money.ts";
import type { Study, Trial } from "../../lib/study/records.ts";
import type { StudySpec } from "../../lib/study/spec.ts";
import { doneCount } from "../../lib/study/stopping.ts";
import {
  addable,
  amended,
  begun,
  broughtIn,
  type Control,
  cancelled,
  claimed,
  createdWith,
  deletable,
  EXPIRED_LIMIT,
  isBetter,
  KEY_LIFE_MS,
  keyReused,
  leased,
  mayAdd,
  moved,
  noStudy,
  noTrial,
  opening,
  paused,
  promoted,
  proposed,
  readyAt,
  readyWith,
  renewed,
  requeued,
  settled,
} from "../arrows.ts";
import { type Charge, chargeOf, fits, levelOf, overrunEvent, spentEvents } from "../money.ts";
import { bestEvent, confirmedEvent, movedEvent, pacedEvent, trialEvent } from "../story.ts";
import { type Location, openDatabase } from "./database.ts";
import { eventTable } from "./event-table.ts";
import { measurementTable } from "./measurement-table.ts";
import { type Progress, progressTable, recount, recountReplicates } from "./progress-table.ts";
import { studyTable } from "./study-table.ts";
import { sweepTable } from "./sweep-table.ts";
import { trialTable } from "./trial-table.ts";

/** Above every list key: they begin with a digit. */
const NEWEST = "~";

/**
 * The store of a laptop: one SQLite file, `pegbox.db`, that several processes may open at once. Each method is one
 * transaction of about 0.1 ms, done before its promise is returned.
 *
 * @param location `directory` is created where it is missing; `durable` makes every transaction survive a power cut,
 *   at the price of a disk flush each; `memory` is a store of its own that ends with `close`.
 * @throws {PegboxError} `UNAVAILABLE` when a newer version wrote the file; any method: `STATE_BUSY` when another
 *   process keeps the file locked.
 */
export function openSqliteStore(location: Location): StudyStore {
  const db = openDatabase(location);
  const studies = studyTable(db);
  const progresses = progressTable(db);
  const trials = trialTable(db);
  const events = eventTable(db);

  const forgetKeys = db.prepare("DELETE FROM idempotency WHERE expires_at <= ?");
  const selectKey = db.prepare("SELECT hash, study, trial FROM idempotency WHERE value = ?");
  const insertKey = db.prepare(
    "INSERT INTO idempotency (value, hash, study, trial, expires_at) VALUES (?, ?, ?, ?, ?)",
  );
  const selectClaim = db.prepare("SELECT number FROM claim WHERE study = ? AND epoch = ? AND slot = ? AND seq = ?");
  const insertClaim = db.prepare("INSERT INTO claim (study, epoch, slot, seq, number) VALUES (?, ?, ?, ?, ?)");

  function study(id: string): Study {
    const found = studies.read(id);
    if (found === null) throw noStudy(id);
    return found;
  }

  function change(key: number, before: Progress, next: Control): void {
    progresses.write(key, { ...before, ...next });
    if (next.confirmation !== before.confirmation) events.add(key, confirmedEvent(next));
    events.add(key, movedEvent(before, next));
  }

  function tellBest(key: number, before: Progress, after: Progress, { number, metrics }: Trial, at: number): void {
    if (after.best !== before.best) events.add(key, bestEvent({ trial: number, metrics: metrics ?? {} }, at));
  }

  function tellMoney(
    key: number,
    { toldPercent }: Progress,
    { capUsd, spentUsd }: Progress,
    { number, charge, at }: { readonly number: number; readonly charge: Charge; readonly at: number },
  ): void {
    if (capUsd === null) return;
    events.add(key, overrunEvent(charge, number, at));
    for (const event of spentEvents(nanoUsd(spentUsd), nanoUsd(capUsd), toldPercent, at)) events.add(key, event);
  }

  type Effect = (progress: Progress, after: Trial) => Progress;

  /** Runs an arrow of a trial, as part of a transaction: both rows are read, and written where the arrow's condition holds. */
  function alter(
    id: string,
    number: number,
    at: number,
    arrow: (trial: Trial) => Trial | null,
    effect: Effect = (progress) => progress,
  ): { readonly trial: Trial; readonly changed: boolean } {
    const key = studies.keyOf(id);
    const before = trials.read(key, number);
    if (before === null) throw noTrial(id, number);
    const after = arrow(before);
    if (after === null) return { trial: before, changed: false };
    const progress = progresses.read(key);
    const counts = recount(progress.counts, before.state, after.state);
    trials.write(key, after);
    const charge = chargeOf(before, after);
    const replicates = recountReplicates(progress.replicates, after);
    const next = effect(withCharge({ ...progress, counts, replicates, updatedAt: at }, charge), after);
    progresses.write(key, next);
    events.add(key, trialEvent(before, after, at));
    tellBest(key, progress, next, after, at);
    tellMoney(key, progress, next, { number, charge, at });
    return { trial: after, changed: true };
  }

  function settle(
    id: string,
    number: number,
    settlement: Settlement,
  ): { readonly trial: Trial; readonly settled: boolean } {
    const arrow = (trial: Trial): Trial | null => settled(trial, settlement);
    const effect: Effect = (progress, after) => withResult(progress, after, settlement);
    const { trial, changed } = alter(id, number, settlement.at, arrow, effect);
    return { trial, settled: changed };
  }

  function claimNext(id: string, claim: Claim): Trial | null {
    const key = studies.keyOf(id);
    const given = selectClaim.get(key, claim.epoch, claim.slot, claim.seq)?.[0];
    if (given !== undefined) return trials.read(key, given as number);
    const progress = progresses.read(key);
    const { status, generation, epoch } = progress;
    if (status !== "RUNNING" || generation !== claim.generation || epoch !== claim.epoch) return null;
    if (!affords(progress, claim)) return null;

    const trial = start(key, progress, claim.at, (before) => claimed(before, claim));
    if (trial !== null) insertClaim.run(key, claim.epoch, claim.slot, claim.seq, trial.number);
    return trial;
  }

  /** Starts the next ready trial of the open epoch; null where none is left, and what was passed over is not looked at again. */
  function start(key: number, progress: Progress, at: number, arrow: (trial: Trial) => Trial | null): Trial | null {
    const { ready } = studies.epoch(key, progress.epoch, progress.created);
    for (let taken = progress.taken; ; taken++) {
      const number = readyAt(ready, taken);
      if (number === null) {
        if (taken > progress.taken) progresses.write(key, { ...progress, taken });
        return null;
      }
      const before = trials.read(key, number);
      const after = before === null ? null : arrow(before);
      if (before === null || after === null) continue;
      trials.write(key, after);
      const counts = recount(progress.counts, "PROPOSED", "RUNNING");
      const charge = chargeOf(before, after);
      progresses.write(key, { ...withCharge(progress, charge), taken: taken + 1, counts, updatedAt: at });
      return after;
    }
  }

  function promote(key: number, promotion: Promotion): boolean {
    const before = trials.read(key, promotion.number);
    const after = before === null ? null : promoted(before, promotion);
    if (after !== null) trials.write(key, after);
    return after !== null;
  }

  return {
    async createStudy(id, spec, at, key) {
      return db.write(() => {
        forgetKeys.run(at);
        const [hash, first] = (key === undefined ? undefined : selectKey.get(key.value)) ?? [];
        if (hash !== undefined && hash !== key?.hash) throw keyReused(key?.value ?? "");
        if (first !== undefined) return { study: study(first as string), created: false };
        if (studies.has(id)) return { study: study(id), created: false };
        const added = studies.insert(id, spec, at);
        progresses.insert(added, spec.budget.usd ?? null, at);
        events.add(added, { type: "created", at });
        if (key !== undefined) insertKey.run(key.value, key.hash, id, null, at + KEY_LIFE_MS);
        return { study: study(id), created: true };
      });
    },

    async getStudy(id) {
      return studies.read(id);
    },

    async listStudies({ limit, after, name }): Promise<Page<Study>> {
      const rows = studies.list(after ?? NEWEST, name ?? null, limit + 1);
      const items = rows.slice(0, limit);
      return {
        items: items.map(({ id }) => study(id)),
        next: rows.length > limit ? (items.at(-1)?.listKey ?? null) : null,
      };
    },

    async beginGeneration(id, begin) {
      return db.write(() => {
        const key = studies.keyOf(id);
        const progress = progresses.read(key);
        const { next, admitted } = begun(progress, begin);
        if (next !== null) change(key, progress, next);
        return admitted;
      });
    },

    async openEpoch(id, wanted) {
      const key = studies.keyOf(id);
      db.write(() => {
        const progress = progresses.read(key);
        if (opening(id, progress, wanted) === "open") {
          const added = wanted.proposals.filter((proposal) => trials.insert(key, proposed(proposal))).length;
          const risen = (wanted.promotions ?? []).filter((promotion) => promote(key, promotion)).length;
          studies.openEpoch(key, wanted);
          events.add(key, pacedEvent(wanted));
          progresses.write(key, {
            ...progress,
            epoch: wanted.number,
            taken: 0,
            created: createdWith(progress.created, wanted.proposals),
            counts: {
              ...progress.counts,
              proposed: progress.counts.proposed + added + risen,
              paused: progress.counts.paused - risen,
            },
            updatedAt: wanted.at,
          });
        }
      });
      return studies.epoch(key, wanted.number, progresses.read(key).created);
    },

    async addProposals(id, wanted) {
      return db.write(() => {
        const key = studies.keyOf(id);
        const progress = progresses.read(key);
        if (!addable(progress, wanted)) return false;
        const { ready } = studies.epoch(key, progress.epoch, progress.created);
        const added = wanted.proposals.filter((proposal) => trials.insert(key, proposed(proposal))).length;
        studies.makeReady(key, progress.epoch, readyWith(ready, wanted.proposals));
        progresses.write(key, {
          ...progress,
          created: createdWith(progress.created, wanted.proposals),
          counts: { ...progress.counts, proposed: progress.counts.proposed + added },
          updatedAt: wanted.at,
        });
        return true;
      });
    },

    async addTrial(id, addition) {
      const { proposals, settlement, key: memory, at } = addition;
      return db.write(() => {
        const key = studies.keyOf(id);
        forgetKeys.run(at);
        const [hash, , first] = (memory === undefined ? undefined : selectKey.get(memory.value)) ?? [];
        if (hash !== undefined && hash !== memory?.hash) throw keyReused(memory?.value ?? "");
        const again = hash === undefined ? null : trials.read(key, first as number);
        if (again !== null) return { trial: again, outcome: "repeated" };
        const progress = progresses.read(key);
        if (!mayAdd(progress, addition)) return null;
        const last = proposals.at(-1)!;
        const made = proposals.map(proposed);
        const trial = settlement === undefined ? made.at(-1)! : broughtIn(last, settlement);
        for (const one of [...made.slice(0, -1), trial]) trials.insert(key, one);
        const waiting = settlement === undefined ? proposals : proposals.slice(0, -1);
        const { ready } = studies.epoch(key, progress.epoch, progress.created);
        if (waiting.length > 0) studies.makeReady(key, progress.epoch, readyWith(ready, waiting));
        const counts = { ...progress.counts, proposed: progress.counts.proposed + proposals.length };
        const grown = {
          ...progress,
          created: createdWith(progress.created, proposals),
          counts: recount(counts, "PROPOSED", trial.state),
          added: progress.added + 1,
          imported: progress.imported + (settlement === undefined ? 0 : 1),
          updatedAt: at,
        };
        const charge = chargeOf(made.at(-1)!, trial);
        const paid = withCharge(grown, charge);
        const next = settlement === undefined ? paid : withResult(paid, trial, settlement);
        progresses.write(key, next);
        tellBest(key, progress, next, trial, at);
        tellMoney(key, progress, next, { number: trial.number, charge, at });
        if (memory !== undefined) insertKey.run(memory.value, memory.hash, id, trial.number, at + KEY_LIFE_MS);
        return { trial, outcome: "added" };
      });
    },

    async claimTrial(id, claim) {
      return db.write(() => claimNext(id, claim));
    },

    async settleAndClaim(id, number, settlement, claim) {
      return db.write(() => ({ ...settle(id, number, settlement), claimed: claimNext(id, claim) }));
    },

    async leaseTrials(id, leasing) {
      return db.write(() => {
        const key = studies.keyOf(id);
        const given = [...trials.readLeased(key, leasing.client, leasing.count)];
        while (leasing.starts && given.length < leasing.count) {
          const progress = progresses.read(key);
          if (progress.status !== "RUNNING" || !affords(progress, leasing)) break;
          const trial = start(key, progress, leasing.at, (before) => leased(before, leasing));
          if (trial === null) break;
          given.push(trial);
        }
        return given;
      });
    },

    async renewLease(id, number, renewal) {
      return db.write(() => {
        const key = studies.keyOf(id);
        const before = trials.read(key, number);
        if (before === null) throw noTrial(id, number);
        const after = renewed(before, renewal);
        if (after !== null) trials.write(key, after);
        return after ?? before;
      });
    },

    async readExpired(id, at) {
      return studies.has(id) ? trials.readExpired(studies.keyOf(id), at, EXPIRED_LIMIT) : [];
    },

    async settleTrial(id, number, settlement) {
      return db.write(() => settle(id, number, settlement));
    },

    async pauseTrial(id, number, pause) {
      const arrow = (trial: Trial): Trial | null => paused(trial, pause);
      const { trial, changed } = db.write(() => alter(id, number, pause.at, arrow));
      return { trial, paused: changed };
    },

    async requeueTrial(id, number, requeue) {
      return db.write(() => alter(id, number, requeue.at, (trial) => requeued(trial, requeue))).changed;
    },

    async cancelTrials(id, numbers, reason, at) {
      const cancels = (number: number): boolean =>
        alter(id, number, at, (trial) => cancelled(trial, reason, at)).changed;
      return db.write(() => numbers.filter(cancels));
    },

    async moveStudy(id, move) {
      return db.write(() => {
        const key = studies.keyOf(id);
        const progress = progresses.read(key);
        const next = moved(progress, move);
        if (next !== null) change(key, progress, next);
        return next !== null;
      });
    },

    async amendStudy(id, { spec, reason, amendments, at }) {
      return db.write(() => {
        const found = study(id);
        const changes = amended(found.spec, spec);
        if (changes === null) return found;
        if (amendments !== undefined && amendments !== found.amendments) return null;
        const key = studies.keyOf(id);
        studies.replaceSpec(key, { ...found.spec, ...spec });
        progresses.write(key, { ...withCap(progresses.read(key), { ...found.spec, ...spec }), updatedAt: at });
        events.add(key, { type: "amended", at, reason, changes });
        return study(id);
      });
    },

    async deleteStudy(id) {
      return db.write(() => {
        if (!studies.has(id)) return false;
        const key = studies.keyOf(id);
        deletable(id, progresses.read(key).status);
        studies.remove(key, id);
        return true;
      });
    },

    async readEvents(id, { limit, after }) {
      const rows = studies.has(id) ? events.read(studies.keyOf(id), Number(after ?? 0), limit + 1) : [];
      const items = rows.slice(0, limit);
      return {
        items: items.map(({ event }) => event),
        next: rows.length > limit ? String(items.at(-1)?.number) : null,
      };
    },

    async improveBest(id, best, at) {
      db.write(() => {
        const key = studies.keyOf(id);
        const progress = progresses.read(key);
        if (!isBetter(best, progress.best)) return;
        progresses.write(key, { ...withBest(progress, best.trial, best.score), updatedAt: at });
        events.add(key, bestEvent(best, at));
      });
    },

    async getTrial(id, number) {
      return studies.has(id) ? trials.read(studies.keyOf(id), number) : null;
    },

    async readTrials(id, range) {
      return studies.has(id) ? trials.readRange(studies.keyOf(id), range) : [];
    },

    async readHistory(id, { to, learned }) {
      const range = { from: 1, to };
      return studies.has(id)
        ? trials.readRange(studies.keyOf(id), range).map((trial) => pastTrial(trial, learned))
        : [];
    },

    ...measurementTable(db, studies),
    ...sweepTable(db),

    async close() {
      db.close();
    },
  };
}

/** How many per cent of its cap a study has come to is kept with what it has spent. */
function withCharge(progress: Progress, { spent, reserved }: Charge): Progress {
  const { capUsd, toldPercent } = progress;
  const paid = nanoUsd(progress.spentUsd) + spent;
  return {
    ...progress,
    spentUsd: paid / NANO,
    reservedUsd: (nanoUsd(progress.reservedUsd) + reserved) / NANO,
    toldPercent: capUsd === null ? 0 : Math.max(toldPercent, levelOf(paid, nanoUsd(capUsd))),
  };
}

function affords(progress: Progress, { meter }: Pick<Claim, "meter">): boolean {
  const { capUsd } = progress;
  if (capUsd === null) return true;
  const worst = meter?.reservedUsd ?? null;
  return worst !== null && fits(capUsd, progress, worst);
}

function withCap(progress: Progress, { budget }: StudySpec): Progress {
  const capUsd = budget.usd ?? null;
  if (capUsd === progress.capUsd) return progress;
  const toldPercent = capUsd === null ? 0 : levelOf(nanoUsd(progress.spentUsd), nanoUsd(capUsd));
  return { ...progress, capUsd, toldPercent };
}

function withResult(progress: Progress, { number, source }: Trial, settlement: Settlement): Progress {
  const score = source === "replicate" ? null : settlement.score;
  const better = score !== null && isBetter({ score, trial: number }, progress.best);
  return better ? withBest(progress, number, score) : progress;
}

function withBest(progress: Progress, trial: number, score: number): Progress {
  return { ...progress, best: { trial, score }, endedAtBest: doneCount(progress) };
}
