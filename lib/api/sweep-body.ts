import * as z from "zod";
import { PegboxError } from "../errors/pegbox-error.ts";
import type { Sweep } from "../store/study-store.ts";
import { studySchema } from "../study/schema.ts";
import { parseStudy } from "../study/study-file.ts";
import { readShape } from "./body-issues.ts";

/** `rate(6 hours)` or `cron(0 3 * * ? *)`, as EventBridge Scheduler has them; it judges the fields itself. */
const SCHEDULE = /^(rate\([1-9]\d{0,5} (minutes?|hours?|days?)\)|cron\(([^\s()]+ ){5}[^\s()]+\))$/;

const schedule = z
  .string("a rate or cron expression")
  .regex(SCHEDULE, "a schedule such as rate(6 hours) or cron(0 3 * * ? *)")
  .meta({ description: "A rate or cron expression of EventBridge Scheduler, in UTC" });

const overlap = z.enum(["beside", "skip"], "beside or skip").default("beside").meta({
  description: "Where the study before has not ended when the next is due: it starts beside it, or not at all",
});

/** The body as it is documented; what is in `study` is judged by `parseStudy`, which says more than a schema. */
export const sweepFileSchema: z.ZodType = z.strictObject({ schedule, overlap, study: studySchema });

const sweepBody = z.strictObject({ schedule, overlap, study: z.unknown() });

/**
 * The body of `PUT /sweeps/{name}`: a study file, when to start it, and whether beside the one before.
 *
 * @throws {PegboxError} `INVALID_INPUT`, or what `parseStudy` throws with `study.` before each path.
 */
export function readSweep(body: unknown): Pick<Sweep, "spec" | "schedule" | "overlap"> {
  const { study, ...rest } = readShape(sweepBody, body, "the sweep");
  try {
    return { spec: parseStudy(study, { runner: "registered" }), ...rest };
  } catch (error) {
    if (!(error instanceof PegboxError)) throw error;
    const within = error.issues.map(({ path, ...more }) => ({
      path: path === "" ? "study" : `study.${path}`,
      ...more,
    }));
    throw new PegboxError(error.code, error.message, { issues: within, cause: error });
  }
}
