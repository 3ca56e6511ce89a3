import type { Strategy } from "./strategy.ts";

/** Only what people enqueue is tried: there is never anything to propose. */
export const manual: Strategy = {
  name: "manual",
  adaptive: false,
  needsHistory: () => false,
  propose: () => ({ suggestions: [], exhausted: true }),
};
