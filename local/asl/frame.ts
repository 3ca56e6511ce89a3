import type { Cancellation } from "./cancellation.ts";
import { queryError, StateError } from "./errors.ts";
import type { Names } from "./expression.ts";
import type { History } from "./history.ts";
import { byteLength, type Json, type JsonObject } from "./json.ts";
import type { Step } from "./program.ts";
import type { Variables } from "./variables.ts";

/** Time, so that a test or a simulation can bring its own. */
export interface Clock {
  /** Milliseconds since 1970 UTC. */
  now(): number;
  /** Resolves when the time has passed, or at once when the signal aborts; never rejects. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** The world that a state machine runs in. */
export interface Environment {
  readonly clock: Clock;
  /** Uniform on [0, 1), for the jitter of retries. */
  readonly random: () => number;
  /** Does what a Lambda function does. What it throws is matched by its `name`; the signal aborts when nobody waits any more. */
  readonly invoke: (functionName: string, payload: unknown, signal: AbortSignal) => Promise<unknown>;
  /** Starts this state machine again. Throws an Error named as the service's API names it (`ExecutionAlreadyExists`). */
  readonly startExecution: (name: string, input: unknown) => Promise<{ readonly executionArn: string }>;
  /** Puts a message into a queue. */
  readonly sendMessage: (queueUrl: string, body: unknown) => Promise<void>;
}

/** Where states run: an execution, or an iteration of a Map in it. */
export interface Frame {
  readonly environment: Environment;
  /** `$states.context.StateMachine` and `.Execution`. */
  readonly machine: { readonly Id: string; readonly Name: string };
  readonly execution: JsonObject & { readonly Id: string };
  readonly history: History;
  readonly variables: Variables;
  readonly cancellation: Cancellation;
}

/** `$states` while a state runs. */
export interface States extends JsonObject {
  readonly input: Json;
  readonly context: JsonObject;
}

/** What the work of a state came to: the way it goes, its output unless that way has an Output, its `$states.result`. */
export interface Outcome {
  readonly step: Step;
  readonly output: Json;
  readonly result?: Json;
}

/** What expressions of a state see. */
export const namesOf = (frame: Frame, states: JsonObject): Names =>
  Object.assign(Object.create(frame.variables.values), { states });

/** What a state, a task or an execution may take or give in the service: 256 KiB of JSON in UTF-8. */
const PAYLOAD_LIMIT = 262_144;

/** @throws {StateError} `States.DataLimitExceeded`, which nothing catches. */
export function checkSize(value: Json, what: string): void {
  const size = byteLength(value);
  if (size <= PAYLOAD_LIMIT) return;
  throw new StateError("States.DataLimitExceeded", `The ${what} is ${size} bytes, over the limit of ${PAYLOAD_LIMIT}.`);
}

/** A number of seconds or lanes that an expression gave; undefined where the field is absent. */
export function wholeNumber(value: Json | undefined, field: string, min: number): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "number" && Number.isInteger(value) && value >= min) return value;
  throw queryError(`expected ${field} to be an integer from ${min}, got ${JSON.stringify(value)}`);
}
