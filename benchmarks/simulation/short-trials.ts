import { openSqliteStore } from "../../adapters/sqlite/store.ts";
import type { StudySpec } from "../../lib/study/spec.ts";
import type { ShiftRequest, TrialRequest } from "../../lib/study/trial-contract.ts";
import { begin } from "../../lib/tuner/begin.ts";
import { createStudy } from "../../lib/tuner/create-study.ts";
import { finalize } from "../../lib/tuner/finalize.ts";
import { nextTrial } from "../../lib/tuner/next-trial.ts";
import { plan } from "../../lib/tuner/plan.ts";
import type { TunerPorts } from "../../lib/tuner/ports.ts";
import { workflowJson } from "../../lib/workflow/definition.ts";
import { placeholder } from "../../lib/workflow/placeholder.ts";
import type { ExecutionCount } from "../../local/asl/history.ts";
import { loadStateMachine } from "../../local/asl/machine.ts";
import { VirtualClock } from "../../test/support/virtual-clock.ts";
import type { Durations } from "./durations.ts";

export interface ShortTrials {
  readonly transitions: number;
  /** Share of the slots' time, to the end of the last trial, in which they ran one. */
  readonly utilisation: number;
  /** Seconds from the end of the first slot that had nothing left to run to the end of the last trial. */
  readonly tailSeconds: number;
}

/** What a runner of such trials is like, and the workflow around it. */
export interface ShortTrialsOptions {
  readonly shifts: boolean;
  /** What each call of NextTrial takes. */
  readonly claimSeconds: number;
}

const TARGET = "trial";
const RUNNER = { kind: "lambda", target: TARGET, timeoutSeconds: 60, graceSeconds: 0 } as const;

/** Runs a study with the workflow and the handlers as they are, on a function that may take shifts, which no runner of a laptop does. */
export async function shortTrials(
  spec: StudySpec,
  durations: Durations,
  { shifts, claimSeconds }: ShortTrialsOptions,
): Promise<ShortTrials> {
  const store = openSqliteStore({ memory: true });
  const clock = new VirtualClock();
  const counts: ExecutionCount[] = [];
  const done = new Map<number, number>();
  const pass = (seconds: number): Promise<void> => clock.sleep(1000 * seconds, new AbortController().signal);
  const start = clock.now();
  let busy = 0;
  let last = start;
  const ports: TunerPorts = {
    store,
    now: () => Math.floor(clock.now()),
    observe: () => {},
    requestRefill: async () => {},
    runners: { resolve: () => ({ ...RUNNER, shifts }) },
  };

  async function run({ trial }: TrialRequest): Promise<object> {
    const seconds = durations(trial);
    await pass(seconds);
    busy += seconds;
    last = clock.now();
    return { metrics: { loss: trial } };
  }

  async function runShift({ trials }: ShiftRequest): Promise<object> {
    const results: object[] = [];
    for (const request of trials) results.push(await run(request));
    return { results };
  }

  async function claim(event: Parameters<typeof nextTrial>[0]): Promise<object> {
    await pass(claimSeconds);
    const answer = await nextTrial(event, ports);
    if (answer.kind === "done") done.set(event.slot, clock.now());
    return answer;
  }

  const handlers: Readonly<Record<string, (payload: never) => Promise<unknown>>> = {
    [placeholder("BeginFunction")]: (event: Parameters<typeof begin>[0]) => begin(event, ports),
    [placeholder("PlanFunction")]: (event: Parameters<typeof plan>[0]) => plan(event, ports),
    [placeholder("NextTrialFunction")]: claim,
    [placeholder("FinalizeFunction")]: (event: Parameters<typeof finalize>[0]) => finalize(event, ports),
    [TARGET]: (request: TrialRequest | ShiftRequest) => ("trials" in request ? runShift(request) : run(request)),
  };
  const executions: Promise<unknown>[] = [];
  const machine = loadStateMachine(JSON.parse(workflowJson()), {
    name: "pegbox",
    clock: { now: () => Math.floor(clock.now()), sleep: (ms, signal) => clock.sleep(ms, signal) },
    random: () => 0.5,
    count: (execution) => void counts.push(execution),
    invoke: (name, payload) => handlers[name]!(payload as never),
    startExecution: async (name, input) => ({ executionArn: launch(name, input) }),
    sendMessage: async () => {},
  });
  function launch(name: string, input: unknown): string {
    const execution = machine.start({ name, input });
    executions.push(execution.result);
    return execution.arn;
  }

  try {
    const { study } = await createStudy("short", spec, ports);
    launch(`${study.id}-g1`, { studyId: study.id, generation: 1 });
    for (const execution of executions) await clock.run(execution);
    return {
      transitions: counts.reduce((sum, { transitions }) => sum + transitions, 0),
      utilisation: (1000 * busy) / (spec.parallel * (last - start)),
      tailSeconds: (last - Math.min(...done.values())) / 1000,
    };
  } finally {
    await store.close();
  }
}
