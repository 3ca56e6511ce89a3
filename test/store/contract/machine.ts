import fc from "fast-check";
import { expect, it } from "vitest";
import { PegboxError } from "../../../lib/errors/pegbox-error.ts";
import type { FloatParameter } from "../../../lib/space/parameter.ts";
import type { Claim, Page, Promotion, Settlement, StudyStore } from "../../../lib/store/study-store.ts";
import type { StudyEvent } from "../../../lib/study/events.ts";
import type { Meter } from "../../../lib/study/price/meter.ts";
import { AMENDED, claim, failure, NOON, proposals, running, spec, success } from "../fixtures.ts";
import { type Arrows, Model } from "../model.ts";
import { CONFIRMATION, CONFIRMS, replicate } from "./replicates.ts";

/** One call; what it says of numbers is made to fit the study as it stands when the call is made. */
type Call = (arrows: Arrows, model: Model, at: number) => Promise<unknown>;

const ID = "s";
const REASON = { code: "R", message: "why" };
const OUT_OF_MEMORY = { code: "OUT_OF_MEMORY", message: "killed" };
const small = fc.integer({ min: 0, max: 3 });
const lease = fc.tuple(small, small, small).map(([epoch, slot, seq]) => `e${epoch}/s${slot}/${seq}`);
const status = fc.constantFrom("CREATED", "RUNNING", "PAUSING", "PAUSED", "STOPPING", "STOPPED", "COMPLETED");
const within = fc.integer({ min: 0, max: 999 });

const begins = fc.tuple(small, small).map(
  ([step, execution]): Call =>
    (arrows, model, at) =>
      arrows.beginGeneration(ID, {
        generation: model.study().generation + (step === 3 ? -1 : Math.min(step, 1)),
        execution: `x${model.study().generation + Math.min(step, 1) + (execution === 3 ? 9 : 0)}`,
        at,
      }),
);

/** Some trials, to three times their fidelity; one in three to less than they have. */
function climbers(model: Model, created: number, pick: number): Promotion[] {
  if (created === 0) return [];
  return [1 + (pick % created), 1 + ((7 * pick) % created)].map((number) => {
    const { fidelity } = model.trials.get(number) ?? { fidelity: null };
    return { number, fidelity: pick % 3 === 0 ? 0.5 : 3 * (fidelity ?? 1) };
  });
}

const opens = fc.record({ count: small, skip: within, stale: small, number: small, late: small }).map(
  ({ count, skip, stale, number, late }): Call =>
    (arrows, model, at) => {
      const { created, generation, epoch } = model.study();
      const from = 1 + (skip % (created + 1));
      return arrows.openEpoch(ID, {
        generation: generation - (stale === 3 ? 1 : 0),
        number: epoch.number + (number === 3 ? 0 : 1),
        created: created - (late === 3 ? 1 : 0),
        // every second trial has a fidelity, every third is a replicate
        proposals: proposals(created + 1, count)
          .map((p) => (p.number % 2 === 0 ? { ...p, fidelity: 1 } : p))
          .map((p) => (p.number % 3 === 0 ? replicate(p) : p)),
        promotions: climbers(model, created, skip),
        ready: [{ from, to: created + count }, ...(from > 1 ? [{ from: 1, to: from - 1 }] : [])],
        slots: 2,
        trialsPerSlot: 2,
        ...(count === 3 ? { reason: REASON } : {}),
        ...(late === 1 ? { confirms: CONFIRMS } : {}),
        at,
      });
    },
);

const adds = fc.record({ count: fc.integer({ min: 1, max: 3 }), stale: small, number: small, late: small }).map(
  ({ count, stale, number, late }): Call =>
    (arrows, model, at) => {
      const { created, generation, epoch } = model.study();
      return arrows.addProposals(ID, {
        generation: generation - (stale === 3 ? 1 : 0),
        epoch: epoch.number - (number === 3 ? 1 : 0),
        created: created - (late === 3 ? 1 : 0),
        proposals: proposals(created + 1, count),
        at,
      });
    },
);

const asks = fc
  .record({
    stale: small,
    finished: fc.boolean(),
    key: small,
    score: fc.integer({ min: -3, max: 3 }),
    costUsd: fc.constantFrom(null, null, 2),
  })
  .map(
    ({ stale, finished, key, score, costUsd }): Call =>
      (arrows, model, at) => {
        const { created } = model.study();
        return arrows.addTrial(ID, {
          created: created - (stale === 3 ? 1 : 0),
          proposals: proposals(created + 1, 1).map((p) => ({ ...p, source: finished ? "import" : "enqueue" })),
          ...(finished ? { settlement: success(score, { costUsd, at }) } : {}),
          ...(key < 2 ? {} : { key: { value: `${ID}-${key}`, hash: stale === 2 ? "other" : "same" } }),
          at,
        });
      },
  );

