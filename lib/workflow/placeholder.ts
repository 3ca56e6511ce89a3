/** The functions that the workflow invokes. */
export type WorkflowFunction = "BeginFunction" | "PlanFunction" | "NextTrialFunction" | "FinalizeFunction";

/** What stands for the function in the definition; CloudFormation's `Fn::Sub` puts an ARN in its place. */
export function placeholder(name: WorkflowFunction): string {
  return `\${${name}}`;
}
