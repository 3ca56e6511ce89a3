import type { Decision, Trial } from "./records.ts";

/** Why a replicate has its parameters: because the trial `of` has. */
export function replicateDecision(of: number): Decision {
  return { strategy: "replicate", of };
}

/** The trial whose parameters a replicate runs again; null of any other trial. */
export function replicatedBy({ decision }: Pick<Trial, "decision">): number | null {
  return decision.strategy === "replicate" ? (decision["of"] as number) : null;
}
