import type { IGrantable } from "aws-cdk-lib/aws-iam";
import type { IStateMachine } from "aws-cdk-lib/aws-stepfunctions";
import type { RunnerRecord } from "../../lib/workflow/runner-record.ts";
import type { TrialFiles } from "../trial-files.ts";

/** What a runner is registered with. */
export interface RunnerHost {
  /** The id that study files name it by. */
  readonly id: string;
  /** What starts the trials. */
  readonly workflow: IStateMachine;
  readonly files: TrialFiles;
  /** Whether X-Ray traces what runs the trials. */
  readonly tracing: boolean;
}

/**
 * Something that runs trials. As a grantee it is the role of the trials themselves: `bucket.grantRead(runner)` lets them
 * read a bucket.
 */
export interface Runner extends IGrantable {
  /**
   * Called once, by `addRunner`: lets the workflow start trials on it, and nothing else, and lets its trials keep their
   * checkpoints.
   *
   * @returns what the handlers must know of it, down to what its price depends on.
   */
  register(host: RunnerHost): RunnerRecord;
}
