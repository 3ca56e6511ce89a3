import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Trial } from "../../lib/study/records.ts";
import { begin } from "../../lib/tuner/begin.ts";
import type { TunerEvent } from "../../lib/tuner/ports.ts";
import { success, Tuner } from "../lib/tuner/support.ts";

vi.stubEnv("POWERTOOLS_SERVICE_NAME", "Pegbox");
// then it writes to the console that tests can listen to
vi.stubEnv("POWERTOOLS_DEV", "true");
vi.stubEnv("POWERTOOLS_METRICS_DISABLED", "false");
const { observe, timedPlan } = await import("../../functions/shared/observe.ts");
const { inContext } = await import("../../functions/shared/in-context.ts");

type Line = Readonly<Record<string, unknown>>;
let lines: Line[] = [];

beforeEach(() => {
  lines = [];
  const keep = (text: string): void => void lines.push(JSON.parse(text) as Line);
  for (const level of ["log", "info", "warn", "error"] as const) vi.spyOn(console, level).mockImplementation(keep);
});
afterEach(() => vi.restoreAllMocks());

const logged = (): Line[] => lines.filter((line) => !("_aws" in line));
const measured = (): Line[] =>
  lines.flatMap((line) => {
    if (!("_aws" in line)) return [];
    const { _aws, ...rest } = line;
    const { CloudWatchMetrics } = _aws as { CloudWatchMetrics: Line[] };
    expect(CloudWatchMetrics).toMatchObject([{ Namespace: "Pegbox", Dimensions: [["service"]] }]);
    return [rest];
  });

/** A study of which two trials ran, as told by its use cases. */
async function eventsOfAStudy(): Promise<{ events: readonly TunerEvent[]; trial: Trial }> {
  const tuner = new Tuner();
  await tuner.start({ trials: 2, parallel: 1 });
  await tuner.open();
  const first = await tuner.claim();
  tuner.now += 1_500;
  await tuner.next({ seq: 1, told: { ...first, result: { ...success(0.5), cost: { usd: 0.25 } } } });
  await tuner.next({
    seq: 2,
    told: { trial: 2, lease: "g1/e1/s0/1", error: { Error: "Lambda.TooManyRequestsException" } },
  });
  return { events: tuner.events, trial: await tuner.trial(1) };
}

describe("what is told of a study", () => {
  it("says of every line which study, trial, attempt and lease, and never a parameter", async () => {
    const { events, trial } = await eventsOfAStudy();
    for (const event of events) observe(event);
    expect(
      logged().map(({ message, studyId, trial, attempt, lease }) => [message, studyId, trial, attempt, lease]),
    ).toEqual([
      ["studyStarted", "s", undefined, undefined, undefined],
      ["epochOpened", "s", undefined, undefined, undefined],
      ["trialStarted", "s", 1, 1, "g1/e1/s0/0"],
      ["trialEnded", "s", 1, 1, undefined],
      ["trialStarted", "s", 2, 1, "g1/e1/s0/1"],
      ["trialRequeued", "s", 2, undefined, undefined],
    ]);
    expect(JSON.stringify(lines)).not.toContain(String(trial.parameters["x"]));
  });

  it("is counted, by stack and not by study, which is a property", async () => {
    const { events } = await eventsOfAStudy();
    for (const event of events) observe(event);
    const of = { service: "Pegbox", studyId: "s" };
    expect(measured()).toEqual([
      { ...of, TrialsStarted: 1 },
      { ...of, TrialsSucceeded: 1, TrialSeconds: 1.5, SpendUsd: 0.25, trial: "1", BestValue: "0.5" },
      { ...of, TrialsStarted: 1 },
      { ...of, TrialsRequeued: 1 },
    ]);
  });

  it.each([
    ["INFEASIBLE", "TrialsInfeasible"],
    ["FAILED", "TrialsFailed"],
    ["STOPPED", "TrialsStopped"],
  ] as const)("counts a trial that ended %s as %s, with nothing of what it has not", async (state, name) => {
    const { trial } = await eventsOfAStudy();
    const ended = { ...trial, state, startedAt: null, cost: null };
    observe({ type: "trialEnded", study: "s", trial: ended, best: null });
    expect(measured()).toEqual([{ service: "Pegbox", studyId: "s", trial: "1", [name]: 1 }]);
  });

  it("counts a trial that no optimizer has seen once, however often it is tried", async () => {
    const { trial } = await eventsOfAStudy();
    const decision = { strategy: "sobol", point: 3, fallback: "no proposal was ready" };
    for (const attempts of [1, 2]) {
      observe({ type: "trialStarted", study: "s", trial: { ...trial, attempts, decision } });
    }
    expect(measured().map(({ TrialsStarted, TrialsFallback }) => [TrialsStarted, TrialsFallback])).toEqual([
      [1, 1],
      [1, undefined],
    ]);
  });

  it("has a line of a result that comes late, with what it said, and no metric", async () => {
    const { trial } = await eventsOfAStudy();
    const told = { state: "SUCCEEDED", metrics: { error: 0.7 }, reason: null } as const;
    observe({ type: "resultLate", study: "s", trial, lease: "g1/e1/s3/0", told });
    expect(logged().at(-1)).toMatchObject({
      message: "resultLate",
      ...{ studyId: "s", trial: 1, state: "SUCCEEDED", attempt: 1, lease: "g1/e1/s3/0", told },
    });
    expect(measured()).toEqual([]);
  });

  it("has a line where nobody can tell what a trial has saved", () => {
    observe({ type: "checkpointUnseen", study: "s", number: 7, why: "Error: no S3" });
    expect(logged().at(-1)).toMatchObject({ message: "checkpointUnseen", studyId: "s", trial: 7, why: "Error: no S3" });
  });

  it("has how long a plan took", async () => {
    expect(await timedPlan("s", async () => "plan")).toBe("plan");
    expect(measured()).toEqual([{ service: "Pegbox", studyId: "s", PlanMs: expect.any(Number) }]);
  });
});

describe("a handler", () => {
  it("logs where it comes from: execution and generation, epoch and slot, and the lease that is told", async () => {
    const slot = { studyId: "s", generation: 2, epoch: 3, slot: 1, told: { trial: 7, lease: "g2/e3/s1/0" } };
    await inContext(async (_: typeof slot) =>
      observe({ type: "epochOpened", study: "s", epoch: 3, proposed: 1, reason: null }),
    )(slot);
    expect(logged()[0]).toMatchObject({ studyId: "s", generation: 2, epoch: 3, slot: 1, lease: "g2/e3/s1/0" });

    lines = [];
    const tuner = new Tuner();
    await tuner.start();
    const input = { studyId: "s", generation: 2 };
    const handler = inContext((event: { input: typeof input; execution: string }) =>
      begin(event, { ...tuner.ports, observe }),
    );
    await handler({ input, execution: "s-g2" });
    expect(logged()[0]).toMatchObject({ studyId: "s", generation: 2, execution: "s-g2" });
    expect(logged()[0]).not.toHaveProperty("slot");
  });

  it("that fails says so and what it was about, and fails", async () => {
    const handler = inContext((_: { studyId: string }) => Promise.reject(new TypeError("no store")));
    await expect(handler({ studyId: "s" })).rejects.toThrow("no store");
    expect(logged()).toMatchObject([
      {
        level: "ERROR",
        message: "the handler failed",
        studyId: "s",
        error: { name: "TypeError", message: "no store" },
      },
    ]);
  });
});
