import { dollars } from "../../lib/study/price/money.ts";
import type { Quote, Spread } from "../../lib/tuner/money/quote.ts";
import { colors } from "./colors.ts";
import { counted, duration } from "./numbers.ts";

/** What `pegbox quote` prints: the figures, and what they rest on. */
export function quotePage({ trials, seconds, usd, assumptions }: Quote): string {
  return [
    `${counted(trials, "trial")} expected`,
    `time   ${spreadText(seconds, duration)}`,
    `money  ${spreadText(usd, dollars)}`,
    "",
    ...assumptions.map((assumption) => colors.dim(`* ${assumption}`)),
  ].join("\n");
}

/** `about 10 min 0 s (24 s to 2 h 40 min)` */
export function spreadText({ low, expected, high }: Spread, text: (value: number) => string): string {
  return low === high ? text(expected) : `about ${text(expected)} (${text(low)} to ${text(high)})`;
}
