import type { TrialRequest } from "../../lib/study/trial-contract.ts";

export interface TrialFiles {
  /** Holds the request, as JSON. */
  readonly request: string;
  /** Where the trial may write its result; does not exist at first. */
  readonly result: string;
}

const PARAMETER_PREFIX = "PEGBOX_PARAM_";

/**
 * The environment of a command: the inherited one, PEGBOX_REQUEST, PEGBOX_RESULT, and PEGBOX_PARAM_<name> for each
 * active parameter, strings bare and other values as JSON. Inherited PEGBOX_PARAM_* are left out, so that an inactive
 * parameter is unset also where Pegbox runs inside a trial of Pegbox.
 */
export function commandEnvironment(
  inherited: NodeJS.ProcessEnv,
  request: TrialRequest,
  files: TrialFiles,
): NodeJS.ProcessEnv {
  const kept = Object.entries(inherited).filter(([name]) => !name.startsWith(PARAMETER_PREFIX));
  const parameters = Object.entries(request.parameters).map(([name, value]) => [
    PARAMETER_PREFIX + name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return {
    ...Object.fromEntries(kept),
    ...Object.fromEntries(parameters),
    PEGBOX_REQUEST: files.request,
    PEGBOX_RESULT: files.result,
  };
}
