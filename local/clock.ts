/** setTimeout counts in 31 bits: a longer wait would end at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** The wall clock and timers of this machine, as the workflow's interpreter takes them. */
export const systemClock: {
  now(): number;
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
} = {
  now: () => Date.now(),

  async sleep(milliseconds, signal) {
    const end = Date.now() + milliseconds;
    for (let left = milliseconds; left > 0 && !signal.aborted; left = end - Date.now()) {
      await pause(Math.min(left, LONGEST_TIMER_MS), signal);
    }
  },
};

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}
