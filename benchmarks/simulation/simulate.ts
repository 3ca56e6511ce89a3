import { setImmediate as turn } from "node:timers/promises";
import type { StudyStore } from "../../lib/store/study-store.ts";
import type { Study } from "../../lib/study/records.ts";
import type { StudySpec } from "../../lib/study/spec.ts";
import type { TrialRequest, TrialResult } from "../../lib/study/trial-contract.ts";
import { createStudy, startStudy } from "../../lib/tuner/create-study.ts";
import type { ExecutionCount } from "../../local/asl/history.ts";
import { createEngine } from "../../local/engine.ts";
import { intercept } from "../../test/local/studies.ts";
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
  readonly epochs: number;
  /** Times that proposals were added to an open epoch. */
  readonly refills: number;
  /** Seconds that trials ran, in all. */
  readonly busySeconds: number;
}

/** Runs a study with the workflow, the handlers and a store as they are, trials that only take time, and time that costs none. */
export function simulate(given: StudyStore, spec: StudySpec, durations: Durations): Promise<Simulated> {
  const { store, quiet, refills } = awaited(given);
  const clock = new VirtualClock(undefined, quiet);
  const counts: ExecutionCount[] = [];
  const start = clock.now();
  let busy = 0;
  let last = start;
  let epochs = 0;

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
        if (type === "epochOpened") epochs++;
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
      epochs,
      refills: refills(),
      busySeconds: busy / 1000,
    };
  }
  return clock.run(work());
}

/** A store, and whether it has answered all: a clock that costs no time must not pass while sockets take some. */
function awaited(store: StudyStore): { readonly store: StudyStore; quiet(): Promise<void>; refills(): number } {
  let underWay = 0;
  let refills = 0;
  return {
    refills: () => refills,
    store: intercept(store, async (method, call) => {
      underWay++;
      if (method === "addProposals") refills++;
      try {
        return await call();
      } finally {
        underWay--;
      }
    }),
    async quiet() {
      do await turn();
      while (underWay > 0);
    },
  };
}

/** A bowl over the numbers among the parameters. */
function lossOf(parameters: TrialRequest["parameters"]): number {
  const numbers = Object.values(parameters).filter((value) => typeof value === "number");
  return numbers.reduce((sum, value) => sum + (value - 0.3) ** 2, 0);
}
