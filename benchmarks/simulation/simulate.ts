import type { StudyStore } from "../../lib/store/study-store.ts";
import type { Study } from "../../lib/study/records.ts";
import type { StudySpec } from "../../lib/study/spec.ts";
import type { TrialRequest, TrialResult } from "../../lib/study/trial-contract.ts";
import { createStudy, startStudy } from "../../lib/tuner/create-study.ts";
import type { ExecutionCount } from "../../local/asl/history.ts";
import { createEngine } from "../../local/engine.ts";
import { VirtualClock } from "../../test/support/virtual-clock.ts";
import type { Durations } from "./durations.ts";

export interface Simulated {
  readonly study: Study;
  /** Of the clock of the study: from its start to its end. */
  readonly seconds: number;
  /** Share of the slots' time, to the end of the last trial, in which they ran one. */
  readonly utilisation: number;
  readonly executions: number;
  readonly transitions: number;
  /** Of the longest history. */
  readonly mostEvents: number;
  /** Invocations of the handlers, each a Lambda call when deployed. */
  readonly plans: number;
}

/** Runs a study with the workflow, the handlers and a store as they are, trials that only take time, and time that costs none. */
export function simulate(store: StudyStore, spec: StudySpec, durations: Durations): Promise<Simulated> {
  const clock = new VirtualClock();
  const counts: ExecutionCount[] = [];
  const start = clock.now();
  let busy = 0;
  let last = start;
  let plans = 0;

  async function run(
    { trial, parameters }: TrialRequest,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<TrialResult> {
    const milliseconds = 1000 * durations(trial);
    await clock.sleep(milliseconds, signal);
    busy += milliseconds;
    last = clock.now();
    return { metrics: { loss: lossOf(parameters) } };
  }

  async function work(): Promise<Simulated> {
    const engine = createEngine({
      store,
      clock: { now: () => Math.floor(clock.now()), sleep: (ms, signal) => clock.sleep(ms, signal) },
      runners: new Map([["", { run, close: async () => {} }]]),
      observe: ({ type }) => {
        if (type === "epochOpened") plans++;
      },
      count: (execution) => void counts.push(execution),
    });
    const { study: created } = await createStudy("simulated", spec, engine.ports);
    await startStudy(created, engine.launcher, engine.ports);
    await engine.idle();
    const study = (await store.getStudy(created.id)) ?? created;
    return {
      study,
      seconds: (clock.now() - start) / 1000,
      utilisation: busy / (spec.parallel * (last - start)),
      executions: counts.length,
      transitions: counts.reduce((sum, { transitions }) => sum + transitions, 0),
      mostEvents: counts.reduce((most, { events }) => Math.max(most, events), 0),
      plans,
    };
  }
  return clock.run(work());
}

/** A bowl over the numbers among the parameters. */
function lossOf(parameters: TrialRequest["parameters"]): number {
  const numbers = Object.values(parameters).filter((value) => typeof value === "number");
  return numbers.reduce((sum, value) => sum + (value - 0.3) ** 2, 0);
}
