import type { Refills } from "../../lib/tuner/workers/suggest.ts";

/**
 * Asks the strategy of a study in one call at a time: who needs what it adds and finds another at it waits for that, and who
 * needs nothing now goes on while it is asked.
 *
 * @param onDefect is told what failed where nobody waits.
 */
export function oneAtATime(onDefect: (error: unknown) => void): Refills {
  const running = new Map<string, Promise<void>>();
  return {
    async run(study, work, wait) {
      const other = running.get(study);
      if (other !== undefined) {
        // it tells of its failure itself
        if (wait) await other.catch(() => {});
        return;
      }
      // after the answer, where nobody waits: the strategy leaves no time for anything else
      const begun = wait ? work() : new Promise<void>((later) => setImmediate(later)).then(work);
      const done = begun.finally(() => running.delete(study));
      running.set(study, done);
      if (wait) await done;
      else done.catch(onDefect);
    },
  };
}