/** A quarter of a second: by a quarter of a dollar it makes sixteenths. */
const STEP_MS = 250;

/** All amounts and times are such that sums of them are exact. */
const meter = fc.option(
  fc.record({
    usdPerSecond: fc.constantFrom(0, 0.25),
    usdPerAttempt: fc.constantFrom(0, 0.5),
    reservedUsd: fc.constantFrom(null, 0.5, 1, 4),
  }),
);

const claimOf = (model: Model, at: number, { slot, seq, stale, given, bigger = 0 }: Claimed): Claim => {
  const { generation, epoch } = model.study();
  return {
    ...{ generation, epoch: epoch.number - (stale === 3 ? 1 : 0), slot, seq, at },
    lease: `e${epoch.number % 4}/s${slot}/${seq}`,
    ...metered(given),
    bigger: Array.from({ length: bigger }, (_, i) => ({
      runner: `bigger${i}`,
      ...metered(given === null ? null : { ...given, usdPerSecond: 0.25 * (2 + i) }),
    })),
  };
};

interface Claimed {
  readonly slot: number;
  readonly seq: number;
  readonly stale: number;
  readonly given: Meter | null;
  /** How many. */
  readonly bigger?: number;
}

const metered = (given: Meter | null): Pick<Claim, "meter"> => (given === null ? {} : { meter: given });

const claims = fc
  .record({ slot: small, seq: small, stale: small, given: meter, bigger: fc.integer({ min: 0, max: 2 }) })
  .map(
    (made): Call =>
      (arrows, model, at) =>
        arrows.claimTrial(ID, claimOf(model, at, made)),
  );

const leasings = fc.tuple(small, small, small, meter).map(
  ([client, count, patience, given]): Call =>
    (arrows, _model, at) =>
      arrows.leaseTrials(ID, {
        ...{ client: `w${client}`, count: 1 + count, starts: count < 3, until: at + 3 * STEP_MS * patience, at },
        ...(given === null ? {} : { meter: given }),
      }),
);

const numberOf = (model: Model, pick: number): number => 1 + (pick % (model.study().created + 1));
const leaseOf = (model: Model, number: number, other: string, holder: boolean): string | null =>
  holder ? (model.trials.get(number)?.lease ?? null) : other;

const renewals = fc.record({ pick: within, other: lease, holder: fc.boolean(), patience: small }).map(
  ({ pick, other, holder, patience }): Call =>
    (arrows, model, at) => {
      const number = numberOf(model, pick);
      const held = leaseOf(model, number, other, holder) ?? other;
      return arrows.renewLease(ID, number, { lease: held, until: at + 3 * STEP_MS * patience });
    },
);

const settlements = fc
  .record({
    pick: within,
    state: fc.constantFrom("SUCCEEDED", "SUCCEEDED", "INFEASIBLE", "FAILED", "STOPPED"),
    score: fc.integer({ min: -3, max: 3 }),
    costUsd: fc.constantFrom(null, 0.25, 2),
    abandoned: fc.boolean(),
    other: lease,
    holder: fc.boolean(),
  })
  .map(
    ({ pick, state, score, costUsd, abandoned, other, holder }) =>
      (model: Model, at: number): readonly [number: number, settlement: Settlement] => {
        const number = numberOf(model, pick);
        const succeeded = state === "SUCCEEDED";
        const settlement: Settlement = {
          state,
          metrics: succeeded ? { error: score } : null,
          feasible: succeeded ? true : null,
          reason: succeeded ? null : REASON,
          score: succeeded ? score : null,
          costUsd,
          abandoned,
          fidelity: model.trials.get(number)?.fidelity ?? null,
          lease: leaseOf(model, number, other, holder),
          at,
        };
        return [number, settlement] as const;
      },
  );

const settles = settlements.map(
  (made): Call =>
    (arrows, model, at) =>
      arrows.settleTrial(ID, ...made(model, at)),
);

/** Of a slot that has no other business: each trial that it tells of has a claim of its own. */
const exchanges = fc.tuple(settlements, small, meter).map(
  ([made, stale, given]): Call =>
    (arrows, model, at) => {
      const [number, settlement] = made(model, at);
      return arrows.settleAndClaim(ID, number, settlement, claimOf(model, at, { slot: 9, seq: number, stale, given }));
    },
);

