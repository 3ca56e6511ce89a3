import { PegboxError } from "../lib/errors/pegbox-error.ts";
import type { CutOff } from "../lib/tuner/recover.ts";
import type { WorkflowInput } from "../lib/workflow/messages.ts";
import type { ExecutionResult } from "./asl/machine.ts";

/** The executions of the workflow in this process. */
export interface Executions {
  /** Resolves when the execution has begun, or ended. A name that runs or has run is not started again. */
  start(name: string, input: WorkflowInput): Promise<null>;
  /** To be told when an execution has asked to own its study. */
  begun(name: string): void;
  /**
   * Resolves when no execution runs, or none of a study; rejects, once, with what failed an execution and is not the
   * study's own end.
   */
  idle(study?: string): Promise<void>;
}

interface Running {
  /** Null for a sweep, whose study is not made yet. */
  readonly study: string | null;
  readonly begun: () => void;
  readonly started: Promise<null>;
  readonly ended: Promise<void>;
}

type Start = (execution: { readonly name: string; readonly input: WorkflowInput }) => {
  readonly result: Promise<ExecutionResult>;
};

/**
 * @param recover is told of an execution that did not succeed; true: another takes over, and what failed it is mended. While
 *   it is asked the execution still counts as running.
 */
export function trackExecutions(startMachine: Start, recover: (cutOff: CutOff) => Promise<boolean>): Executions {
  const running = new Map<string, Running>();
  const failures: { readonly study: string | null; readonly result: ExecutionResult }[] = [];

  async function run(name: string, input: WorkflowInput, study: string | null): Promise<void> {
    try {
      const result = await startMachine({ name, input }).result;
      if (result.status !== "SUCCEEDED" && !(await recovers(name, input, result))) failures.push({ study, result });
    } catch (error) {
      if ((error as Error).name !== "ExecutionAlreadyExists") throw error;
    } finally {
      running.delete(name);
    }
  }

  /** False too where recovering fails: the store is still down, and the next `resume` goes on. */
  function recovers(execution: string, input: WorkflowInput, { status, error, cause }: ExecutionResult) {
    return recover({ execution, input, status, error, cause }).catch(() => false);
  }

  return {
    start(name, input) {
      const known = running.get(name);
      if (known !== undefined) return known.started;
      const study = "studyId" in input ? input.studyId : null;
      let begun = (): void => {};
      const hasBegun = new Promise<void>((resolve) => {
        begun = resolve;
      });
      // not before it is among those that run
      const ended = Promise.resolve().then(() => run(name, input, study));
      const started = Promise.race([hasBegun, ended]).then(() => null);
      running.set(name, { study, begun, started, ended });
      return started;
    },

    begun: (name) => running.get(name)?.begun(),

    async idle(study) {
      const mine = (one: { readonly study: string | null }): boolean => study === undefined || one.study === study;
      const own = (): Running[] => [...running.values()].filter(mine);
      for (let some = own(); some.length > 0; some = own()) await Promise.all(some.map(({ ended }) => ended));
      const index = failures.findIndex(mine);
      const [failed] = index === -1 ? [] : failures.splice(index, 1);
      if (failed === undefined) return;
      const { status, error, cause } = failed.result;
      throw new PegboxError("INTERNAL", `the workflow ended ${status}: ${error}: ${cause}`);
    },
  };
}
