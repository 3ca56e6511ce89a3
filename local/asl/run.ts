import { asStateError, matches, queryError, StateError } from "./errors.ts";
import { checkSize, type Frame, namesOf, type Outcome, type States, wholeNumber } from "./frame.ts";
import type { Json, JsonObject } from "./json.ts";
import { runMap } from "./map.ts";
import type { Program, Retrier, StateNode, Step } from "./program.ts";
import { runTask } from "./task.ts";

/**
 * Runs states from the first to an end.
 *
 * @returns the output of the last one
 * @throws {StateError} that no state caught
 * @throws {Stopped} when the frame is cancelled
 */
export async function runProgram(program: Program, input: Json, frame: Frame): Promise<Json> {
  let step: Step = { template: {}, next: program.StartAt };
  let data = input;
  while (step.next !== undefined) {
    frame.cancellation.check();
    const state = program.states.get(step.next) as StateNode;
    frame.history.transitions++;
    frame.history.add(`${state.type}StateEntered`, state.name);
    ({ step, output: data } = await runState(state, data, frame));
    frame.history.add(`${state.type}StateExited`, state.name);
  }
  return data;
}

async function runState(state: StateNode, input: Json, frame: Frame): Promise<Outcome> {
  const { clock, random } = frame.environment;
  const entered = new Date(clock.now()).toISOString();
  const tries = new Map<Retrier, number>();
  for (let retries = 0; ; retries++) {
    const State = { Name: state.name, EnteredTime: entered, RetryCount: retries };
    const context = { Execution: frame.execution, State, StateMachine: frame.machine };
    const states: States = { input, context };
    try {
      const outcome = await WORK[state.type](state, states, frame);
      return await leave(outcome, outcome.result === undefined ? states : { ...states, result: outcome.result }, frame);
    } catch (error) {
      const failure = asStateError(error);
      if (failure.error === "States.QueryEvaluationError") frame.history.add("EvaluationFailed", state.name);
      const delay = nextDelay(state.retry, tries, failure.error, random);
      if (delay === undefined) return handle(state, failure, states, frame);
      await frame.cancellation.pause(delay, clock);
      frame.history.transitions++;
    }
  }
}

const WORK: Record<StateNode["type"], (state: StateNode, states: States, frame: Frame) => Promise<Outcome>> = {
  Task: runTask,
  Map: (state, states, frame) => runMap({ state, states, frame, run: runProgram }),
  Pass: async (state, { input }) => ({ step: state, output: input }),
  Succeed: async (state, { input }) => ({ step: state, output: input }),
  async Wait(state, states, frame) {
    const seconds = wholeNumber(await state.template["Seconds"]?.(namesOf(frame, states)), "Seconds", 0) ?? 0;
    await frame.cancellation.pause(seconds, frame.environment.clock);
    return { step: state, output: states.input };
  },
  async Choice(state, states, frame) {
    const names = namesOf(frame, states);
    for (const rule of state.choices) {
      const holds = await rule.template["Condition"]?.(names);
      if (typeof holds !== "boolean") throw queryError(`expected a boolean Condition, got ${JSON.stringify(holds)}`);
      if (holds) return { step: rule, output: states.input };
    }
    if (state.next === undefined) throw new StateError("States.NoChoiceMatched", `No rule of ${state.name} holds.`);
    return { step: state, output: states.input };
  },
  async Fail(state, states, frame) {
    const names = namesOf(frame, states);
    const [error = "", cause = ""] = [await state.template["Error"]?.(names), await state.template["Cause"]?.(names)];
    if (typeof error === "string" && typeof cause === "string") throw new StateError(error, cause);
    throw queryError("expected Error and Cause to be strings");
  },
};

/** Assign and Output see the variables as they were when the state was entered; only then are they set. */
async function leave({ step, output }: Outcome, states: JsonObject, frame: Frame): Promise<Outcome> {
  const names = namesOf(frame, states);
  const given = step.template["Output"] === undefined ? output : await step.template["Output"](names);
  const assigned = await step.template["Assign"]?.(names);
  if (given !== states["input"]) checkSize(given, "output of the state");
  if (assigned !== undefined) frame.variables.assign(assigned as JsonObject);
  return { step, output: given };
}

function handle(state: StateNode, failure: StateError, states: States, frame: Frame): Promise<Outcome> {
  const catcher = state.catch.find(({ ErrorEquals }) => matches(ErrorEquals, failure.error));
  if (catcher === undefined) throw failure;
  const errorOutput = { Error: failure.error, Cause: failure.reason };
  return leave({ step: catcher, output: errorOutput }, { ...states, errorOutput }, frame);
}

/** Seconds to wait before the next attempt, by the first Retrier that names the error; undefined when it has no more. */
function nextDelay(retriers: readonly Retrier[], tries: Map<Retrier, number>, error: string, random: () => number) {
  const retrier = retriers.find(({ ErrorEquals }) => matches(ErrorEquals, error));
  if (retrier === undefined) return undefined;
  const tried = tries.get(retrier) ?? 0;
  const { IntervalSeconds = 1, BackoffRate = 2, MaxAttempts = 3, MaxDelaySeconds = Infinity, JitterStrategy } = retrier;
  if (tried >= MaxAttempts) return undefined;
  tries.set(retrier, tried + 1);
  const longest = Math.min(IntervalSeconds * BackoffRate ** tried, MaxDelaySeconds);
  return JitterStrategy === "FULL" ? longest * random() : longest;
}
