import { StateError } from "./errors.ts";
import { byteLength, type Json } from "./json.ts";

/** Limit of the service for the variables of one Assign, in bytes of JSON. Its 10 MiB an execution are 40 of those. */
const LIMIT = 262_144;

/** The variables of one scope. An inner scope reads the outer ones; what it assigns is its own. */
export class Variables {
  /** By name, with the outer scopes behind as prototypes. */
  readonly values: Readonly<Record<string, Json>>;

  constructor(outer?: Variables) {
    this.values = Object.create(outer?.values ?? null);
  }

  /** @throws {StateError} `States.DataLimitExceeded` over 256 KiB in one Assign. */
  assign(values: Readonly<Record<string, Json>>): void {
    if (byteLength(values) > LIMIT) {
      throw new StateError("States.DataLimitExceeded", `The assigned variables exceed ${LIMIT} bytes.`);
    }
    Object.assign(this.values, values);
  }
}
