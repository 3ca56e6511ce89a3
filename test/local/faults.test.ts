import { describe, expect, test } from "vitest";
import { openSqliteStore } from "../../adapters/sqlite/store.ts";
import type { StudyStore } from "../../lib/store/study-store.ts";
import type { StudySpec } from "../../lib/study/spec.ts";
import type { TrialRequest, TrialResult } from "../../lib/study/trial-contract.ts";
import { spec } from "../store/fixtures.ts";
import { settles } from "./faults/world.ts";
import { intercept, type Ran, runStudy, type TrialFunction, uneven } from "./studies.ts";

/** Whole studies in virtual time, with one fault each. Of six trials in one slot or two, or in twelve that each are an execution. */

type Addition = Parameters<StudyStore["addProposals"]>[1];

interface Outcome extends Ran {
  /** How often each trial ran to its end. */
  readonly runs: ReadonlyMap<number, number>;
}

const OK: TrialResult = { metrics: { error: 1 } };

async function study(
  changes: Partial<StudySpec>,
  trial: TrialFunction,
  around: (store: StudyStore) => StudyStore = (store) => store,
  lasting?: (request: TrialRequest) => number,
): Promise<Outcome> {
  const runs = new Map<number, number>();
  const store = around(openSqliteStore({ memory: true }));
  const ran = await runStudy(
    store,
    spec({ trials: 6, parallel: 1, ...changes }),
    (request, interrupt) => {
      runs.set(request.trial, (runs.get(request.trial) ?? 0) + 1);
      return trial(request, interrupt);
    },
    lasting,
  );
  return { ...ran, runs };
}

const named = (name: string): Error => Object.assign(new Error("as the service says it"), { name });

describe("a trial that the service throttles", () => {
  const throttled = (times: number): TrialFunction => {
    let left = times;
    return ({ trial }) => {
      if (trial === 2 && left-- > 0) throw named("Lambda.TooManyRequestsException");
      return OK;
    };
  };

  test("is invoked again up to twelve times, within one attempt", async () => {
    const { study: end, trials, runs, events } = await study({}, throttled(12));
    expect(end).toMatchObject({ status: "COMPLETED", counts: { succeeded: 6 } });
    expect([runs.get(2), trials[1]?.attempts, trials[1]?.lost]).toEqual([13, 1, 0]);
    expect(events.filter(({ type }) => type === "trialRequeued")).toEqual([]);
  });

  test("for longer goes back to the queue, and no attempt is counted, though none may be repeated", async () => {
    const { study: end, trials, events } = await study({ retries: 0 }, throttled(20));
    expect(end).toMatchObject({ status: "COMPLETED", counts: { succeeded: 6 } });
    expect(trials[1]).toMatchObject({ attempts: 1, lost: 0 });
    expect(events.filter(({ type }) => type === "trialRequeued")).toMatchObject([
      { number: 2, reason: { code: "INFRASTRUCTURE" } },
    ]);
  });
});

describe("a runner that can run nothing", () => {
  const never: TrialFunction = () => {
    throw named("SageMaker.ResourceLimitExceededException");
  };

  test("pauses the study, with the service's words and every trial; no attempt is counted", async () => {
    const { study: end, trials, runs } = await study({ retries: 0 }, never);
    expect(end).toMatchObject({ status: "PAUSED", counts: { failed: 0, running: 0 } });
    expect(end.reason).toEqual({
      code: "RUNNER_UNAVAILABLE",
      message: expect.stringMatching(/could not run trial 1, 5 times in a row.*SageMaker\.ResourceLimitExceeded/),
    });
    expect(trials[0]).toMatchObject({ state: "PROPOSED", attempts: 0, lost: 0 });
    expect(runs.get(1)).toBe(5);
  });

  test("pauses it once the other trials have ended, where it runs all but one", async () => {
    const { study: end } = await study({ parallel: 2 }, (request, interrupt) =>
      request.trial === 2 ? never(request, interrupt) : OK,
    );
    expect(end).toMatchObject({ status: "PAUSED", counts: { succeeded: 5 }, reason: { code: "RUNNER_UNAVAILABLE" } });
  });
});

describe("a trial whose result is over 256 KiB, which no state can catch", () => {
  const huge: TrialFunction = ({ trial }) =>
    trial === 2 ? ({ metrics: { error: 1 }, series: "x".repeat(300_000) } as unknown as TrialResult) : OK;

  test("ends its execution; the next goes on, and gives it up the third time", async () => {
    const { study: end, trials, runs, events } = await study({}, huge);
    expect(end).toMatchObject({ status: "COMPLETED", counts: { succeeded: 5, failed: 1 }, generation: 4 });
    expect(trials[1]).toMatchObject({ state: "FAILED", reason: { code: "LOST" } });
    expect(runs.get(2)).toBe(3);
    expect(events.filter(({ type }) => type === "studyRecovered")).toHaveLength(3);
  });

  test("takes along what runs beside it each time, and no more", async () => {
    const { study: end, trials } = await study({ parallel: 2 }, huge);
    expect(end).toMatchObject({ status: "COMPLETED", counts: { succeeded: 4, failed: 2 } });
    expect(trials.map(({ state }) => state).slice(2)).toEqual(Array(4).fill("SUCCEEDED"));
  });

  test("in twelve slots ends its slot alone; none of the others is lost", async () => {
    const { study: end, trials, runs } = await study({ trials: 24, parallel: 12 }, huge);
    expect(end).toMatchObject({ status: "COMPLETED", counts: { succeeded: 23, failed: 1 } });
    expect(trials[1]).toMatchObject({ state: "FAILED", reason: { code: "LOST" } });
    expect(runs.get(2)).toBe(3);
  });
});

