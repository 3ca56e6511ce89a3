import { PegboxError } from "../lib/errors/pegbox-error.ts";
import type { StudyStore } from "../lib/store/study-store.ts";
import type { Study } from "../lib/study/records.ts";
import { finalize } from "../lib/tuner/finalize.ts";
import { type Extension, extendStudy, pauseStudy, resumeStudy, stopStudy } from "../lib/tuner/lifecycle/lifecycle.ts";
import { plan } from "../lib/tuner/plan.ts";
import type { Launcher, TunerPorts } from "../lib/tuner/ports.ts";
import { lockStudy } from "./lock.ts";

/** What a person asks, here, of a study that another process runs, has run, or was killed at. */
export interface Wishes {
  pause(study: Study): Promise<Study>;
  /** @throws {PegboxError} `UNAVAILABLE`, saying how, where the study needs a process to go on. */
  resume(study: Study): Promise<Study>;
  stop(study: Study, now: boolean): Promise<Study>;
  /** A study that had ended waits then for a process to go on. */
  extend(study: Study, extension: Extension): Promise<Study>;
}

/**
 * A process that runs the study sees the wish in the store and fulfils it; where none lives, it is fulfilled here.
 *
 * @param goOn what to type for a study to go on, as in "`pegbox run FILE --resume`"
 */
export function wishes(store: StudyStore, stateDirectory: string, goOn: (study: Study) => string): Wishes {
  const ports: TunerPorts = {
    store,
    now: () => Date.now(),
    observe: () => {},
    requestRefill: async () => {},
    runners: {
      resolve: () => {
        throw new PegboxError("RUNNER_MISSING", "nothing runs a trial here");
      },
    },
  };
  const nobody: Launcher = { start: async () => null };

  /** What its execution would do, were there one: a plan, and the end that this may say. */
  async function fulfil(study: Study): Promise<Study> {
    const { id: studyId, generation } = study;
    if (study.status !== "PAUSING" && study.status !== "STOPPING") return study;
    await unlessRun(study, async () => {
      const answer = await plan({ studyId, generation, events: 0, stalls: 0 }, ports);
      if (answer.action === "finish") await finalize({ studyId, generation, ...answer }, ports);
    });
    return (await store.getStudy(studyId)) ?? study;
  }

  /** @returns whether no process runs the study, so that `work` was done. */
  async function unlessRun(study: Study, work: () => Promise<void>): Promise<boolean> {
    try {
      const release = await lockStudy(stateDirectory, isServed(study) ? "serve" : study.id);
      await work().finally(release);
      return true;
    } catch (error) {
      if (error instanceof PegboxError && error.code === "STATE_BUSY") return false;
      throw error;
    }
  }

  return {
    pause: async ({ id }) => fulfil(await pauseStudy(id, ports)),
    stop: async ({ id }, now) => fulfil(await stopStudy(id, now, ports)),
    extend: ({ id }, extension) => extendStudy(id, extension, ports, nobody),
    async resume(study) {
      const { id } = study;
      const resumed = await resumeStudy(id, ports, nobody);
      const waits = resumed.status !== "RUNNING" || (await unlessRun(resumed, async () => {}));
      if (!waits) return resumed;
      throw new PegboxError("UNAVAILABLE", `study "${id}" may go on, and needs a process that runs it`, {
        hint: goOn(resumed),
      });
    },
  };
}

/** Whether `pegbox serve` runs it: such a study names a registered runner and none of its own. */
export function isServed({ spec: { runner } }: Pick<Study, "spec">): boolean {
  return (runner.function ?? runner.command ?? runner.http) === undefined;
}
