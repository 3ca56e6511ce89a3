import { expect, it } from "vitest";
import type { Study, Trial } from "../../../lib/study/records.ts";
import type { StudySpec } from "../../../lib/study/spec.ts";
import { trialView } from "../../../lib/study/views.ts";
import { describeStudy } from "../../../lib/tuner/describe.ts";
import { finalize } from "../../../lib/tuner/finalize.ts";
import { extendStudy, stopStudy } from "../../../lib/tuner/lifecycle/lifecycle.ts";
import type { PlanAnswer, PlanEvent } from "../../../lib/workflow/messages.ts";
import { AMENDED } from "../../store/fixtures.ts";
import { type Given, Tuner } from "./support.ts";

const LAUNCHER = { start: async () => null };
const TRIALS = { trials: 4, parallel: 2, replicates: { final: 3 }, strategy: "sobol" } as const;

type Objective = (x: number, trial: Given) => object;

/** Worth what it is told, whatever it tries. */
const parabola: Objective = (x) => ({ metrics: { error: (x - 0.5) ** 2 } });
const xOf = ({ request }: Given): number => request.parameters["x"] as number;

/** Runs epochs as the workflow would, each trial told before the next is claimed, until a plan opens none. */
async function run(tuner: Tuner, objective: Objective, event: Partial<PlanEvent> = {}): Promise<PlanAnswer> {
  for (;;) {
    const answer = await tuner.plan(event);
    if (answer.action !== "run") return answer;
    const { epoch, trialsPerSlot: quota, slots } = answer;
    const { generation = 1 } = event;
    for (let slot = 0; slot < slots; slot++) {
      let seq = 0;
      let next = await tuner.next({ generation, epoch, slot, seq, quota });
      while (next.kind === "lambda") {
        const { trial, lease, fidelity } = next;
        const told = { trial, lease, fidelity, result: objective(xOf(next), next) };
        seq += 1;
        next = await tuner.next({ generation, epoch, slot, seq, quota, told });
      }
    }
  }
}

async function ended(tuner: Tuner, objective: Objective, generation = 1): Promise<Study> {
  const answer = await run(tuner, objective, { generation });
  if (answer.action !== "finish") throw new Error(`expected the end, got ${JSON.stringify(answer)}`);
  const { status, reason } = answer;
  await finalize({ studyId: "s", generation, status, reason }, tuner.ports);
  return tuner.study();
}

async function trialsOf(tuner: Tuner): Promise<readonly Trial[]> {
  return tuner.store.readTrials("s", { from: 1, to: (await tuner.study()).created });
}

const replicatesIn = (trials: readonly Trial[]): readonly Trial[] =>
  trials.filter(({ source }) => source === "replicate");

async function studyOf(changes: Partial<StudySpec>): Promise<Tuner> {
  const tuner = new Tuner();
  await tuner.start({ ...TRIALS, ...changes });
  return tuner;
}

it("runs the best two again in one epoch, by turns, each as a trial with a seed of its own", async () => {
  const tuner = await studyOf({});
  const seeds = new Set<number>();
  const study = await ended(tuner, (x, given) => {
    seeds.add(given.request.seed);
    return parabola(x, given);
  });
  const trials = await trialsOf(tuner);
  const ranked = trials
    .slice(0, 4)
    .map(({ number, metrics }) => ({ number, error: metrics?.["error"] ?? 0 }))
    .sort((a, b) => a.error - b.error)
    .map(({ number }) => number);
  const [first = 0, second = 0] = ranked;
  expect(replicatesIn(trials).map((trial) => trialView(trial).replicates)).toEqual(
    [1, 2, 3].flatMap(() => [first, second]),
  );
  for (const trial of replicatesIn(trials)) {
    expect(trial.parameters).toEqual(trials[Number(trial.decision["of"]) - 1]?.parameters);
  }
  expect(seeds.size).toBe(10);
  expect(study).toMatchObject({ status: "COMPLETED", reason: { code: "TRIALS", message: "all 4 trials ended" } });
  expect(study.counts.succeeded).toBe(10);
  expect(study.replicates.succeeded).toBe(6);
  expect(study.best?.trial).toBe(first);
  expect(study.confirmation).toMatchObject({
    winner: first,
    finalists: [
      { trial: first, replicates: 3, measured: 3, feasible: true },
      { trial: second, replicates: 3, measured: 3, feasible: true },
    ],
  });
  // without noise nothing is left to chance
  const { mean = 0, interval } = study.confirmation?.difference ?? {};
  expect(mean).toBeGreaterThan(0);
  expect(interval).toEqual([mean, mean]);
});

