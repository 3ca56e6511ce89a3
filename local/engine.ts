import { PegboxError } from "../lib/errors/pegbox-error.ts";
import type { StudyStore } from "../lib/store/study-store.ts";
import type { RunnerSpec } from "../lib/study/spec.ts";
import type { TrialRequest } from "../lib/study/trial-contract.ts";
import { begin } from "../lib/tuner/begin.ts";
import { finalize } from "../lib/tuner/finalize.ts";
import { interruptStudy } from "../lib/tuner/lifecycle/interrupt.ts";
import { nextTrial } from "../lib/tuner/next-trial.ts";
import { plan } from "../lib/tuner/plan.ts";
import type { Launcher, Reports, RunnerTarget, TunerEvent, TunerPorts } from "../lib/tuner/ports.ts";
import { recover } from "../lib/tuner/recover.ts";
import { refill } from "../lib/tuner/refill.ts";
import { workflowJson } from "../lib/workflow/definition.ts";
import type {
  BeginAnswer,
  BeginEvent,
  FinalizeEvent,
  NextTrialEvent,
  ParkedResult,
  PlanEvent,
  WorkflowInput,
} from "../lib/workflow/messages.ts";
import type { Clock } from "./asl/frame.ts";
import type { ExecutionCount } from "./asl/history.ts";
import { loadStateMachine } from "./asl/machine.ts";
import type { Checkpoints } from "./checkpoints.ts";
import { systemClock } from "./clock.ts";
import { type Executions, trackExecutions } from "./executions.ts";
import { hearing } from "./hearing.ts";
import { parkedResults } from "./parked-results.ts";
import { trackRefills } from "./refills.ts";
import { type LocalRunner, RUNNER_GRACE_SECONDS } from "./runners/runner.ts";
import { unwantedTrials } from "./unwanted-trials.ts";

/** The target of the runner of a study file; a runner registered with `serve --runner ID=FILE` is `runner:ID`. */
const RUNNER = "runner:";

export interface EngineOptions {
  readonly store: StudyStore;
  /** By id; the study file's own runner has the id "". */
  readonly runners: ReadonlyMap<string, LocalRunner>;
  /** How many trials a runner takes at once, by its id; one that is not named takes as many as a study asks for. */
  readonly slots?: ReadonlyMap<string, number>;
  readonly observe: (event: TunerEvent) => void;
  /** Where trials leave checkpoints. @default they are given no such place */
  readonly checkpoints?: Checkpoints;
  /** Where trials send what they measure. @default they are given no such place */
  readonly reports?: Reports;
  /** @default the clock of this machine */
  readonly clock?: Clock;
  /** Uniform on [0, 1), for the jitter of retries. @default this machine's */
  readonly random?: () => number;
  /** Told of every execution that has ended: of its length, which the service limits, and its transitions, which it bills. */
  readonly count?: (execution: ExecutionCount) => void;
}

/** The workflow that CDK deploys, run in this process over a store and local runners. */
export interface Engine {
  readonly ports: TunerPorts;
  /** Resolves when the execution has begun: then the store knows that the study runs. */
  readonly launcher: Launcher;
  /**
   * Gives every running trial back; they reject as interrupted and their studies' slots hear of it. The studies are to
   * be asked to pause before; one whose execution begins only now is paused by that.
   */
  interrupt(): void;
  /**
   * Resolves when no execution runs, or none of a study; rejects, once, with what failed an execution and is not the
   * study's own end.
   */
  idle(study?: string): Promise<void>;
}

