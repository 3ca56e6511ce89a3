import type { Parameter } from "../../space/parameter.ts";
import type { FailureLimit, StudySpec } from "../spec.ts";

/**
 * A study as its file says it, every default filled in: what `parseStudy` reads is the same study again. Durations are seconds;
 * what is not set, and what is of no file, is left
 * out.
 */
export function toFile(spec: StudySpec): Readonly<Record<string, unknown>> {
  const { space, budget, stopping, failures, forgiven: _, ...same } = spec;
  return {
    ...same,
    parameters: Object.fromEntries(space.parameters.map(({ name, ...entry }: Parameter) => [name, entry])),
    constraints: space.constraints,
    budget: set(budget),
    stopping: set(stopping),
    failures: failures.max === null ? {} : { max: limitText(failures.max) },
  };
}

function set(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

/** A percentage has at most six decimals. */
function limitText(limit: FailureLimit): number | string {
  return "count" in limit ? limit.count : `${Number((limit.fraction * 100).toFixed(6))}%`;
}
