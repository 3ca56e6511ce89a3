import type { ShiftRequest } from "../../../lib/study/trial-contract.ts";
import { workflowJson } from "../../../lib/workflow/definition.ts";
import { epochShape, type Pace, SLOT_WAITS } from "../../../lib/workflow/limits.ts";
import type {
  BeginEvent,
  FinalizeEvent,
  NextTrialAnswer,
  NextTrialEvent,
  PlanAnswer,
  PlanEvent,
  ShiftAttempt,
  SlotClock,
  Told,
  ToldShift,
} from "../../../lib/workflow/messages.ts";
import { placeholder } from "../../../lib/workflow/placeholder.ts";
import type { RunnerKind } from "../../../lib/workflow/runner-record.ts";
import type { HistoryEvent } from "../../../local/asl/history.ts";
import { type ExecutionResult, loadStateMachine } from "../../../local/asl/machine.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

/** Passed on as it is. */
export const CLOCK: SlotClock = { since: 1, trials: 2, seconds: 3 };

export interface Simulation {
  readonly slots: number;
  readonly trials: number;
  readonly pace: Pace;
  /** How often in a row the trial of this number has to be waited for. @default never */
  readonly waits?: (trial: number) => number;
  /** What a trial does in place of answering metrics; throws to fail. */
  readonly trial?: (number: number) => unknown;
  /** Called before each handler, by name; throws to fail it. */
  readonly fault?: (handler: string, payload: unknown) => void;
  /** What becomes of the answer of a handler, by name. */
  readonly bend?: (handler: string, answer: unknown) => unknown;
  readonly input?: object;
  /** Of the runner. @default lambda, whose trials `trial` is */
  readonly kind?: RunnerKind;
  /** How many trials a claim is given at once. @default 1, which is no shift */
  readonly shift?: number;
  /** What other services than Lambda do, by the resource of a task: given the arguments, answers or throws. */
  readonly services?: Readonly<Record<string, (given: never) => unknown>>;
}

export interface Simulated {
  readonly executions: ReadonlyMap<string, ExecutionResult>;
  /** Events of the longest history of a slot that was an execution of its own. */
  readonly slotEvents: number;
  /** Estimate of the last plan in each generation that opened an epoch. */
  readonly estimates: ReadonlyMap<number, number>;
  /** Of trials that no shift ran. */
  readonly told: readonly Told[];
  readonly toldShifts: readonly ToldShift[];
  readonly finalized: readonly FinalizeEvent[];
  readonly plans: readonly PlanEvent[];
  readonly parked: readonly { readonly studyId: string; readonly told: Told }[];
}

/**
 * The interpreter invokes functions alone: other services are invoked as functions named by the resource of their task, whose
 * answer is the result.
 */
function invoking(machine: object): object {
  return JSON.parse(JSON.stringify(machine), (_, value) => {
    const resource = typeof value === "object" && value !== null ? String(value["Resource"] ?? "") : "";
    if (!/\.sync$|\.waitForTaskToken$|:aws-sdk:/.test(resource)) return value;
    const { HeartbeatSeconds: _heartbeat, Arguments, ...state } = value;
    return {
      ...JSON.parse(JSON.stringify(state).replaceAll("$states.result", "$states.result.Payload")),
      Resource: "arn:aws:states:::lambda:invoke",
      Arguments: {
        FunctionName: resource,
        Payload: JSON.parse(JSON.stringify(Arguments).replace("{% $states.context.Task.Token %}", "token")),
      },
    };
  }) as object;
}

