/** One thing that is wrong with an input: where, what was expected, what came, and how to mend it. */
export interface Issue {
  /** Dotted path into the input, `parameters.learningRate.max`; the empty string is the input itself. */
  readonly path: string;
  readonly expected: string;
  readonly got: string;
  readonly hint?: string;
}

/** Every code that a user or a client may meet. Adding one is adding a promise: codes are never renamed. */
export type ErrorCode =
  | "INVALID_STUDY" // the study file or body has problems; `issues` lists every one
  | "INVALID_INPUT" // any other input (arguments, query, message) has problems
  | "NOT_YET" // a documented feature that this version does not have
  | "NOT_FOUND" // no such file, study, trial, runner, sweep
  | "CONFLICT" // the state of the study or trial does not allow it
  | "IDEMPOTENCY_CONFLICT" // the same Idempotency-Key came with another body
  | "RUNNER_NOT_ALLOWED" // over HTTP a study names a registered runner by id
  | "RUNNER_MISSING" // the study file has no runner for this place
  | "SPACE_EMPTY" // no point of the space satisfies the constraints
  | "UNAVAILABLE" // this installation cannot do that (sweeps without AWS, …)
  | "STATE_BUSY" // the state directory is in use
  | "UNAUTHORIZED" // who asks an API has no credentials, or may not
  | "UNREACHABLE" // an API, or what leads to it, does not answer
  | "NOT_POSITIVE_DEFINITE" // a matrix without a Cholesky factor
  | "INTERNAL"; // a defect of ours

export interface ErrorOptions {
  readonly hint?: string;
  readonly issues?: readonly Issue[];
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** The one error class of Pegbox. `message` says what was expected, where, and what came. */
export class PegboxError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly issues: readonly Issue[];
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "PegboxError";
    this.code = code;
    this.hint = options.hint;
    this.issues = options.issues ?? [];
    this.details = options.details ?? {};
  }
}
