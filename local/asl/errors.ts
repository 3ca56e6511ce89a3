/** An error in the sense of the Amazon States Language: a name that Retry and Catch match, and a cause in words. */
export class StateError extends Error {
  readonly error: string;
  readonly reason: string;

  constructor(error: string, reason = "", cause?: unknown) {
    super(reason === "" ? error : `${error}: ${reason}`, { cause });
    this.name = error;
    this.error = error;
    this.reason = reason;
  }
}

/** Unwinds what an abort stopped; not an error of any state. */
export class Stopped extends Error {}

/** A definition that does not load; `issues` lists everything, each with its path. */
export class DefinitionError extends Error {
  readonly issues: readonly string[];

  constructor(issues: readonly string[]) {
    super(`the state machine does not load:\n${issues.join("\n")}`);
    this.name = "DefinitionError";
    this.issues = issues;
  }
}

/** Errors that end the execution whatever Retry and Catch say. */
export const TERMINAL: ReadonlySet<string> = new Set(["States.DataLimitExceeded", "States.Runtime"]);

/** Whether an ErrorEquals names this error, by itself or by a wildcard. */
export function matches(errorEquals: readonly string[], error: string): boolean {
  if (TERMINAL.has(error)) return false;
  return errorEquals.some(
    (name) => name === error || name === "States.ALL" || (name === "States.TaskFailed" && error !== "States.Timeout"),
  );
}

export const queryError = (reason: string, cause?: unknown): StateError =>
  new StateError("States.QueryEvaluationError", reason, cause);

/** Anything that is not an error of the language is a defect here, and ends the execution as one of the service would. */
export function asStateError(error: unknown): StateError {
  if (error instanceof Stopped) throw error;
  return error instanceof StateError ? error : new StateError("States.Runtime", String(error), error);
}
