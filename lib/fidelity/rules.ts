import type { FidelityRule, FidelitySpec } from "../study/spec.ts";
import { bracketOf } from "./brackets.ts";
import { rungsOf } from "./rungs.ts";

/** Whether trials wait on rungs until they have earned to train further; if not, they are stopped while they train. */
export function climbs({ rule }: { readonly rule: FidelityRule }): boolean {
  return rule === "asha" || rule === "hyperband";
}

/**
 * How far a configuration is to train at first.
 *
 * @param index of the configuration, from 0
 */
export function firstFidelity(fidelity: FidelitySpec, index: number): number {
  if (!climbs(fidelity)) return fidelity.max;
  const rungs = rungsOf(fidelity);
  return rungs[fidelity.rule === "hyperband" ? bracketOf(index, rungs.length) : 0]!;
}
