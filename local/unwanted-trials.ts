import type { StudyStore } from "../lib/store/study-store.ts";
import type { TrialRequest } from "../lib/study/trial-contract.ts";
import type { Clock } from "./asl/frame.ts";

/** Milliseconds between two looks: a person who stops a study is answered soon, and a look costs less than a millisecond. */
const LOOK_MS = 1000;

/** Ends what runs here and is no longer wanted: whoever stops a trial, or a study with `--now`, gives it up in the store. */
export interface UnwantedTrials {
  /** Runs a trial; `signal` aborts once the store has given the trial up. */
  watch<T>(request: TrialRequest, run: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

export function unwantedTrials(store: StudyStore, clock: Clock): UnwantedTrials {
  const running = new Map<TrialRequest, AbortController>();
  let looking: AbortController | null = null;

  async function look(): Promise<void> {
    for (const [request, controller] of running) {
      const trial = await store.getTrial(request.study, request.trial);
      if (trial?.state !== "RUNNING") controller.abort();
    }
  }

  async function lookOnAndOn(until: AbortSignal): Promise<void> {
    for (;;) {
      await clock.sleep(LOOK_MS, until);
      if (until.aborted) return;
      // a store that does not answer now is looked at again, and the trials' own calls tell of it
      await look().catch(() => {});
    }
  }

  return {
    async watch(request, run) {
      const controller = new AbortController();
      running.set(request, controller);
      if (looking === null) {
        looking = new AbortController();
        void lookOnAndOn(looking.signal);
      }
      try {
        return await run(controller.signal);
      } finally {
        running.delete(request);
        if (running.size === 0) {
          looking?.abort();
          looking = null;
        }
      }
    },
  };
}