it("crowns the second where its mean is better, and shows it as the best", async () => {
  const tuner = await studyOf({});
  // the search's best was lucky
  const lucky: Objective = (x, { trial }) => ({
    metrics: { error: trial <= 4 ? (x - 0.5) ** 2 : 1 - (x - 0.5) ** 2 + trial / 1000 },
  });
  const study = await ended(tuner, lucky);
  const [first, second] = study.confirmation?.finalists ?? [];
  expect(study.confirmation?.winner).toBe(second?.trial);
  const view = await describeStudy(study, tuner.store);
  expect(view.best).toEqual({ trial: second?.trial, parameters: second?.parameters, metrics: second?.metrics });
  expect(view.replicates).toBe(6);
  expect(study.best?.trial).toBe(first?.trial);
});

it("takes none of a broken search, none without time, and none of a study that is stopped", async () => {
  const broken = await studyOf({});
  expect((await ended(broken, () => ({ error: { message: "no", retryable: false } }))).status).toBe("FAILED");
  expect(replicatesIn(await trialsOf(broken))).toEqual([]);

  const late = await studyOf({ budget: { wallClock: 10, trialTimeout: null } });
  const study = await ended(late, (x, given) => {
    late.now += 3000;
    return parabola(x, given);
  });
  expect([study.status, study.created, study.confirmation]).toEqual(["COMPLETED", 4, null]);

  const stopped = await studyOf({});
  await stopStudy("s", false, stopped.ports);
  expect((await ended(stopped, parabola)).confirmation).toBe(null);
});

it("ends as the search did when time runs out among the replicates, and says what they came to", async () => {
  const tuner = await studyOf({ budget: { wallClock: 17, trialTimeout: null } });
  const study = await ended(tuner, (x, given) => {
    tuner.now += 3000;
    return parabola(x, given);
  });
  expect(study).toMatchObject({ status: "COMPLETED", reason: { code: "TRIALS" } });
  expect(study.confirmation?.finalists.map(({ replicates }) => replicates)).toEqual([1, 1]);
  expect(study.counts).toMatchObject({ succeeded: 6, cancelled: 4, proposed: 0 });
});

const LEVELS = { parameters: [{ name: "x", type: "ordinal", values: [0, 0.25, 1] }], constraints: [] } as const;

it("starts no replicate without the money for it", async () => {
  const tuner = await studyOf({ budget: { wallClock: null, trialTimeout: null, usd: 6.5, usdPerHour: 0 } });
  const study = await ended(tuner, (x) => ({ metrics: { error: (x - 0.5) ** 2 }, cost: { usd: 1 } }));
  expect(study).toMatchObject({ status: "COMPLETED", reason: { code: "TRIALS" }, spentUsd: 7 });
  expect(study.confirmation?.finalists.map(({ replicates }) => replicates)).toEqual([2, 1]);
});

it("waits for its runner, and goes on with the same replicates", async () => {
  const tuner = await studyOf({ parallel: 1 });
  const gone = async (): Promise<PlanAnswer> =>
    run(tuner, (x, given) => {
      if (given.trial === 6) tuner.runner = null;
      return parabola(x, given);
    });
  expect(await gone()).toEqual({ action: "halt" });
  expect(await tuner.study()).toMatchObject({ status: "PAUSED", reason: { code: "RUNNER_MISSING" }, created: 10 });
  tuner.runner = {};
  await tuner.begin(2);
  const study = await ended(tuner, parabola, 2);
  expect(study.created).toBe(10);
  expect(study.confirmation?.finalists.map(({ replicates }) => replicates)).toEqual([3, 3]);
});

