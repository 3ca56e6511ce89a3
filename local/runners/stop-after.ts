import type { RunOptions } from "./runner.ts";

export type StopCause = "timeout" | "interrupted";

export interface StopWatch {
  /** Settles when the trial has to be stopped; never, when it does not. */
  readonly cause: Promise<StopCause>;
  /** Forgets the timer and the signal. */
  release(): void;
}

/** `setTimeout` takes 2³¹ − 1 ms at most, and fires at once on more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Watches for the two reasons to stop a trial: its time limit, and the person's wish. */
export function stopAfter({ signal, timeoutMs }: RunOptions): StopWatch {
  let timer: NodeJS.Timeout | undefined;
  let interrupt = (): void => {};
  const cause = new Promise<StopCause>((resolve) => {
    interrupt = () => resolve("interrupted");
    if (signal.aborted) interrupt();
    signal.addEventListener("abort", interrupt, { once: true });
    if (timeoutMs !== null) timer = setTimeout(() => resolve("timeout"), Math.min(timeoutMs, LONGEST_TIMER_MS));
  });
  return {
    cause,
    release: () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", interrupt);
    },
  };
}
