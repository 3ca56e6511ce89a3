import { Cancellation } from "./cancellation.ts";
import { asStateError, Stopped } from "./errors.ts";
import { checkSize, type Environment } from "./frame.ts";
import { type ExecutionCount, History, type HistoryEvent } from "./history.ts";
import { type Json, plain } from "./json.ts";
import { loadProgram } from "./load.ts";
import { runProgram } from "./run.ts";
import { Variables } from "./variables.ts";

export interface MachineOptions extends Environment {
  readonly name: string;
  /** Told of every event of every history; nobody keeps them otherwise. */
  readonly record?: (event: HistoryEvent) => void;
  /** Told of every execution that has ended, and of every child of a distributed Map, which is one too. */
  readonly count?: (execution: ExecutionCount) => void;
}

export interface ExecutionResult {
  readonly status: "SUCCEEDED" | "FAILED" | "ABORTED";
  /** Of a success. */
  readonly output?: Json;
  /** Of a failure. */
  readonly error?: string;
  readonly cause?: string;
  /** Events in the history of this execution. */
  readonly events: number;
  /** Transitions of this execution and of the children of its Maps. */
  readonly transitions: number;
}

export interface Execution {
  readonly arn: string;
  /** Never rejects. */
  readonly result: Promise<ExecutionResult>;
  /** Ends the execution now; running functions are told by their signal. */
  abort(): void;
}

export interface StateMachine {
  readonly arn: string;
  /**
   * Starts an execution; its first state runs after the caller's turn.
   *
   * @throws {Error} named `ExecutionAlreadyExists` or `InvalidName`, as the service's API names them
   * @throws {StateError} `States.DataLimitExceeded` for an input over 256 KiB
   */
  start(options: { readonly name: string; readonly input: unknown }): Execution;
}

const ARN = "arn:aws:states:local:000000000000";

/**
 * A state machine in the Amazon States Language with JSONata, as Standard workflows of AWS Step Functions run it:
 * Task (`lambda:invoke`, `states:startExecution`, `sqs:sendMessage`), Map inline and distributed, Choice, Wait, Pass, Succeed, Fail.
 *
 * @throws {DefinitionError} listing everything in the definition that is wrong or not implemented
 */
export function loadStateMachine(definition: object, options: MachineOptions): StateMachine {
  const program = loadProgram(definition);
  const arn = `${ARN}:stateMachine:${options.name}`;
  const started = new Set<string>();
  function start({ name, input: given }: { readonly name: string; readonly input: unknown }): Execution {
    if (!/^[\w-]{1,80}$/.test(name)) throw apiError("InvalidName", name);
    if (started.has(name)) throw apiError("ExecutionAlreadyExists", name);
    const input = plain(given);
    checkSize(input, "input of the execution");
    started.add(name);
    const history = new History(name, options);
    const cancellation = new Cancellation();
    const frame = {
      environment: options,
      machine: { Id: arn, Name: options.name },
      execution: {
        Id: `${ARN}:execution:${options.name}:${name}`,
        Name: name,
        Input: input,
        StartTime: new Date(options.clock.now()).toISOString(),
      },
      history,
      variables: new Variables(),
      cancellation,
    };
    const result = Promise.resolve()
      .then(() => history.span(() => runProgram(program, input, frame)))
      .then((output) => ({ status: "SUCCEEDED" as const, output }), failed)
      .then((end) => ({ ...end, events: history.events, transitions: history.transitions + history.ofChildren }));
    return { arn: frame.execution.Id, result, abort: () => cancellation.cancel() };
  }
  return { arn, start };
}

function failed(error: unknown) {
  if (error instanceof Stopped) return { status: "ABORTED" as const };
  const failure = asStateError(error);
  return { status: "FAILED" as const, error: failure.error, cause: failure.reason };
}

const apiError = (code: string, name: string): Error =>
  Object.assign(new Error(`the execution "${name}" cannot be started: ${code}`), { name: code });
