import { randomStream } from "../../../lib/random/philox.ts";
import type { StudyStore } from "../../../lib/store/study-store.ts";
import { executionName } from "../../../lib/study/ids.ts";
import type { Trial } from "../../../lib/study/records.ts";
import type { TrialRequest } from "../../../lib/study/trial-contract.ts";
import { begin } from "../../../lib/tuner/begin.ts";
import { finalize } from "../../../lib/tuner/finalize.ts";
import { nextTrial } from "../../../lib/tuner/next-trial.ts";
import { plan } from "../../../lib/tuner/plan.ts";
import type { TunerPorts } from "../../../lib/tuner/ports.ts";
import { workflowJson } from "../../../lib/workflow/definition.ts";
import type { NextTrialEvent, Told } from "../../../lib/workflow/messages.ts";
import { placeholder } from "../../../lib/workflow/placeholder.ts";
import type { Clock } from "../../../local/asl/frame.ts";
import type { ExecutionCount } from "../../../local/asl/history.ts";
import { type Execution, loadStateMachine } from "../../../local/asl/machine.ts";
import { intercept } from "../studies.ts";
import { fatedTrials } from "./fated-trials.ts";
import type { Injector } from "./injector.ts";
import { Purpose } from "./purposes.ts";

/** The study of a world. */
export const ID = "study";

export interface World {
  /** Starts a generation, unless it was started before. */
  start(generation: number): void;
  running(): readonly Execution[];
  readonly counts: readonly ExecutionCount[];
  /** Trials that failed, or were given back, by one that did not hold them. */
  readonly usurped: ReadonlySet<number>;
}

/** Sees to it that a failure, and a trial given back, is taken from its holder alone: those of others are `usurped`. */
function heeding(store: StudyStore, below: StudyStore, told: Told | null, usurped: Set<number>): StudyStore {
  return intercept(store, async (method, call, values) => {
    if (told === null || (method !== "settleTrial" && method !== "requeueTrial")) return call();
    const before = below.getTrial(ID, told.trial);
    const answer = await call();
    const { lease } = (await before) as Trial;
    const [, , settlement] = values as Parameters<StudyStore["settleTrial"]>;
    const fails = method === "requeueTrial" ? answer === true : settlement.state === "FAILED" && settledBy(answer);
    if (fails && lease !== told.lease) usurped.add(told.trial);
    return answer;
  });
}

/** Whether `settleTrial` answered that it made the change. */
export const settledBy = (answer: unknown): boolean => (answer as { readonly settled: boolean }).settled;

/** The workflow over the handlers, as it is deployed: each invocation may go wrong. */
export function executionsOf(seed: number, clock: Clock, injector: Injector, sqlite: StudyStore): World {
  const running = new Set<Execution>();
  const counts: ExecutionCount[] = [];
  const usurped = new Set<number>();
  const jitter = randomStream(seed, Purpose.jitter);
  const trial = fatedTrials(seed, clock);
  const handler =
    <E>(work: (event: E, ports: TunerPorts) => Promise<unknown>) =>
    (event: E): Promise<unknown> =>
      injector.invoke((store) => work(event, { ...PORTS, store, now: () => clock.now() }));
  const handlers: Record<string, (payload: never) => Promise<unknown>> = {
    [placeholder("BeginFunction")]: handler(begin),
    [placeholder("PlanFunction")]: handler(plan),
    [placeholder("NextTrialFunction")]: handler((event: NextTrialEvent, ports) =>
      nextTrial(event, { ...ports, store: heeding(ports.store, sqlite, event.told, usurped) }),
    ),
    [placeholder("FinalizeFunction")]: handler(finalize),
  };
  const machine = loadStateMachine(JSON.parse(workflowJson()), {
    name: "pegbox",
    clock,
    random: () => jitter.uniform(),
    count: (execution) => void counts.push(execution),
    invoke: (name, payload, signal) =>
      name === TARGET ? trial(payload as TrialRequest, signal) : handlers[name]!(payload as never),
    startExecution: async (name, input) => ({ executionArn: launch(name, input).arn }),
  });

  function launch(name: string, input: unknown): Execution {
    const execution = machine.start({ name, input });
    running.add(execution);
    void execution.result.then(() => running.delete(execution));
    return execution;
  }

  return {
    counts,
    usurped,
    running: () => [...running],
    start(generation) {
      try {
        launch(executionName(ID, generation), { studyId: ID, generation });
      } catch (error) {
        if ((error as Error).name !== "ExecutionAlreadyExists") throw error;
      }
    },
  };
}

const TARGET = "trial";
const PORTS: Omit<TunerPorts, "store" | "now"> = {
  observe: () => {},
  runners: { resolve: () => ({ kind: "lambda", target: TARGET, timeoutSeconds: 870, graceSeconds: 15 }) },
};
