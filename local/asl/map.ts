import { Cancellation } from "./cancellation.ts";
import { queryError, StateError, Stopped } from "./errors.ts";
import { checkSize, type Frame, namesOf, type Outcome, type States } from "./frame.ts";
import { History } from "./history.ts";
import type { Json } from "./json.ts";
import type { Program, StateNode } from "./program.ts";
import { Variables } from "./variables.ts";

/** Iterations that the service runs at once when MaxConcurrency does not say less. */
const INLINE_LANES = 40;
const DISTRIBUTED_LANES = 10_000;

type Run = (program: Program, input: Json, frame: Frame) => Promise<Json>;

/** Runs the processor for each item. The outputs stand in the order of the items; those of failed children are left out. */
export async function runMap(state: StateNode, states: States, frame: Frame, run: Run): Promise<Outcome> {
  const { history } = frame;
  const names = namesOf(frame, states);
  const items = state.template["Items"] === undefined ? states.input : await state.template["Items"](names);
  if (!Array.isArray(items)) throw queryError(`expected Items to be an array, got ${typeof items}`);
  const limit = await state.template["MaxConcurrency"]?.(names);
  if (limit !== undefined && !(Number.isInteger(limit) && Number(limit) >= 0)) {
    throw queryError(`expected MaxConcurrency to be an integer ≥ 0, got ${JSON.stringify(limit)}`);
  }
  history.add("MapStateStarted", state.name);
  if (state.distributed) history.add("MapRunStarted", state.name);
  const map: MapRun = { state, states, frame, run, cancellation: new Cancellation(frame.cancellation) };
  try {
    const result = await runItems(map, items, Number(limit) || Infinity);
    checkSize(result, "result of the Map");
    if (state.distributed) history.add("MapRunSucceeded", state.name);
    history.add("MapStateSucceeded", state.name);
    return { step: state, output: result, result };
  } catch (error) {
    if (error instanceof Stopped) throw error;
    if (state.distributed) history.add("MapRunFailed", state.name);
    history.add("MapStateFailed", state.name);
    throw error;
  } finally {
    map.cancellation.close();
  }
}

interface MapRun {
  readonly state: StateNode;
  readonly states: States;
  readonly frame: Frame;
  readonly run: Run;
  readonly cancellation: Cancellation;
}

async function runItems(map: MapRun, items: readonly Json[], limit: number): Promise<readonly Json[]> {
  const { distributed, toleratedFailurePercentage } = map.state;
  const outputs = new Map<number, Json>();
  const queue = items.entries();
  let failed = 0;
  async function lane(): Promise<void> {
    for (const [index, value] of queue) {
      map.cancellation.check();
      try {
        const input = await inputOf(map, index, value);
        outputs.set(index, await (distributed ? runChild(map, index, input) : runIteration(map, input)));
      } catch (error) {
        if (!distributed || !(error instanceof ChildFailed)) throw error;
        failed++;
        if ((100 * failed) / items.length > toleratedFailurePercentage) {
          throw new StateError("States.ExceedToleratedFailureThreshold", `${failed} of ${items.length} items failed.`);
        }
      }
    }
  }
  let first: unknown;
  const lanes = Math.min(items.length, limit, distributed ? DISTRIBUTED_LANES : INLINE_LANES);
  const stopAll = (error: unknown) => {
    first ??= error;
    map.cancellation.cancel();
  };
  await Promise.all(Array.from({ length: lanes }, () => lane().catch(stopAll)));
  if (first !== undefined) throw first;
  return items.flatMap((_, index) => (outputs.has(index) ? [outputs.get(index) as Json] : []));
}

async function inputOf({ state, states, frame }: MapRun, index: number, value: Json): Promise<Json> {
  const context = { ...states.context, Map: { Item: { Index: index, Value: value } } };
  const selector = state.template["ItemSelector"];
  const input = selector === undefined ? value : await selector(namesOf(frame, { ...states, context }));
  checkSize(input, "input of the iteration");
  return input;
}

/** An iteration shares the history of the execution around it, and reads its variables. */
async function runIteration({ state, frame, run, cancellation }: MapRun, input: Json): Promise<Json> {
  const variables = new Variables(frame.variables);
  frame.history.add("MapIterationStarted", state.name);
  try {
    const output = await run(state.processor as Program, input, { ...frame, variables, cancellation });
    frame.history.add("MapIterationSucceeded", state.name);
    return output;
  } catch (error) {
    frame.history.add(error instanceof Stopped ? "MapIterationAborted" : "MapIterationFailed", state.name);
    throw error;
  } finally {
    variables.release();
  }
}

class ChildFailed extends Error {}

/** A child is an execution of its own: it has its own history, and sees no variables. */
async function runChild({ state, frame, run, cancellation }: MapRun, index: number, input: Json): Promise<Json> {
  const name = `${state.name}:${index}`;
  const history = new History(name, frame.history.record);
  const StartTime = new Date(frame.environment.clock.now()).toISOString();
  const execution = { Id: `${frame.execution.Id}/${name}`, Name: name, Input: input, StartTime };
  history.add("ExecutionStarted");
  try {
    const child = { ...frame, execution, history, variables: new Variables(), cancellation };
    const output = await run(state.processor as Program, input, child);
    history.end("ExecutionSucceeded");
    return output;
  } catch (error) {
    history.end(error instanceof Stopped ? "ExecutionAborted" : "ExecutionFailed");
    throw error instanceof Stopped ? error : new ChildFailed(String(error));
  } finally {
    frame.history.transitions += history.transitions;
  }
}
