import type { StudyStore } from "../../lib/store/study-store.ts";
import type { Study, Trial } from "../../lib/study/records.ts";
import type { StudySpec } from "../../lib/study/spec.ts";
import type { TrialRequest, TrialResult } from "../../lib/study/trial-contract.ts";
import { startStudy } from "../../lib/tuner/create-study.ts";
import { interruptStudy } from "../../lib/tuner/lifecycle/interrupt.ts";
import type { TunerEvent } from "../../lib/tuner/ports.ts";
import type { Clock } from "../../local/asl/frame.ts";
import { createEngine } from "../../local/engine.ts";
import { openStudy } from "../../local/open-study.ts";
import { Interrupted } from "../../local/runners/runner.ts";
import { VirtualClock } from "../support/virtual-clock.ts";

/** What a trial does; what it throws, its runner throws. */
export type TrialFunction = (request: TrialRequest, interrupt: () => Promise<void>) => TrialResult;

export interface Ran {
  readonly study: Study;
  readonly trials: readonly Trial[];
  readonly events: readonly TunerEvent[];
  /** Trials that ran at once, at most. */
  readonly most: number;
}

/** Less than a second: too short for slots that go on for themselves. */
const moment = ({ seed }: TrialRequest): number => 1 + (seed % 1000);

/** Half of them short, half long, in milliseconds: slots that waited for one another would be idle half the time. */
export const uneven = ({ seed }: TrialRequest): number => (seed % 2 === 0 ? 5_000 : 120_000) + (seed % 997);

/**
 * Runs, or goes on with, the newest unfinished study of the file's name, as `pegbox run --resume` does; waits cost no time.
 *
 * @param lasting milliseconds that a trial takes
 */
export function runStudy(
  store: StudyStore,
  spec: StudySpec,
  trial: TrialFunction,
  lasting: (request: TrialRequest) => number = moment,
): Promise<Ran> {
  const time = new VirtualClock();
  const clock: Clock = { now: () => Math.floor(time.now()), sleep: (ms, signal) => time.sleep(ms, signal) };
  const events: TunerEvent[] = [];
  let id = "";
  let running = 0;
  let most = 0;
  const engine = createEngine({
    store,
    clock,
    observe: (event) => void events.push(event),
    runners: new Map([["", { run, close: async () => {} }]]),
  });

  async function run(request: TrialRequest, { signal }: { readonly signal: AbortSignal }): Promise<TrialResult> {
    most = Math.max(most, ++running);
    try {
      await clock.sleep(lasting(request), signal);
      if (signal.aborted) throw new Interrupted();
      return trial(request, interrupt);
    } finally {
      running--;
    }
  }

  async function interrupt(): Promise<void> {
    await interruptStudy(id, engine.ports);
    engine.interrupt();
  }

  async function work(): Promise<Ran> {
    const opened = await openStudy(spec, true, engine.ports, async () => {});
    ({ id } = opened.study);
    await startStudy(opened.study, engine.launcher, engine.ports);
    await engine.idle();
    const study = (await store.getStudy(id)) ?? opened.study;
    return { study, trials: await store.readTrials(id, { from: 1, to: study.created }), events, most };
  }
  return time.run(work());
}

/** What must not depend on when a study was cut off: all of a trial but its times and lease. */
export function essence({ trials, study }: Ran): object {
  return {
    status: study.status,
    reason: study.reason,
    best: study.best,
    counts: study.counts,
    trials: trials.map(({ startedAt, endedAt, lease, lost, ...rest }) => rest),
  };
}

/** A store each of whose calls goes through `around`. */
export function intercept(
  store: StudyStore,
  around: (method: keyof StudyStore, call: () => Promise<unknown>, values: readonly unknown[]) => Promise<unknown>,
): StudyStore {
  return new Proxy(store, {
    get(target, method: keyof StudyStore) {
      const call = target[method] as (...args: readonly unknown[]) => Promise<unknown>;
      return (...args: readonly unknown[]) => around(method, () => call(...args), args);
    },
  });
}
