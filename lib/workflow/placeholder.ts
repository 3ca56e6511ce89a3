/** The functions that the workflow invokes. */
export type WorkflowFunction = "BeginFunction" | "PlanFunction" | "NextTrialFunction" | "FinalizeFunction";

/** What stands for the function in the definition; CloudFormation's `DefinitionSubstitutions` replaces it by an ARN. */
export function placeholder(name: WorkflowFunction): string {
  return `\${${name}}`;
}