it.each<[code: string, changes: Partial<StudySpec>]>([
  ["TARGET", { stopping: { target: 0.2, noProgress: null, regret: null }, trials: 50, parallel: 4 }],
  ["NO_PROGRESS", { stopping: { target: null, noProgress: 3, regret: null }, trials: 50 }],
  ["EXHAUSTED", { strategy: "grid", space: LEVELS }],
])("confirms a search that ends by %s", async (code, changes) => {
  const tuner = await studyOf(changes);
  const study = await ended(tuner, (x) => ({ metrics: { error: (x - 0.45) ** 2 } }));
  expect(study.reason?.code).toBe(code);
  const { counts, replicates, confirmation } = study;
  expect(confirmation?.finalists.map((finalist) => finalist.replicates)).toEqual(confirmation?.finalists.map(() => 3));
  expect(replicates.succeeded).toBe(3 * (confirmation?.finalists.length ?? 0));
  expect(counts.proposed + counts.running).toBe(0);
  expect(confirmation?.winner).toBe(confirmation?.finalists[0]?.trial);
});

it("bears replicates that fail: each is retried, then counts as tried, and none fails the study", async () => {
  const tuner = await studyOf({ failures: { max: { count: 0 } }, trials: 12, retries: 1, replicates: { final: 4 } });
  const attempts = new Map<number, number>();
  const study = await ended(tuner, (x, { trial, request }) => {
    attempts.set(trial, request.attempt);
    if (trial > 12 && trial % 4 !== 1) return { error: { message: "out of memory", retryable: true } };
    return parabola(x, { trial } as Given);
  });
  expect(study.status).toBe("COMPLETED");
  expect(study.replicates).toMatchObject({ succeeded: 2, failed: 6 });
  expect(attempts.get(14)).toBe(2);
  const [first, second] = study.confirmation?.finalists ?? [];
  expect([first?.measured, first?.interval]).toEqual([2, [first?.mean, first?.mean]]);
  expect(second).toMatchObject({ replicates: 4, measured: 0, mean: null, interval: null, feasible: null });
  expect(study.confirmation).toMatchObject({ winner: first?.trial, difference: null });
});

it("takes the second where the first breaks an outcome constraint in the mean, and nobody where both do", async () => {
  const outcomes = [{ metric: "ms", max: 10 }];
  const tuner = await studyOf({ outcomes });
  let chosen: number | null = null;
  const slow: Objective = (x, { trial }) => {
    if (trial === 5) chosen = x;
    return { metrics: { error: (x - 0.5) ** 2, ms: trial > 4 && x === chosen ? 9 + 2 * (trial % 4) : 5 } };
  };
  const { confirmation } = await ended(tuner, slow);
  expect(confirmation?.finalists.map(({ feasible }) => feasible)).toEqual([false, true]);
  expect(confirmation?.winner).toBe(confirmation?.finalists[1]?.trial);

  const neither = await studyOf({ outcomes });
  const study = await ended(neither, (x, { trial }) => ({ metrics: { error: x, ms: trial > 4 ? 11 : 5 } }));
  expect(study.confirmation?.winner).toBe(null);
  expect((await describeStudy(study, neither.store)).best?.trial).toBe(study.best?.trial);
});

it("trains replicates to the end at once", async () => {
  const tuner = await studyOf({ fidelity: { name: "epochs", min: 1, max: 9, rule: "asha" }, trials: 9 });
  const asked: unknown[] = [];
  const study = await ended(tuner, (x, given) => {
    if (given.trial > 9) asked.push(given.request.fidelity);
    return parabola(x, given);
  });
  expect(asked).toEqual(
    Array.from({ length: study.confirmation?.finalists.length === 1 ? 3 : 6 }, () => ({ epochs: 9 })),
  );
  const finalists = study.confirmation?.finalists.map(({ trial }) => trial) ?? [];
  for (const number of finalists) expect((await tuner.trial(number)).fidelity).toBe(9);
  expect(study.counts.paused).toBe(0);
});

it("runs one configuration again where there is only one, and one replicate without an interval", async () => {
  const tuner = await studyOf({ trials: 1, replicates: { final: 1 } });
  const study = await ended(tuner, parabola);
  expect(study.confirmation).toMatchObject({
    winner: 1,
    finalists: [{ trial: 1, replicates: 1, interval: null }],
    difference: null,
  });
});