/** Runs the workflow over handlers that know just enough: trials are numbers, claimed in order. */
export async function simulate(simulation: Simulation): Promise<Simulated> {
  const { slots, trials, waits = () => 0, trial = () => ({ metrics: { y: 1 } }), fault } = simulation;
  const { kind = "lambda", services = {} } = simulation;
  const clock = new VirtualClock();
  const running: { name: string; result: Promise<ExecutionResult> }[] = [];
  const slotHistories = new Map<string, number>();
  let slotEvents = 0;
  const estimates = new Map<number, number>();
  const told: Told[] = [];
  const toldShifts: ToldShift[] = [];
  const finalized: FinalizeEvent[] = [];
  const plans: PlanEvent[] = [];
  const parked: { readonly studyId: string; readonly told: Told }[] = [];
  let claimed = 0;
  let ready = 0;

  const handlers: Record<string, (payload: never) => unknown> = {
    [placeholder("BeginFunction")]: ({ input }: BeginEvent) => ({ admitted: !("stale" in input), ...input }),
    [placeholder("PlanFunction")]: (event: PlanEvent): PlanAnswer => {
      plans.push(event);
      const remaining = trials - claimed;
      if (event.stalls > 2) return { action: "finish", status: "FAILED", reason: { code: "FAILURES", message: "" } };
      if (remaining === 0) return { action: "finish", status: "COMPLETED", reason: { code: "TRIALS", message: "" } };
      const pace = simulation.pace === "refilled" && remaining <= slots ? "rounds" : simulation.pace;
      const shape = epochShape({ slots, remaining, open: 0, pace, kind, events: event.events });
      if (shape === "handOver") return { action: "handOver" };
      ready = claimed + Math.min(remaining, shape.trials);
      estimates.set(event.generation, shape.events);
      return { action: "run", epoch: plans.length, ...shape };
    },
    [placeholder("NextTrialFunction")]: (event: NextTrialEvent): NextTrialAnswer => {
      if (event.told !== null) {
        if ("attempts" in event.told) toldShifts.push(event.told);
        else told.push(event.told);
      }
      if (event.seq >= event.quota || claimed >= ready) return { kind: "done" };
      const { waits: waited = 0 } = event;
      if (waited < waits(claimed + 1)) return { kind: "wait", seconds: SLOT_WAITS[waited] ?? 0 };
      const number = ++claimed;
      const requestOf = (trial: number) => ({
        study: event.studyId,
        trial,
        attempt: 1,
        seed: 1,
        parameters: {},
        fixed: {},
        context: {},
      });
      const request = requestOf(number);
      const size = Math.min(simulation.shift ?? 1, ready - number + 1, event.quota - event.seq);
      if (size > 1) {
        claimed += size - 1;
        const numbers = Array.from({ length: size }, (_, i) => number + i);
        const attempts = numbers.map(
          (each, i): ShiftAttempt => ({ trial: each, lease: `${event.slot}/${event.seq + i}` }),
        );
        const shift = { attempts, timeoutSeconds: 60, request: { trials: numbers.map(requestOf) }, clock: CLOCK };
        return { kind: "shift", target: "shift", ...shift };
      }
      const taken = { trial: number, lease: `l${number}`, fidelity: null, timeoutSeconds: 60, request };
      if (kind === "lambda") return { kind, ...taken, target: "trial", clock: CLOCK };
      if (kind === "callback") return { kind, ...taken, target: "queue", heartbeatSeconds: 30 };
      const files = { bucket: "files", request: `${number}/request.json`, result: `${number}/result.json` };
      return { kind, ...taken, files, job: jobOf(kind, `job-${number}`) };
    },
    [placeholder("FinalizeFunction")]: (event: FinalizeEvent) => {
      finalized.push(event);
      return { id: event.studyId, status: event.status };
    },
    trial: (request: { trial: number }) => trial(request.trial),
    shift: ({ trials: all }: ShiftRequest) => ({ results: all.map((request) => trial(request.trial)) }),
    ...services,
  };
  const machine = loadStateMachine(invoking(JSON.parse(workflowJson([kind]))), {
    name: "pegbox",
    clock,
    random: () => 0.5,
    record: ({ execution, type }: HistoryEvent) => {
      if (!execution.startsWith("RunSlots:")) return;
      const events = type === "ExecutionStarted" ? 1 : (slotHistories.get(execution) ?? 0) + 1;
      slotHistories.set(execution, events);
      slotEvents = Math.max(slotEvents, events);
    },
    invoke: async (name, payload) => {
      const handler = name.replace(/\W/g, "");
      fault?.(handler, payload);
      const answer = handlers[name]?.(payload as never);
      return simulation.bend === undefined ? answer : simulation.bend(handler, answer);
    },
    startExecution: async (name, input) => {
      const executionArn = start(name, input);
      fault?.("startExecution", input);
      return { executionArn };
    },
    sendMessage: async (queue, body) => {
      fault?.("sendMessage", body);
      if (queue === placeholder("RecoveryQueue")) parked.push(body as (typeof parked)[number]);
    },
  });
  function start(name: string, input: unknown): string {
    const execution = machine.start({ name, input });
    running.push({ name, result: execution.result });
    return execution.arn;
  }
  start("s1-g1", simulation.input ?? { studyId: "s1", generation: 1 });
  const executions = new Map<string, ExecutionResult>();
  for (const { name, result } of running) executions.set(name, await clock.run(result));
  return { executions, slotEvents, estimates, told, toldShifts, finalized, plans, parked };
}

/** As much of a job's arguments as the states read. */
function jobOf(kind: string, name: string): object {
  return kind === "batch" ? { JobName: name, JobQueue: "queue" } : { TrainingJobName: name };
}