export function createEngine(options: EngineOptions): Engine {
  const { store, runners, observe, checkpoints, reports, clock = systemClock, random = Math.random, count } = options;
  const stopping = new AbortController();
  const unwanted = unwantedTrials(store, clock);
  const ports: TunerPorts = {
    store,
    observe,
    now: () => clock.now(),
    requestRefill: async (event) => refills.request(event),
    // one process, one clock
    leaseGrace: 0,
    runners: { resolve: (runner) => resolveLocal(runner, options) },
    ...(reports === undefined ? {} : { reports }),
    ...(checkpoints === undefined ? {} : { checkpoints: checkpoints.place, holdsCheckpoint: checkpoints.holds }),
  };
  const parked = parkedResults(ports);
  const handlers: Record<string, (payload: never) => Promise<unknown>> = {
    begin: (event: BeginEvent) => beginStudy(event).finally(() => executions.begun(event.execution)),
    // what is parked has ended: a plan would run it again
    plan: (event: PlanEvent) => parked.settle().then(() => plan(event, ports)),
    "next-trial": (event: NextTrialEvent) => nextTrial(event, ports),
    finalize: (event: FinalizeEvent) => finalize(event, ports),
  };

  async function beginStudy(event: BeginEvent): Promise<BeginAnswer> {
    const answer = await begin(event, ports);
    if (stopping.signal.aborted) await interruptStudy(answer.studyId, ports);
    return answer;
  }

  async function runTrial(id: string, request: TrialRequest, signal: AbortSignal): Promise<unknown> {
    const timeoutMs = request.deadline === undefined ? null : Date.parse(request.deadline) - clock.now();
    const run = (): Promise<unknown> =>
      unwanted.watch(request, (givenUp) => {
        const any = AbortSignal.any([signal, stopping.signal, givenUp]);
        return runnerOf(id, runners).run(request, { signal: any, timeoutMs, report: hearing(request, ports) });
      });
    return checkpoints === undefined ? run() : checkpoints.within(request, run);
  }

  function invoke(name: string, payload: unknown, signal: AbortSignal): Promise<unknown> {
    if (name.startsWith(RUNNER)) return runTrial(name.slice(RUNNER.length), payload as TrialRequest, signal);
    const handler = handlers[name];
    if (handler === undefined)
      throw new PegboxError("INTERNAL", `the workflow invokes "${name}", which does not exist`);
    return handler(payload as never);
  }

  const machine = loadStateMachine(definition(), {
    name: "pegbox",
    clock,
    random,
    ...(count === undefined ? {} : { count }),
    invoke,
    startExecution: async (name, input) => {
      await executions.start(name, input as WorkflowInput);
      return { executionArn: name };
    },
    sendMessage: async (_queue, body) => parked.park(body as ParkedResult),
  });

  const executions: Executions = trackExecutions(machine.start, (cutOff) => recover(cutOff, ports, executions));
  const refills = trackRefills(
    (event) => refill(event, ports),
    (study, error) => observe({ type: "refillFailed", study, message: String(error) }),
  );

  return {
    ports,
    launcher: { start: executions.start },
    interrupt: () => stopping.abort(),
    idle: (study) => executions.idle(study).finally(() => refills.idle(study)),
  };
}

/** The deployed definition with the handlers and the queue of this process in place of ARNs and URLs. */
function definition(): object {
  const names = {
    BeginFunction: "begin",
    PlanFunction: "plan",
    NextTrialFunction: "next-trial",
    FinalizeFunction: "finalize",
    RecoveryQueue: "parked results",
  };
  const json = Object.entries(names).reduce((text, [key, name]) => text.replaceAll(`\${${key}}`, name), workflowJson());
  return JSON.parse(json) as object;
}

function resolveLocal(runner: RunnerSpec, { runners, slots }: EngineOptions): RunnerTarget {
  const own = runner.function ?? runner.command ?? runner.http;
  const id = own === undefined ? runner.lambda : "";
  if (id !== undefined && runners.has(id)) {
    const most = slots?.get(id);
    return {
      kind: "lambda",
      target: `${RUNNER}${id}`,
      timeoutSeconds: null,
      graceSeconds: RUNNER_GRACE_SECONDS,
      ...(most === undefined ? {} : { slots: most }),
    };
  }
  const known = [...runners.keys()].filter((key) => key !== "");
  throw known.length > 0
    ? new PegboxError("RUNNER_MISSING", `expected a registered runner, got ${id ? `"${id}"` : "none"}`, {
        hint: `known: ${known.join(", ")}`,
        issues: [{ path: "runner.lambda", expected: known.join(" or "), got: id || "nothing" }],
      })
    : new PegboxError("RUNNER_MISSING", "the study has no local runner", {
        hint: "add `function`, `command` or `http` under `runner`; with `serve`, register one: --runner ID=STUDYFILE",
      });
}

function runnerOf(id: string, runners: ReadonlyMap<string, LocalRunner>): LocalRunner {
  const runner = runners.get(id);
  if (runner === undefined) throw new PegboxError("NOT_FOUND", `no runner "${id}" is registered here`);
  return runner;
}
