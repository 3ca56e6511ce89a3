import type { RandomStream } from "../../../lib/random/philox.ts";
import type { StudyStore } from "../../../lib/store/study-store.ts";
import type { Clock } from "../../../local/asl/frame.ts";
import { intercept } from "../studies.ts";

/**
 * How an invocation of a handler goes wrong. Whatever happens to it, the workflow hears an error, except of the one that
 * is made twice.
 */
const FAULTS = [
  /** It never ran. */
  "refused",
  /** It did all its work, and its answer was lost. */
  "unheard",
  /** Given up by the workflow, it runs some time later. */
  "late",
  /** It runs twice at once, and the second answer counts. */
  "twice",
  /** Its process dies at a call of the store, before it is made. */
  "dies before a call",
  /** Its process dies at a call of the store that was made. */
  "dies after a call",
] as const;

export type Fault = (typeof FAULTS)[number];

/** No handler that does much is spared for making many calls, and most make fewer: those with fewer die at their end. */
const CALLS = 12;
/** Seconds after which one that was given up runs at the latest: longer than any handler may take. */
const LATEST = 1000;

const lost = (): Error => Object.assign(new Error("the function gave no answer"), { name: "Lambda.Unknown" });

export interface Injector {
  /** Runs a handler over the store, or does so with a fault. */
  invoke<T>(handler: (store: StudyStore) => Promise<T>): Promise<T>;
  readonly injected: ReadonlyMap<Fault, number>;
  /** Resolves when those that were given up have run. */
  settled(): Promise<void>;
}

/**
 * Faults before and after every commit: of the handlers' invocations, and of the calls of the store within them.
 *
 * @param rate share of invocations with a fault
 */
export function faultInjector(store: StudyStore, clock: Clock, stream: RandomStream, rate: number): Injector {
  const injected = new Map<Fault, number>();
  const late: Promise<unknown>[] = [];

  async function runLate(handler: (store: StudyStore) => Promise<unknown>, seconds: number): Promise<void> {
    await clock.sleep(1000 * seconds, new AbortController().signal);
    // nobody hears what it says
    await handler(store).catch(() => {});
  }

  return {
    injected,
    async invoke(handler) {
      if (stream.uniform() >= rate) return handler(store);
      const fault = FAULTS[stream.int(FAULTS.length)]!;
      injected.set(fault, (injected.get(fault) ?? 0) + 1);
      switch (fault) {
        case "refused":
          throw lost();
        case "unheard":
          await handler(store);
          throw lost();
        case "late":
          late.push(runLate(handler, stream.int(LATEST)));
          throw lost();
        case "twice": {
          const first = handler(store).catch(() => {});
          const second = handler(store);
          await first;
          return second;
        }
        default:
          await handler(dying(store, stream.int(CALLS), fault === "dies after a call")).catch(() => {});
          throw lost();
      }
    },
    async settled() {
      for (const one of late) await one;
    },
  };
}

/** A store of a process that dies at a call; afterwards nothing of that process is stored. */
function dying(store: StudyStore, at: number, after: boolean): StudyStore {
  let calls = 0;
  return intercept(store, async (_, call) => {
    const mine = calls++;
    if (mine > at || (mine === at && !after)) throw lost();
    const answer = await call();
    if (mine === at) throw lost();
    return answer;
  });
}
