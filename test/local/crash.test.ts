import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openSqliteStore } from "../../adapters/sqlite/store.ts";
import type { StudyStore } from "../../lib/store/study-store.ts";
import type { StudySpec } from "../../lib/study/spec.ts";
import { FINISHED } from "../../lib/study/states.ts";
import { spec } from "../store/fixtures.ts";
import { essence, intercept, type Ran, runStudy, type TrialFunction, uneven } from "./studies.ts";

/**
 * The process dies at a write of its store, before it or right after: every other line of a handler lies between two of
 * these moments. What it had in memory is gone; the next one goes on with what is stored.
 */

const WRITES: ReadonlySet<keyof StudyStore> = new Set([
  "createStudy",
  "beginGeneration",
  "openEpoch",
  "addProposals",
  "claimTrial",
  "settleTrial",
  "settleAndClaim",
  "pauseTrial",
  "requeueTrial",
  "cancelTrials",
  "moveStudy",
  "amendStudy",
]);

interface Crash {
  /** Which write, from 1. */
  readonly at: number;
  readonly when: "before" | "after";
}

/** A store of a process that dies then; afterwards nothing of that process is stored. */
function mortal(store: StudyStore, { at, when }: Crash): { readonly store: StudyStore; writes(): number } {
  let writes = 0;
  let dead = false;
  const die = (): never => {
    dead = true;
    throw new Error("the process is dead");
  };
  return {
    writes: () => writes,
    store: intercept(store, async (method, call) => {
      if (dead) die();
      if (!WRITES.has(method)) return call();
      const write = ++writes;
      if (write === at && when === "before") die();
      const answer = await call();
      if (write === at || dead) die();
      return answer;
    }),
  };
}

/** Every way for a trial to end: a retry that helps, one that does not, a failure, no usable value, a success. */
const trial: TrialFunction = ({ trial: number, attempt, parameters }) => {
  if (number === 2 && attempt === 1) return { error: { message: "no luck", retryable: true } };
  if (number === 3) return { error: { message: "never", retryable: true } };
  if (number === 4) throw new TypeError("a defect");
  if (number === 5) return { metrics: { error: null } };
  return { metrics: { error: Number(parameters["x"]) } };
};

async function whole(study: StudySpec): Promise<{ readonly ran: Ran; readonly writes: number }> {
  const store = openSqliteStore({ memory: true });
  const process = mortal(store, { at: Number.POSITIVE_INFINITY, when: "before" });
  const ran = await runStudy(process.store, study, trial);
  await store.close();
  return { ran, writes: process.writes() };
}

/** One process after the other dies, the last one lives. */
async function crashing(study: StudySpec, crashes: readonly Crash[], lasting?: typeof uneven): Promise<Ran> {
  const store = openSqliteStore({ memory: true });
  for (const crash of crashes) {
    const process = mortal(store, crash);
    await runStudy(process.store, study, trial, lasting).catch(() => {});
    const [known] = (await store.listStudies({ limit: 1 })).items;
    if (process.writes() < crash.at || (known !== undefined && FINISHED.has(known.status))) break;
  }
  const [newest] = (await store.listStudies({ limit: 1 })).items;
  const finished = newest !== undefined && FINISHED.has(newest.status);
  const trials = finished ? await store.readTrials(newest.id, { from: 1, to: newest.created }) : [];
  const ran = finished ? { study: newest, trials, events: [], most: 0 } : await runStudy(store, study, trial, lasting);
  expect((await store.listStudies({ limit: 9 })).items).toHaveLength(1);
  await store.close();
  return ran;
}

describe.each([
  ["random", { strategy: "random", trials: 6 }],
  ["bayesian", { strategy: "bayesian", trials: 5 }],
  ["fidelity", { strategy: "sobol", trials: 6, fidelity: { name: "epochs", min: 1, max: 9, rule: "asha" } }],
  ["replicates", { strategy: "sobol", trials: 6, replicates: { final: 2 } }],
  ["target", { strategy: "sobol", trials: 9, stopping: { target: 0.5, noProgress: null, regret: null } }],
] as const)("a study of one slot, %s", (_, changes) => {
  const study = spec({ ...changes, parallel: 1, retries: 1 });

  test("is the same after a crash at each of its writes", async () => {
    const { ran, writes } = await whole(study);
    expect(writes).toBeGreaterThan(7);
    for (const when of ["before", "after"] as const) {
      for (let at = 1; at <= writes; at++) {
        expect(essence(await crashing(study, [{ at, when }])), `crash ${when} write ${at}`).toEqual(essence(ran));
      }
    }
  });
});