describe("a store that is down", () => {
  /** From the first result of trial 2 on, for so many calls. */
  const downFor = (calls: number, methods: readonly (keyof StudyStore)[]) => (store: StudyStore) => {
    let left = calls;
    let settled = 0;
    return intercept(store, (method, call) => {
      if (settles(method)) settled += 1;
      if (settled >= 2 && methods.includes(method) && left-- > 0) return Promise.reject(new Error("the store is down"));
      return call();
    });
  };

  test("for longer than a slot's attempts costs no result: it is parked, and told before the next plan", async () => {
    // six attempts of the slot, and two of the plan that tells what was parked
    const { study: end, runs, trials } = await study({}, () => OK, downFor(8, ["settleTrial", "settleAndClaim"]));
    expect(end).toMatchObject({ status: "COMPLETED", counts: { succeeded: 6 } });
    expect([...runs.values()]).toEqual([1, 1, 1, 1, 1, 1]);
    expect(trials.every(({ attempts, lost }) => attempts === 1 && lost === 0)).toBe(true);
  });

  test("until the study cannot even be marked as failed: the next execution goes on", async () => {
    // a slot's six attempts, a plan's six and six of marking, each of which reads the study first
    const { study: end, events } = await study({}, () => OK, downFor(18, ["getStudy"]));
    expect(end).toMatchObject({ status: "COMPLETED", generation: 2, counts: { succeeded: 6 } });
    expect(events.filter(({ type }) => type === "studyRecovered")).toMatchObject([
      { generation: 2, reason: { code: "CUT_OFF", message: expect.stringContaining("the store is down") } },
    ]);
  });
});

describe("refills that fail, each of them", () => {
  const fails = (store: StudyStore): StudyStore =>
    intercept(store, (method, call, values) => {
      const { proposals = [] } = (values[1] ?? {}) as Partial<Addition>;
      const refilled = method === "addProposals" && proposals.some(({ decision }) => !("fallback" in decision));
      return refilled ? Promise.reject(new Error("the optimizer is down")) : call();
    });

  test("leave a search of even cover: it is told of, no slot stops, and every trial runs once", async () => {
    const changes = { strategy: "evolution", trials: 24, parallel: 4 } as const;
    const { study: end, trials, runs, events } = await study(changes, () => OK, fails, uneven);
    expect(end).toMatchObject({ status: "COMPLETED", counts: { succeeded: 24 } });
    expect([...runs.values()]).toEqual(Array(24).fill(1));
    expect(events.filter(({ type }) => type === "refillFailed")).toContainEqual({
      ...{ type: "refillFailed", study: end.id, message: "Error: the optimizer is down" },
    });
    // four of the first round, six that the second epoch opens with; the rest had nobody to propose them
    const without = trials.filter(({ decision }) => "fallback" in decision);
    expect(without.map(({ number }) => number)).toEqual(Array.from({ length: 14 }, (_, i) => 11 + i));
    expect(without.every(({ decision }) => decision.strategy === "sobol")).toBe(true);
  });
});

test("clocks that differ by hours change nothing of what is run and kept", async () => {
  const skewed = (store: StudyStore): StudyStore => {
    let calls = 0;
    /** Up to two hours off, another way with each write. */
    const skew = (): number => ((++calls * 7919) % 14_400_000) - 7_200_000;
    return new Proxy(store, {
      get: (target, method: keyof StudyStore) => {
        const call = target[method] as (...args: readonly unknown[]) => unknown;
        return (...args: readonly unknown[]) => call(...args.map((arg) => off(arg, skew)));
      },
    });
  };
  const { study: end, trials, runs } = await study({ parallel: 2 }, () => OK, skewed);
  expect(end).toMatchObject({ status: "COMPLETED", counts: { succeeded: 6 } });
  expect(trials.every(({ attempts, lost }) => attempts === 1 && lost === 0)).toBe(true);
  expect([...runs.values()]).toEqual([1, 1, 1, 1, 1, 1]);
});

/** What is told to the store, its time moved. */
function off(argument: unknown, skew: () => number): unknown {
  if (typeof argument === "number" && argument > 1e9) return argument + skew();
  if (typeof argument !== "object" || argument === null || !Object.hasOwn(argument, "at")) return argument;
  return { ...argument, at: Number((argument as { at: number }).at) + skew() };
}
