import { PegboxError } from "../lib/errors/pegbox-error.ts";
import type { StudyStore } from "../lib/store/study-store.ts";
import type { RunnerSpec } from "../lib/study/spec.ts";
import type { TrialRequest } from "../lib/study/trial-contract.ts";
import { begin } from "../lib/tuner/begin.ts";
import { finalize } from "../lib/tuner/finalize.ts";
import { nextTrial } from "../lib/tuner/next-trial.ts";
import { plan } from "../lib/tuner/plan.ts";
import type { Launcher, RunnerTarget, TunerEvent, TunerPorts } from "../lib/tuner/ports.ts";
import { workflowJson } from "../lib/workflow/definition.ts";
import type { BeginEvent, FinalizeEvent, NextTrialEvent, PlanEvent, WorkflowInput } from "../lib/workflow/messages.ts";
import { type ExecutionResult, loadStateMachine } from "./asl/machine.ts";
import { systemClock } from "./clock.ts";
import type { LocalRunner } from "./runners/runner.ts";

/**
 * Seconds that a local runner has, after a trial's time limit, to end its processes (SIGTERM, 5 s, SIGKILL) and say
 * TIMEOUT itself, before the workflow gives the attempt up.
 */
const RUNNER_GRACE_SECONDS = 15;

/** The target of the runner of a study file; a runner registered with `serve --runner ID=FILE` is `runner:ID`. */
const RUNNER = "runner:";

export interface EngineOptions {
  readonly store: StudyStore;
  /** By id; the study file's own runner has the id "". */
  readonly runners: ReadonlyMap<string, LocalRunner>;
  readonly observe: (event: TunerEvent) => void;
}

/** The workflow that CDK deploys, run in this process over a store and local runners. */
export interface Engine {
  readonly ports: TunerPorts;
  readonly launcher: Launcher;
  /** Gives every running trial back; they reject as interrupted and their studies' slots hear of it. */
  interrupt(): void;
  /** Resolves when no execution runs; rejects with what failed an execution that is not a study's own end. */
  idle(): Promise<void>;
}

export function createEngine(options: EngineOptions): Engine {
  const { store, runners, observe } = options;
  const stopping = new AbortController();
  const running = new Map<string, Promise<ExecutionResult>>();
  const failures: ExecutionResult[] = [];
  const ports: TunerPorts = {
    store,
    observe,
    now: systemClock.now,
    runners: { resolve: (runner) => resolveLocal(runner, runners) },
  };
  const handlers: Record<string, (payload: never) => Promise<unknown>> = {
    begin: (event: BeginEvent) => begin(event, ports),
    plan: (event: PlanEvent) => plan(event, ports),
    "next-trial": (event: NextTrialEvent) => nextTrial(event, ports),
    finalize: (event: FinalizeEvent) => finalize(event, ports),
  };

  function runTrial(id: string, request: TrialRequest, signal: AbortSignal): Promise<unknown> {
    const timeoutMs = request.deadline === undefined ? null : Date.parse(request.deadline) - systemClock.now();
    return runnerOf(id, runners).run(request, { signal: AbortSignal.any([signal, stopping.signal]), timeoutMs });
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
    clock: systemClock,
    random: Math.random,
    invoke,
    startExecution: (name, input) => start(name, input as WorkflowInput).then(() => ({ executionArn: name })),
  });

  async function start(name: string, input: WorkflowInput): Promise<null> {
    const execution = machine.start({ name, input });
    const result = execution.result.finally(() => running.delete(name));
    running.set(
      name,
      result.then((ended) => {
        if (ended.status !== "SUCCEEDED") failures.push(ended);
        return ended;
      }),
    );
    return null;
  }

  return {
    ports,
    launcher: { start },
    interrupt: () => stopping.abort(),
    async idle() {
      while (running.size > 0) await Promise.all(running.values());
      const [failed] = failures;
      if (failed !== undefined) {
        throw new PegboxError("INTERNAL", `the workflow ended ${failed.status}: ${failed.error}: ${failed.cause}`);
      }
    },
  };
}

/** The deployed definition with the handlers of this process in place of function ARNs. */
function definition(): object {
  const names = {
    BeginFunction: "begin",
    PlanFunction: "plan",
    NextTrialFunction: "next-trial",
    FinalizeFunction: "finalize",
  };
  const json = Object.entries(names).reduce((text, [key, name]) => text.replaceAll(`\${${key}}`, name), workflowJson());
  return JSON.parse(json) as object;
}

function resolveLocal(runner: RunnerSpec, runners: ReadonlyMap<string, LocalRunner>): RunnerTarget {
  const own = runner.function ?? runner.command ?? runner.http;
  const id = own === undefined ? runner.lambda : "";
  if (id !== undefined && runners.has(id)) {
    return { kind: "lambda", target: `${RUNNER}${id}`, timeoutSeconds: null, graceSeconds: RUNNER_GRACE_SECONDS };
  }
  const known = [...runners.keys()].filter((key) => key !== "");
  throw known.length > 0
    ? new PegboxError("RUNNER_MISSING", `expected a registered runner, got "${id}"`, {
        hint: `known: ${known.join(", ")}`,
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
