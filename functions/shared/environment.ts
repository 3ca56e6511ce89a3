import { PegboxError } from "../../lib/errors/pegbox-error.ts";

/** Names of the variables that the stack gives to its functions; `infra/` writes them. */
export type Variable =
  | "PEGBOX_TABLE"
  | "PEGBOX_BUCKET"
  | "PEGBOX_RUNNERS"
  | "PEGBOX_STATE_MACHINE"
  | "PEGBOX_SCHEDULE_GROUP"
  | "PEGBOX_SCHEDULE_ROLE"
  | "PEGBOX_REFILL_FUNCTION"
  | "PEGBOX_API_URL"
  | "PEGBOX_FUNCTION";

export function environment(name: Variable): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new PegboxError("INTERNAL", `expected the variable ${name}`);
  return value;
}