const pauses = fc
  .record({
    pick: within,
    stale: small,
    value: fc.integer({ min: -3, max: 3 }),
    costUsd: fc.constantFrom(null, 0.25),
    other: lease,
    holder: fc.boolean(),
  })
  .map(
    ({ pick, stale, value, costUsd, other, holder }): Call =>
      (arrows, model, at) => {
        const number = numberOf(model, pick);
        const fidelity = (model.trials.get(number)?.fidelity ?? 1) / (stale === 3 ? 3 : 1);
        const measured = { fidelity, metrics: { error: value }, feasible: true, costUsd };
        return arrows.pauseTrial(ID, number, { ...measured, lease: leaseOf(model, number, other, holder), at });
      },
  );

const requeues = fc
  .record({
    pick: within,
    countsAttempt: fc.boolean(),
    lost: fc.boolean(),
    costUsd: fc.constantFrom(null, 0.25, 2),
    abandoned: fc.boolean(),
    other: lease,
    kind: small,
    expires: fc.boolean(),
  })
  .map(
    ({ pick, countsAttempt, lost, costUsd, abandoned, other, kind, expires }): Call =>
      (arrows, model, at) => {
        const number = numberOf(model, pick);
        const held = leaseOf(model, number, other, kind > 1);
        const named = kind === 0 || held === null ? {} : { lease: held };
        const more = { costUsd, abandoned, ...(expires ? { expiredAt: at } : {}) };
        const reason = countsAttempt ? OUT_OF_MEMORY : REASON;
        return arrows.requeueTrial(ID, number, { ...named, ...more, countsAttempt, lost, reason, at });
      },
  );

const cancels = fc.array(within, { maxLength: 4 }).map(
  (picks): Call =>
    (arrows, model, at) =>
      arrows.cancelTrials(ID, [...new Set(picks.map((pick) => numberOf(model, pick)))], REASON, at),
);

const moves = fc.tuple(fc.array(status, { maxLength: 3 }), status, small, fc.boolean()).map(
  ([from, to, stale, byUser]): Call =>
    (arrows, model, at) =>
      arrows.moveStudy(ID, {
        from,
        to,
        reason: byUser ? { code: "PAUSED_BY_USER", message: "by request" } : REASON,
        generation: model.study().generation - (stale === 3 ? 1 : 0),
        ...(stale === 0 ? { confirmation: CONFIRMATION } : {}),
        at,
      }),
);

const amends = fc.tuple(small, small).map(
  ([trials, stale]): Call =>
    (arrows, model, at) => {
      const amendments = model.study().amendments - (stale === 3 ? 1 : 0);
      const given = stale === 0 ? {} : { amendments };
      const [x] = model.study().spec.space.parameters as [FloatParameter];
      const space = { parameters: [{ ...x, min: 0 - (trials % 2), max: 1 + (trials % 3) }], constraints: [] };
      const wider = trials % 4 === 0 ? { space, forgiven: { ended: trials, failed: 1 } } : {};
      return arrows.amendStudy(ID, { spec: { trials: 10 + trials, ...wider }, reason: AMENDED, ...given, at });
    },
);

const caps = fc.constantFrom(undefined, 1, 4, 16).map(
  (usd): Call =>
    (arrows, model, at) => {
      const { wallClock, trialTimeout } = model.study().spec.budget;
      const budget = { wallClock, trialTimeout, ...(usd === undefined ? {} : { usd }) };
      return arrows.amendStudy(ID, { spec: { budget }, reason: AMENDED, at });
    },
);

const call = fc.oneof(
  { weight: 2, arbitrary: begins },
  { weight: 4, arbitrary: opens },
  { weight: 3, arbitrary: adds },
  { weight: 3, arbitrary: asks },
  { weight: 8, arbitrary: claims },
  { weight: 4, arbitrary: leasings },
  { weight: 2, arbitrary: renewals },
  { weight: 5, arbitrary: settles },
  { weight: 5, arbitrary: exchanges },
  { weight: 4, arbitrary: pauses },
  { weight: 4, arbitrary: requeues },
  { weight: 2, arbitrary: cancels },
  { weight: 1, arbitrary: moves },
  { weight: 1, arbitrary: amends },
  { weight: 2, arbitrary: caps },
);

/** A study that is left not running refuses most calls: the sequence starts running, and is mostly kept so. */
const START: readonly Call[] = [
  (arrows, _model, at) => arrows.beginGeneration(ID, { generation: 1, execution: "x1", at }),
  (arrows, _model, at) =>
    arrows.openEpoch(ID, {
      generation: 1,
      number: 1,
      created: 0,
      proposals: proposals(1, 3),
      ready: [{ from: 1, to: 3 }],
      slots: 2,
      trialsPerSlot: 2,
      at,
    }),
];

