import type { Metrics } from "./records.ts";

/** What a trial measured on its way. */
export interface Measurement {
  /** A whole number, 0 … `LAST_STEP`. */
  readonly step: number;
  readonly metrics: Metrics;
}

/** Steps of more are not steps but clocks; it has nine digits, which sort as text. */
export const LAST_STEP = 999_999_999;

/** Kept a trial: a curve of a thousand points is more than is looked at, and a trial must not fill the store. */
export const MOST_MEASUREMENTS = 1000;

/** Of one step's metrics as JSON: the kilobyte that DynamoDB writes at a time. */
export const MEASUREMENT_LIMIT_BYTES = 1024;

export function isStep(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= LAST_STEP;
}
