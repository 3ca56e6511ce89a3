import * as z from "zod";
import { type Issue, PegboxError } from "../errors/pegbox-error.ts";
import type { StudySpec } from "../study/spec.ts";
import { parseStudy } from "../study/study-file.ts";

/** `rate(6 hours)` or `cron(0 3 * * ? *)`, as EventBridge Scheduler has them; it judges the fields itself. */
const SCHEDULE = /^(rate\([1-9]\d{0,5} (minutes?|hours?|days?)\)|cron\(([^\s()]+ ){5}[^\s()]+\))$/;

interface SweepBody {
  readonly schedule: string;
  readonly study: Readonly<Record<string, unknown>>;
}

export const sweepBody: z.ZodType<SweepBody> = z.strictObject({
  schedule: z.string().regex(SCHEDULE, "rate(6 hours) or cron(0 3 * * ? *)"),
  study: z.record(z.string(), z.unknown()),
});

/**
 * The body of `PUT /sweeps/{name}`: a study file and when to start it.
 *
 * @throws {PegboxError} `INVALID_INPUT`, or what `parseStudy` throws with `study.` before each path.
 */
export function readSweep(body: unknown): { readonly spec: StudySpec; readonly schedule: string } {
  const read = sweepBody.safeParse(body);
  if (!read.success) {
    const issues = read.error.issues.map((issue): Issue => {
      return { path: issue.path.join("."), expected: issue.message, got: "something else" };
    });
    throw new PegboxError("INVALID_INPUT", "the sweep is not valid", { issues });
  }
  try {
    return { spec: parseStudy(read.data.study, { runner: "registered" }), schedule: read.data.schedule };
  } catch (error) {
    if (!(error instanceof PegboxError)) throw error;
    const issues = error.issues.map((issue) => ({
      ...issue,
      path: issue.path === "" ? "study" : `study.${issue.path}`,
    }));
    throw new PegboxError(error.code, error.message, { issues, cause: error });
  }
}
