import type { Study, Trial } from "../../study/records.ts";

/**
 * Share of `budget.wallClock` that was left when the latest trial ended, 0 … 1: no clock is read, so that a replay of the same
 * trials says the same.
 *
 * @returns undefined where time is not limited, or the study has not begun
 */
export function timeLeft(
  { spec, startedAt }: Pick<Study, "spec" | "startedAt">,
  trials: readonly Pick<Trial, "endedAt">[],
): number | undefined {
  const { wallClock } = spec.budget;
  if (wallClock === null || startedAt === null) return undefined;
  const latest = trials.reduce((time, { endedAt }) => Math.max(time, endedAt ?? startedAt), startedAt);
  return Math.max(0, 1 - (latest - startedAt) / (1000 * wallClock));
}
