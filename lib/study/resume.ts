import type { Issue } from "../errors/pegbox-error.ts";
import { brief } from "./file/render.ts";
import type { StudySpec } from "./spec.ts";

/** What a resumed study may have been given anew. */
const MAY_CHANGE: ReadonlySet<string> = new Set(["trials", "parallel", "budget", "stopping", "forgiven"]);

/**
 * What differs between a study and the file it is to be resumed from, but for `trials`, `parallel`, `budget` and
 * `stopping`: one issue a difference, at its path in the study file. The order of keys is no difference.
 */
export function differences(before: StudySpec, now: StudySpec): readonly Issue[] {
  const found: Issue[] = [];
  compare(inFileTerms(before), inFileTerms(now), [], found);
  return found;
}

/** The space as the file has it: parameters by name, beside the constraints. What a trial may hold is no matter of the study's. */
function inFileTerms({
  space,
  runner: { memory: _, ...runner },
  ...rest
}: StudySpec): Readonly<Record<string, unknown>> {
  const kept = Object.entries(rest).filter(([key]) => !MAY_CHANGE.has(key));
  const parameters = Object.fromEntries(space.parameters.map(({ name, ...parameter }) => [name, parameter]));
  return { ...Object.fromEntries(kept), runner, parameters, constraints: space.constraints };
}

function compare(before: unknown, now: unknown, path: readonly string[], found: Issue[]): void {
  if (isObject(before) && isObject(now) && Array.isArray(before) === Array.isArray(now)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(now)])) {
      compare(own(before, key), own(now, key), [...path, key], found);
    }
  } else if (before !== now) {
    found.push({ path: path.join("."), expected: `${brief(before)}, as when the study began`, got: brief(now) });
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function own(value: object, key: string): unknown {
  return Object.hasOwn(value, key) ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
}
