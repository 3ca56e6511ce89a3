import { PegboxError } from "../errors/pegbox-error.ts";

/**
 * What models say, or what is done without them where even the last jitter was not enough for one. What cannot be fitted cannot
 * be fitted the next time either: it is no reason to end a study.
 *
 * @param unfitted given why
 */
export function orUnfit<Answer>(fitted: () => Answer, unfitted: (message: string) => Answer): Answer {
  try {
    return fitted();
  } catch (error) {
    if (error instanceof PegboxError && error.code === "NOT_POSITIVE_DEFINITE") return unfitted(error.message);
    throw error;
  }
}
