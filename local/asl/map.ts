import { Cancellation } from "./cancellation.ts";
import { asStateError, queryError, StateError, Stopped } from "./errors.ts";
import { checkSize, type Frame, namesOf, type Outcome, type States, wholeNumber } from "./frame.ts";
import { History } from "./history.ts";
import type { Json } from "./json.ts";
import type { Program, StateNode } from "./program.ts";
import { Variables } from "./variables.ts";

/** Iterations of an inline Map that the service runs at once; children of a distributed one are 10,000 at most. */
const INLINE_LANES = 40;

interface MapRun {
  readonly state: StateNode;
  readonly states: States;
  readonly frame: Frame;
  readonly run: (program: Program, input: Json, frame: Frame) => Promise<Json>;
}

/** Runs the processor for each item. The outputs stand in the order of the items; those of failed children are left out. */
export async function runMap({ state, states, frame, run }: MapRun): Promise<Outcome> {
  const { history } = frame;
  const names = namesOf(frame, states);
  const items = state.template["Items"] === undefined ? states.input : await state.template["Items"](names);
  if (!Array.isArray(items)) throw queryError(`expected Items to be an array, got ${typeof items}`);
  const limit = wholeNumber(await state.template["MaxConcurrency"]?.(names), "MaxConcurrency", 0) ?? 0;
  const cancellation = new Cancellation(frame.cancellation);
  const ended = (how: "Succeeded" | "Failed") => {
    if (state.distributed) history.add(`MapRun${how}`, state.name);
    history.add(`MapState${how}`, state.name);
  };
  history.add("MapStateStarted", state.name);
  if (state.distributed) history.add("MapRunStarted", state.name);
  try {
    const map = { state, states, run, frame: { ...frame, cancellation } };
    const result = await runItems(map, items, limit === 0 ? Infinity : limit);
    checkSize(result, "result of the Map");
    ended("Succeeded");
    return { step: state, output: result, result };
  } catch (error) {
    if (!(error instanceof Stopped)) ended("Failed");
    throw error;
  } finally {
    cancellation.close();
  }
}

async function runItems(map: MapRun, items: readonly Json[], limit: number): Promise<readonly Json[]> {
  const { state, frame } = map;
  const outputs = new Map<number, Json>();
  const queue = items.entries();
  let failed = 0;
  let first: unknown;
  async function lane(): Promise<void> {
    for (const [index, value] of queue) {
      frame.cancellation.check();
      const input = await inputOf(map, index, value);
      const output = await (state.distributed ? runChild(map, index, input) : runIteration(map, input));
      if (!(output instanceof StateError)) outputs.set(index, output);
      else if ((100 * ++failed) / items.length > state.toleratedFailurePercentage) {
        throw new StateError("States.ExceedToleratedFailureThreshold", `${failed} of ${items.length} items failed.`);
      }
    }
  }
  const stopAll = (error: unknown) => {
    first ??= error;
    frame.cancellation.cancel();
  };
  const lanes = Math.min(items.length, limit, state.distributed ? Infinity : INLINE_LANES);
  await Promise.all(Array.from({ length: lanes }, () => lane().catch(stopAll)));
  if (first !== undefined) throw first;
  return [...outputs].sort(([a], [b]) => a - b).map(([, output]) => output);
}

async function inputOf({ state, states, frame }: MapRun, index: number, value: Json): Promise<Json> {
  const context = { ...states.context, Map: { Item: { Index: index, Value: value } } };
  const input = (await state.template["ItemSelector"]?.(namesOf(frame, { ...states, context }))) ?? value;
  checkSize(input, "input of the iteration");
  return input;
}

/** An iteration shares the history of the execution around it, and reads its variables. */
async function runIteration({ state, frame, run }: MapRun, input: Json): Promise<Json> {
  const variables = new Variables(frame.variables);
  frame.history.add("MapIterationStarted", state.name);
  try {
    const output = await run(state.processor as Program, input, { ...frame, variables });
    frame.history.add("MapIterationSucceeded", state.name);
    return output;
  } catch (error) {
    frame.history.add(error instanceof Stopped ? "MapIterationAborted" : "MapIterationFailed", state.name);
    throw error;
  }
}

/** A child is an execution of its own: it has its own history, and sees no variables. What it failed with is returned. */
async function runChild({ state, frame, run }: MapRun, index: number, input: Json): Promise<Json | StateError> {
  const name = `${state.name}:${index}`;
  const history = new History(name, frame.history.told);
  const StartTime = new Date(frame.environment.clock.now()).toISOString();
  const execution = { Id: `${frame.execution.Id}/${name}`, Name: name, Input: input, StartTime };
  try {
    const child = { ...frame, execution, history, variables: new Variables() };
    return await history.span(() => run(state.processor as Program, input, child));
  } catch (error) {
    return asStateError(error);
  } finally {
    frame.history.ofChildren += history.transitions + history.ofChildren;
  }
}