async function answer(promise: Promise<unknown>): Promise<unknown> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof PegboxError) return { code: error.code };
    throw error;
  }
}

export function machineContract(open: () => Promise<StudyStore>): void {
  it("answers as the model does, and leaves what the model leaves; counts equal the states", async () => {
    const sequence = fc.array(fc.tuple(call, fc.boolean()), { minLength: 5, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(sequence, fc.boolean(), async (calls, capped) => {
        const store = await open();
        const budget = { wallClock: null, trialTimeout: null, ...(capped ? { usd: 8 } : {}) };
        const { study } = await store.createStudy(ID, spec({ budget }), NOON);
        const model = new Model(study);
        let at = NOON;
        const both = async (make: Call): Promise<void> => {
          at += STEP_MS;
          const [got, expected] = await answers(make, store, model, at);
          expect(got).toEqual(expected);
        };
        for (const make of START) await both(make);
        for (const [make, twice] of calls) {
          await both(make);
          if (twice) await both(make);
        }
        expect(await store.getStudy(ID)).toEqual(model.study());
        expect(await story(store)).toEqual(model.events);
        const trials = await store.readTrials(ID, { from: 1, to: 1000 });
        expect(trials).toEqual([...model.trials.values()]);
        for (const { state, lease } of trials) expect(lease !== null).toBe(state === "RUNNING");
        await store.close();
      }),
      { numRuns: 60 },
    );
  });

  it("keeps counts, costs and the best true when calls come at once", async () => {
    const trial = fc.integer({ min: 1, max: 6 });
    const at = NOON + 9;
    const calls = fc.oneof(
      fc.tuple(small, small).map(
        ([slot, seq]) =>
          (store: StudyStore) =>
            store.claimTrial(ID, claim({ slot, seq })),
      ),
      fc.tuple(trial, fc.integer({ min: -2, max: 2 }), fc.constantFrom(null, 0.25)).map(
        ([n, score, costUsd]) =>
          (store: StudyStore) =>
            store.settleTrial(ID, n, success(score, { costUsd })),
      ),
      trial.map((n) => (store: StudyStore) => store.settleTrial(ID, n, failure("g1/e1/s0/0", { costUsd: 1 }))),
      trial.map(
        (n) => (store: StudyStore) =>
          store.requeueTrial(ID, n, { countsAttempt: true, lost: false, reason: REASON, at }),
      ),
      trial.map((n) => (store: StudyStore) => store.cancelTrials(ID, [n], REASON, at)),
      fc.constantFrom(1, 2).map((count) => (store: StudyStore) => {
        const addition = { generation: 1, epoch: 1, created: 6, proposals: proposals(7, count), at };
        return store.addProposals(ID, addition);
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(calls, { minLength: 4, maxLength: 12 }), async (together) => {
        const store = await open();
        await running(store, 6);
        await Promise.all(together.map((make) => make(store)));
        const study = await store.getStudy(ID);
        const trials = await store.readTrials(ID, { from: 1, to: study?.created ?? 0 });
        const states = Object.entries(study?.counts ?? {}).flatMap(([state, n]) => Array(n).fill(state.toUpperCase()));
        expect(states.sort()).toEqual(trials.map(({ state }) => state).sort());
        expect(study?.spentUsd).toBe(trials.reduce((sum, { cost }) => sum + (cost?.usd ?? 0), 0));
        const scores = trials.map(({ metrics }) => metrics?.["error"] ?? Infinity);
        const lowest = Math.min(...scores);
        expect(study?.best?.trial ?? 0).toBe(lowest === Infinity ? 0 : scores.indexOf(lowest) + 1);
        await store.close();
      }),
      { numRuns: 30 },
    );
  });
}

/** In pages, so that pages are tried too. */
async function story(store: StudyStore): Promise<readonly StudyEvent[]> {
  const events: StudyEvent[] = [];
  for (let after: string | null = ""; after !== null; ) {
    const page: Page<StudyEvent> = await store.readEvents(ID, { limit: 3, ...(after === "" ? {} : { after }) });
    events.push(...page.items);
    after = page.next;
  }
  return events;
}

/** The call is made to fit the study before either has seen it. */
async function answers(make: Call, store: StudyStore, model: Model, at: number): Promise<readonly [unknown, unknown]> {
  const got = await answer(make(store, model, at));
  return [got, await answer(make(model, model, at))];
}