test("however often it crashes, with several slots every trial ends once and the budget is met", async () => {
  const crashes = fc.array(
    fc.record({ at: fc.integer({ min: 1, max: 30 }), when: fc.constantFrom("before", "after") }),
    { maxLength: 4 },
  );
  await fc.assert(
    fc.asyncProperty(crashes, fc.constantFrom(2, 4, 12), async (moments, parallel) => {
      const study = spec({ strategy: "random", trials: 14, parallel, retries: 1 });
      const { study: ended, trials } = await crashing(study, moments);
      expect(ended).toMatchObject({ status: "COMPLETED", counts: { succeeded: 11, infeasible: 1, failed: 2 } });
      expect(trials.map(({ number }) => number)).toEqual(Array.from({ length: 14 }, (_, i) => i + 1));
      expect(trials.map(({ attempts }) => attempts)).toEqual([1, 2, 2, ...Array(11).fill(1)]);
    }),
    { numRuns: 10 },
  );
});

describe("slots that go on for themselves", () => {
  const study = spec({ strategy: "evolution", trials: 18, parallel: 3, retries: 1 });
  const numbers = Array.from({ length: 18 }, (_, i) => i + 1);

  async function writes(): Promise<readonly (keyof StudyStore)[]> {
    const store = openSqliteStore({ memory: true });
    const methods: (keyof StudyStore)[] = [];
    const counted = intercept(store, (method, call) => {
      if (WRITES.has(method)) methods.push(method);
      return call();
    });
    await runStudy(counted, study, trial, uneven);
    await store.close();
    return methods;
  }

  test("lose nothing, and end each trial once, after a crash at each write of claims, results and refills", async () => {
    const all = await writes();
    expect(all.filter((method) => method === "addProposals").length).toBeGreaterThan(4);
    for (const when of ["before", "after"] as const) {
      for (let at = 1; at <= all.length; at++) {
        const { study: ended, trials } = await crashing(study, [{ at, when }], uneven);
        const what = `crash ${when} write ${at}, ${all[at - 1]}`;
        expect(ended, what).toMatchObject({
          status: "COMPLETED",
          created: 18,
          counts: { succeeded: 15, infeasible: 1, failed: 2, proposed: 0, running: 0 },
        });
        expect(
          trials.map(({ number }) => number),
          what,
        ).toEqual(numbers);
      }
    }
  });

  test("and after any crashes in a row", async () => {
    const crash = fc.record({ at: fc.integer({ min: 1, max: 60 }), when: fc.constantFrom("before", "after") });
    await fc.assert(
      fc.asyncProperty(fc.array(crash, { minLength: 2, maxLength: 4 }), async (moments) => {
        const { study: ended, trials } = await crashing(study, moments, uneven);
        expect(ended).toMatchObject({ status: "COMPLETED", created: 18, counts: { proposed: 0, running: 0 } });
        expect(trials.map(({ number }) => number)).toEqual(numbers);
        expect(trials.map(({ attempts }) => attempts)).toEqual([1, 2, 2, ...Array(15).fill(1)]);
      }),
      { numRuns: 25 },
    );
  });
});

test("however often it crashes, a study spends no more than its cap, and ends", async () => {
  const crashes = fc.array(
    fc.record({ at: fc.integer({ min: 1, max: 30 }), when: fc.constantFrom("before", "after") }),
    { maxLength: 4 },
  );
  await fc.assert(
    fc.asyncProperty(crashes, fc.constantFrom(1, 4), fc.integer({ min: 1, max: 8 }), async (moments, parallel, usd) => {
      // a dollar a second: 20 for an attempt at worst, with the grace, of which most take less than one
      const budget = { wallClock: null, trialTimeout: 5, usd: 10 * usd, usdPerHour: 3600 };
      const { study: ended, trials } = await crashing(spec({ trials: 9, parallel, retries: 1, budget }), moments);
      expect(["COMPLETED", "STOPPED"]).toContain(ended.status);
      expect(ended.reason?.code).toBe(ended.status === "STOPPED" ? "BUDGET_USD" : "TRIALS");
      expect(ended.spentUsd).toBeLessThanOrEqual(budget.usd);
      expect(ended.reservedUsd).toBe(0);
      expect(ended.spentUsd).toBeCloseTo(
        trials.reduce((sum, { cost }) => sum + (cost?.usd ?? 0), 0),
        8,
      );
    }),
    { numRuns: 20 },
  );
});
