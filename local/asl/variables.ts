import { StateError } from "./errors.ts";
import { byteLength, type Json } from "./json.ts";

/** Limits of the service: one variable or one Assign, and all variables of an execution, in bytes of JSON. */
const VARIABLE_LIMIT = 262_144;
const EXECUTION_LIMIT = 10_485_760;

/** The variables of one scope. An inner scope reads the outer ones; what it assigns is its own. */
export class Variables {
  /** By name, with the outer scopes behind as prototypes. */
  readonly values: Readonly<Record<string, Json>>;
  readonly #own: Record<string, Json>;
  readonly #sizes = new Map<string, number>();
  readonly #total: { bytes: number };

  constructor(outer?: Variables) {
    this.#own = Object.create(outer?.values ?? null);
    this.values = this.#own;
    this.#total = outer === undefined ? { bytes: 0 } : outer.#total;
  }

  /** @throws {StateError} `States.DataLimitExceeded` over 256 KiB in one Assign or 10 MiB in the execution. */
  assign(values: Readonly<Record<string, Json>>): void {
    let assigned = 0;
    for (const [name, value] of Object.entries(values)) {
      const size = byteLength(value);
      assigned += size;
      this.#total.bytes += size - (this.#sizes.get(name) ?? 0);
      this.#sizes.set(name, size);
      this.#own[name] = value;
    }
    if (assigned > VARIABLE_LIMIT) exceeded("assigned variables", VARIABLE_LIMIT);
    if (this.#total.bytes > EXECUTION_LIMIT) exceeded("all variables of the execution", EXECUTION_LIMIT);
  }

  /** Gives the bytes back when the scope ends. */
  release(): void {
    for (const size of this.#sizes.values()) this.#total.bytes -= size;
    this.#sizes.clear();
  }
}

function exceeded(what: string, limit: number): never {
  throw new StateError("States.DataLimitExceeded", `The ${what} exceed ${limit} bytes.`);
}
