import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "../../local/asl/frame.ts";

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly wake: () => void;
}

/**
 * Time that passes only when everybody sleeps: a year of an execution takes as long as its work. Sleepers wake in
 * order of time, those of the same instant in the order in which they lay down, one by one, so that a run is
 * repeated exactly. Work that awaits something else than this clock (a socket, a worker) does not hold time back, unless
 * `quiet` waits for it.
 */
export class VirtualClock implements Clock {
  /** Soonest last, so that the next one is popped. */
  readonly #timers: Timer[] = [];
  #now: number;
  #order = 0;
  readonly #quiet: () => Promise<unknown>;

  /**
   * @param start milliseconds since 1970 UTC; default 2026-01-01T00:00:00Z.
   * @param quiet resolves when nobody does anything but sleep; default after a turn of the event loop
   */
  constructor(start: number = Date.UTC(2026, 0, 1), quiet: () => Promise<unknown> = turn) {
    this.#now = start;
    this.#quiet = quiet;
  }

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = () => {
        this.#timers.splice(this.#indexOf(timer), 1);
        resolve();
      };
      const wake = () => {
        signal.removeEventListener("abort", cancel);
        resolve();
      };
      const timer: Timer = { at: this.#now + Math.max(0, milliseconds), order: this.#order++, wake };
      this.#timers.splice(this.#indexOf(timer), 0, timer);
      signal.addEventListener("abort", cancel, { once: true });
    });
  }

  /** Lets time pass until the promise settles. Rejects when nobody sleeps and it has not: it never would. */
  async run<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const done = () => {
      settled = true;
    };
    promise.then(done, done);
    for (;;) {
      await this.#quiet();
      if (settled) return promise;
      const next = this.#timers.pop();
      if (next === undefined) throw new Error("nobody sleeps and the promise is not settled");
      this.#now = next.at;
      next.wake();
    }
  }

  /** Where the timer is, or belongs. */
  #indexOf(timer: Timer): number {
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#timers[middle] as Timer;
      if (other.at > timer.at || (other.at === timer.at && other.order > timer.order)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
