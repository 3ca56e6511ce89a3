import * as z from "zod";
import { type Issue, PegboxError } from "../errors/pegbox-error.ts";
import { valueAt } from "../study/file/problem.ts";
import { render } from "../study/file/render.ts";
import { issuesOf } from "../study/file/structure.ts";
import { studySchema } from "../study/schema.ts";
import type { StudySpec } from "../study/spec.ts";
import { parseStudy } from "../study/study-file.ts";

/** `rate(6 hours)` or `cron(0 3 * * ? *)`, as EventBridge Scheduler has them; it judges the fields itself. */
const SCHEDULE = /^(rate\([1-9]\d{0,5} (minutes?|hours?|days?)\)|cron\(([^\s()]+ ){5}[^\s()]+\))$/;

const schedule = z
  .string("a rate or cron expression")
  .regex(SCHEDULE, "a schedule such as rate(6 hours) or cron(0 3 * * ? *)")
  .meta({ description: "A rate or cron expression of EventBridge Scheduler, in UTC" });

/** The body as it is documented; what is in `study` is judged by `parseStudy`, which says more than a schema. */
export const sweepFileSchema: z.ZodType = z.strictObject({ schedule, study: studySchema });

const sweepBody = z.strictObject({ schedule, study: z.unknown() });

/**
 * The body of `PUT /sweeps/{name}`: a study file and when to start it.
 *
 * @throws {PegboxError} `INVALID_INPUT`, or what `parseStudy` throws with `study.` before each path.
 */
export function readSweep(body: unknown): { readonly spec: StudySpec; readonly schedule: string } {
  const issues = issuesOf(sweepBody, body).flatMap((issue) => toIssues(issue, body));
  if (issues.length > 0) throw new PegboxError("INVALID_INPUT", "the sweep is not valid", { issues });
  const { study, schedule } = sweepBody.parse(body);
  try {
    return { spec: parseStudy(study, { runner: "registered" }), schedule };
  } catch (error) {
    if (!(error instanceof PegboxError)) throw error;
    const within = error.issues.map(({ path, ...rest }) => ({
      path: path === "" ? "study" : `study.${path}`,
      ...rest,
    }));
    throw new PegboxError(error.code, error.message, { issues: within, cause: error });
  }
}

function toIssues(issue: z.core.$ZodIssue, body: unknown): readonly Issue[] {
  const path = issue.path as (string | number)[];
  const keys = issue.code === "unrecognized_keys" ? issue.keys : [];
  const got = render(valueAt(body, path));
  return keys.length === 0
    ? [{ path: path.join("."), expected: issue.message, got }]
    : keys.map((key) => ({ path: key, expected: "no such key", got: render(valueAt(body, [key])) }));
}
