import { randomStream } from "../../../lib/random/philox.ts";
import type { StudyStore } from "../../../lib/store/study-store.ts";
import { executionName } from "../../../lib/study/ids.ts";
import type { Trial } from "../../../lib/study/records.ts";
import type { ShiftRequest, TrialRequest } from "../../../lib/study/trial-contract.ts";
import { begin } from "../../../lib/tuner/begin.ts";
import { finalize } from "../../../lib/tuner/finalize.ts";
import { nextTrial } from "../../../lib/tuner/next-trial.ts";
import { plan } from "../../../lib/tuner/plan.ts";
import type { TunerPorts } from "../../../lib/tuner/ports.ts";
import { type CutOff, recover } from "../../../lib/tuner/recover.ts";
import { refill } from "../../../lib/tuner/refill.ts";
import { settleParked } from "../../../lib/tuner/settle-parked.ts";
import { workflowJson } from "../../../lib/workflow/definition.ts";
import type { NextTrialEvent, ParkedResult, ShiftAttempt, WorkflowInput } from "../../../lib/workflow/messages.ts";
import { placeholder } from "../../../lib/workflow/placeholder.ts";
import type { Clock } from "../../../local/asl/frame.ts";
import type { ExecutionCount } from "../../../local/asl/history.ts";
import { type Execution, loadStateMachine } from "../../../local/asl/machine.ts";
import { intercept } from "../studies.ts";
import { fatedTrials } from "./fated-trials.ts";
import type { Injector } from "./injector.ts";
import { Purpose } from "./purposes.ts";
import type { Shape } from "./shape.ts";

/** How soon a queue or a rule for events delivers again what was not taken. */
const DELIVERY_MS = 60_000;

/** The study of a world. */
export const ID = "study";

/** The workflow over the handlers, as it is deployed: whatever is invoked may go wrong. */
export interface World {
  /** Starts a generation, unless it was started before. */
  start(generation: number): void;
  /** Ends the oldest of the executions that run; it is recovered. */
  abort(): void;
  /** Until then no slot is answered. */
  outage(until: number): void;
  /** Whether an execution runs. */
  lives(): boolean;
  /** Resolves when none runs, and whatever waits for its turn has had it. */
  idle(): Promise<void>;
  readonly counts: readonly ExecutionCount[];
  /** Trials that failed, or were given back, by one that did not hold them. */
  readonly usurped: ReadonlySet<number>;
  /** How many invocations were given several trials. */
  readonly shifts: () => number;
  /** Results that their slots could not tell. */
  readonly parked: readonly ParkedResult[];
}

/** Sees to it that a failure, and a trial given back, is taken from its holder alone: those of others are `usurped`. */
function heeding(store: StudyStore, below: StudyStore, told: NextTrialEvent["told"], usurped: Set<number>): StudyStore {
  const attempts: readonly ShiftAttempt[] = told === null ? [] : "attempts" in told ? told.attempts : [told];
  const leases = new Map(attempts.map(({ trial, lease }) => [trial, lease]));
  return intercept(store, async (method, call, values) => {
    if (leases.size === 0 || (!settles(method) && method !== "requeueTrial")) return call();
    const [, number, settlement] = values as Parameters<StudyStore["settleTrial"]>;
    const before = below.getTrial(ID, number);
    const answer = await call();
    const { lease } = (await before) as Trial;
    const fails = method === "requeueTrial" ? answer === true : settlement.state === "FAILED" && settledBy(answer);
    if (fails && lease !== leases.get(number)) usurped.add(number);
    return answer;
  });
}

/** Whether an arrow is that by which a trial ends, alone or with the claim of the next. */
export const settles = (method: keyof StudyStore): boolean => method === "settleTrial" || method === "settleAndClaim";

/** Whether it answered that it made the change. */
export const settledBy = (answer: unknown): boolean => (answer as { readonly settled: boolean }).settled;

