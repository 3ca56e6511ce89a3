import { setImmediate as afterThis } from "node:timers/promises";
import type { RefillEvent } from "../lib/workflow/messages.ts";

/** Refills of studies in this process, one at a time for each study; each begins once whoever asked has had an answer. */
export interface Refills {
  /** While one of the study is under way, all who ask get one together after it. */
  request(event: RefillEvent): void;
  /** Resolves when none is under way, or none of a study. */
  idle(study?: string): Promise<void>;
}

interface Working {
  next: RefillEvent | null;
  readonly ended: Promise<void>;
}

/** @param failed told what a refill threw; the next request is a fresh try. */
export function trackRefills(
  refill: (event: RefillEvent) => Promise<void>,
  failed: (study: string, error: unknown) => void,
): Refills {
  const working = new Map<string, Working>();

  async function work(first: RefillEvent): Promise<void> {
    const { studyId } = first;
    for (let event: RefillEvent | null = first; event !== null; event = take(studyId)) {
      await afterThis();
      await refill(event).catch((error: unknown) => failed(studyId, error));
    }
    working.delete(studyId);
  }

  function take(study: string): RefillEvent | null {
    const mine = working.get(study);
    const next = mine?.next ?? null;
    if (mine !== undefined) mine.next = null;
    return next;
  }

  return {
    request(event) {
      const mine = working.get(event.studyId);
      if (mine !== undefined) mine.next = event;
      else working.set(event.studyId, { next: null, ended: work(event) });
    },

    async idle(study) {
      const own = (): Working[] =>
        [...working].filter(([id]) => study === undefined || id === study).map(([, one]) => one);
      for (let some = own(); some.length > 0; some = own()) await Promise.all(some.map(({ ended }) => ended));
    },
  };
}
