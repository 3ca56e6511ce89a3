/** The functions that the workflow invokes. */
export type WorkflowFunction = "BeginFunction" | "PlanFunction" | "NextTrialFunction" | "FinalizeFunction";

/** The queue of results that nobody took. */
export type WorkflowQueue = "RecoveryQueue";

/** What stands for a function or a queue in the definition; CloudFormation's `Fn::Sub` puts an ARN or a URL in its place. */
export function placeholder(name: WorkflowFunction | WorkflowQueue): string {
  return `\${${name}}`;
}