export function worldOf(seed: number, shape: Shape, clock: Clock, injector: Injector, sqlite: StudyStore): World {
  const running = new Set<Execution>();
  const pending = new Set<Promise<void>>();
  const counts: ExecutionCount[] = [];
  const usurped = new Set<number>();
  const parked: ParkedResult[] = [];
  const jitter = randomStream(seed, Purpose.jitter);
  const trial = fatedTrials(seed, shape, clock);
  let downUntil = 0;
  let shifts = 0;

  const portsOver = (store: StudyStore): TunerPorts => ({
    observe: () => {},
    runners: { resolve: () => ({ ...RUNNER, shifts: shape.shifts }) },
    store,
    now: () => clock.now(),
    requestRefill: async (event) => deliver((over) => refill(event, portsOver(over))),
  });
  const handler =
    <E>(work: (event: E, ports: TunerPorts) => Promise<unknown>) =>
    (event: E): Promise<unknown> =>
      injector.invoke((store) => work(event, portsOver(store)));

  async function tell(event: NextTrialEvent, ports: TunerPorts): Promise<unknown> {
    if (clock.now() < downUntil) throw new Error("the function cannot be invoked");
    return nextTrial(event, { ...ports, store: heeding(ports.store, sqlite, event.told, usurped) });
  }

  const handlers: Record<string, (payload: never) => Promise<unknown>> = {
    [placeholder("BeginFunction")]: handler(begin),
    [placeholder("PlanFunction")]: handler(plan),
    [placeholder("NextTrialFunction")]: handler(tell),
    [placeholder("FinalizeFunction")]: handler(finalize),
  };
  const machine = loadStateMachine(JSON.parse(workflowJson()), {
    name: "pegbox",
    clock,
    random: () => jitter.uniform(),
    count: (execution) => void counts.push(execution),
    invoke: (name, payload, signal) =>
      name === TARGET ? invoke(payload as TrialRequest | ShiftRequest, signal) : handlers[name]!(payload as never),
    startExecution: async (name, input) => ({ executionArn: launch(name, input as WorkflowInput).arn }),
    sendMessage: (_, body) => injector.invoke(async () => park(body as ParkedResult)),
  });

  function invoke(request: TrialRequest | ShiftRequest, signal: AbortSignal): Promise<unknown> {
    if ("trials" in request) shifts++;
    return trial(request, signal);
  }

  /** What a queue does, or a rule for events: it delivers until the handler has taken it. */
  function deliver(work: (store: StudyStore) => Promise<unknown>): void {
    const delivery = (async (): Promise<void> => {
      for (let taken = false; !taken; ) {
        await clock.sleep(DELIVERY_MS, new AbortController().signal);
        taken = await injector.invoke(work).then(
          () => true,
          () => false,
        );
      }
    })().finally(() => pending.delete(delivery));
    pending.add(delivery);
  }

  function park(result: ParkedResult): void {
    parked.push(result);
    deliver((store) => settleParked(result, portsOver(store)));
  }

  function launch(name: string, input: WorkflowInput): Execution {
    const execution = machine.start({ name, input });
    running.add(execution);
    void execution.result.then(({ status, error, cause }) => {
      running.delete(execution);
      if (status === "SUCCEEDED") return;
      const cutOff: CutOff = { input, execution: name, status, error, cause };
      deliver((store) => recover(cutOff, portsOver(store), { start }));
    });
    return execution;
  }

  async function start(name: string, input: WorkflowInput): Promise<null> {
    try {
      launch(name, input);
    } catch (error) {
      if ((error as Error).name !== "ExecutionAlreadyExists") throw error;
    }
    return null;
  }

  return {
    counts,
    usurped,
    parked,
    shifts: () => shifts,
    lives: () => running.size > 0,
    start: (generation) => void start(executionName(ID, generation), { studyId: ID, generation }),
    abort: () => running.values().next().value?.abort(),
    outage: (until) => {
      downUntil = until;
    },
    async idle() {
      while (running.size + pending.size > 0) {
        await Promise.all([...[...running].map(({ result }) => result), ...pending]);
      }
    },
  };
}

const TARGET = "trial";
const RUNNER = { kind: "lambda", target: TARGET, timeoutSeconds: 870, graceSeconds: 15 } as const;
