import { Cancellation } from "./cancellation.ts";
import { queryError, StateError, Stopped } from "./errors.ts";
import { checkSize, type Frame, namesOf, type Outcome, type States, wholeNumber } from "./frame.ts";
import type { Json, JsonObject } from "./json.ts";
import type { StateNode } from "./program.ts";

type Integration = (given: JsonObject, frame: Frame, signal: AbortSignal) => Promise<Json>;

const INTEGRATIONS: Readonly<Record<string, Integration>> = {
  async "arn:aws:states:::lambda:invoke"({ FunctionName, Payload = {} }, { environment }, signal) {
    if (typeof FunctionName !== "string") throw queryError("expected FunctionName to be a string");
    try {
      const answer = await environment.invoke(FunctionName, detach(Payload), signal);
      return { ExecutedVersion: "$LATEST", Payload: detach(answer), StatusCode: 200 };
    } catch (error) {
      const { name, message } = asError(error);
      // The service gives its own errors a sentence as their cause, and a function's error as the JSON that Lambda answers.
      const cause = name.startsWith("Lambda.") ? message : JSON.stringify({ errorType: name, errorMessage: message });
      throw new StateError(name, cause, error);
    }
  },
  async "arn:aws:states:::states:startExecution"({ StateMachineArn, Name, Input = {} }, { environment, machine }) {
    if (typeof Name !== "string") throw queryError("expected Name to be a string");
    if (StateMachineArn !== machine.Id) throw startError("StateMachineDoesNotExist", String(StateMachineArn));
    try {
      const { executionArn } = await environment.startExecution(Name, detach(Input));
      return { ExecutionArn: executionArn, StartDate: new Date(environment.clock.now()).toISOString() };
    } catch (error) {
      throw startError(asError(error).name, asError(error).message);
    }
  },
  async "arn:aws:states:::sqs:sendMessage"({ QueueUrl, MessageBody = null }, { environment }) {
    if (typeof QueueUrl !== "string") throw queryError("expected QueueUrl to be a string");
    try {
      await environment.sendMessage(QueueUrl, detach(MessageBody));
      return {};
    } catch (error) {
      throw new StateError(`SQS.${asError(error).name}`, asError(error).message, error);
    }
  },
};

const startError = (name: string, message: string): StateError =>
  new StateError(`StepFunctions.${name}Exception`, message);

/** A copy as it would come over the wire; undefined is null there. */
const detach = (value: unknown): Json => JSON.parse(JSON.stringify(value ?? null)) as Json;

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

export async function runTask(state: StateNode, states: States, frame: Frame): Promise<Outcome> {
  const names = namesOf(frame, states);
  const given = (await state.template["Arguments"]?.(names)) as JsonObject;
  const seconds = wholeNumber(await state.template["TimeoutSeconds"]?.(names), "TimeoutSeconds", 1);
  checkSize(given, "input of the task");
  const { history } = frame;
  history.add("TaskScheduled", state.name);
  history.add("TaskStarted", state.name);
  const result = await attempt(state, given, seconds, frame).catch((error: unknown) => {
    if (error instanceof Stopped) throw error;
    const timedOut = error instanceof StateError && error.error === "States.Timeout";
    history.add(timedOut ? "TaskTimedOut" : "TaskFailed", state.name);
    throw error;
  });
  checkSize(result, "result of the task");
  history.add("TaskSucceeded", state.name);
  return { step: state, output: result, result };
}

/** One call, given up after `seconds`, or when the execution is. */
async function attempt(state: StateNode, given: JsonObject, seconds: number | undefined, frame: Frame): Promise<Json> {
  const work = new Cancellation(frame.cancellation);
  const timer = new AbortController();
  const integration = INTEGRATIONS[state.resource] as Integration;
  try {
    const call = work.race(integration(given, frame, work.signal));
    if (seconds === undefined) return await call;
    const timeout = frame.environment.clock.sleep(seconds * 1000, timer.signal).then((): never => {
      throw new StateError("States.Timeout", `The task ran longer than ${seconds} seconds.`);
    });
    return await Promise.race([call, timeout]);
  } catch (error) {
    work.cancel();
    throw error;
  } finally {
    timer.abort(null); // without a reason each would cost an error with its stack
    work.close();
  }
}
