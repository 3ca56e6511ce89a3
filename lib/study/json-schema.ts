import * as z from "zod";
import { studySchema } from "./schema.ts";

/** The study file as JSON Schema, draft 2020-12: what a person writes, before defaults are filled in. */
export function studyJsonSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(studySchema, { target: "draft-2020-12", io: "input" });
}
