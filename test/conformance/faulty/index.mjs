// A function that knows nothing of Pegbox but the form of a request and of a result: its trials take and come to what `fixed` says.
import { setTimeout as sleep } from "node:timers/promises";

export async function handler({ trial, attempt, parameters: { x }, fixed: { seconds = {}, fails = {} } }) {
  await sleep(1000 * (seconds[trial] ?? 0.2));
  switch (fails[trial]) {
    case "always":
      throw new RangeError("as it was told to");
    case "once":
      if (attempt === 1) return { error: { message: "as it was told to", retryable: true } };
      break;
    case "nan":
      // JSON makes null of it
      return { metrics: { y: Number.NaN } };
  }
  return { metrics: { y: (x - 0.3) ** 2 } };
}