it("proposes the same after a crash before the epoch, and takes up what a dead generation left", async () => {
  const tuner = await studyOf({});
  // the search has ended, and so has the generation
  const search = await tuner.open();
  for (let seq = 0, told = null as object | null; seq <= 4; seq++) {
    const next = await tuner.next({ epoch: search.epoch, seq, told: told as never });
    told = next.kind !== "lambda" ? null : { trial: next.trial, lease: next.lease, result: parabola(xOf(next), next) };
  }
  const before = await tuner.study();
  await tuner.begin(2);
  const { epoch } = await tuner.open({ generation: 2 });
  const proposed = replicatesIn(await trialsOf(tuner));
  expect(proposed.map(({ number }) => number)).toEqual([5, 6, 7, 8, 9, 10]);
  expect((await tuner.study()).epoch).toMatchObject({ number: before.epoch.number + 1, confirms: { after: 4 } });

  // two run when it is killed
  await tuner.next({ generation: 2, epoch, slot: 0 });
  await tuner.next({ generation: 2, epoch, slot: 1 });
  await tuner.begin(3);
  const study = await ended(tuner, parabola, 3);
  expect(study.created).toBe(10);
  expect(study.replicates.succeeded).toBe(6);
  expect(study.confirmation?.finalists.map(({ replicates }) => replicates)).toEqual([3, 3]);
});

it("keeps its finalists whatever the first replicates say", async () => {
  const tuner = await studyOf({ trials: 8 });
  const study = await ended(tuner, (x, { trial }) => ({
    metrics: { error: trial <= 8 ? (x - 0.5) ** 2 : 100 + trial },
  }));
  expect(new Set(replicatesIn(await trialsOf(tuner)).map((trial) => trialView(trial).replicates)).size).toBe(2);
  expect(study.best?.metrics["error"]).toBeLessThan(1);
});

it("searches on when it is extended, and confirms again at its next end", async () => {
  const tuner = await studyOf({
    strategy: "grid",
    space: { parameters: [{ name: "x", type: "int", min: 0, max: 40, scale: "linear" }], constraints: [] },
  });
  const far: Objective = (x, { trial }) => ({ metrics: { error: (x - 7) ** 2 + (trial % 3) / 10 } });
  const first = await ended(tuner, far);
  expect(first.confirmation).not.toBe(null);
  await extendStudy("s", { trials: 9 }, tuner.ports, LAUNCHER);
  await tuner.begin(2);
  expect((await tuner.study()).confirmation).toBe(null);
  const second = await ended(tuner, far, 2);
  const trials = await trialsOf(tuner);
  const searched = trials.filter(({ source }) => source !== "replicate");
  // no grid point is passed over or tried twice
  expect(searched.map(({ parameters }) => parameters["x"]).sort((a, b) => Number(a) - Number(b))).toHaveLength(9);
  expect(new Set(searched.map(({ parameters }) => parameters["x"])).size).toBe(9);
  expect(second.reason?.message).toBe("all 9 trials ended");
  expect(second.replicates.succeeded).toBe(12);
  expect(second.confirmation?.finalists.map(({ replicates }) => replicates)).toEqual([3, 3]);
});

it("drops replicates that have not started when it is extended among them", async () => {
  const tuner = await studyOf({ parallel: 1 });
  let left = 5;
  // the sixth trial takes its slot with it
  const untilItDies = async (): Promise<void> => {
    for (;;) {
      const { epoch, trialsPerSlot: quota } = await tuner.open();
      let next = await tuner.next({ epoch, quota });
      for (let seq = 1; next.kind === "lambda"; seq++) {
        if (left-- === 0) return;
        const told = { trial: next.trial, lease: next.lease, result: parabola(xOf(next), next) };
        next = await tuner.next({ epoch, quota, seq, told });
      }
    }
  };
  await untilItDies();
  await tuner.store.amendStudy("s", { spec: { trials: 6 }, reason: AMENDED, at: tuner.now });
  const end = await ended(tuner, parabola);
  expect(end.reason?.message).toBe("all 6 trials ended");
  expect(end.replicates).toMatchObject({ succeeded: 7, cancelled: 5 });
  expect(end.counts.cancelled).toBe(5);
  expect(end.confirmation?.finalists.map(({ replicates }) => replicates)).toEqual([3, 3]);
});

it("tells of the confirmation in the story, in the words of the run's end", async () => {
  const tuner = await studyOf({});
  const { confirmation } = await ended(tuner, parabola);
  const { items } = await tuner.store.readEvents("s", { limit: 100 });
  expect(items.at(-2)).toMatchObject({ type: "confirmed", confirmation });
});
