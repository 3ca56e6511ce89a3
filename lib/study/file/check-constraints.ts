import { checkConstraint, compileConstraint } from "../../space/constraints.ts";
import { outsideDomain } from "./domain.ts";
import type { Parts } from "./parts.ts";
import { type Problem, problem } from "./problem.ts";
import { brief, shorten } from "./render.ts";
import type { EnqueueEntry } from "./shape.ts";
import { toParameter } from "./to-parameter.ts";

/**
 * Parameter constraints: each must be a predicate over the parameters, and enqueued trials must satisfy it. One that
 * mentions a parameter that is broken itself cannot be judged and is left alone.
 */
export function constraintProblems({ constraints, parameters, flawed, enqueue }: Parts): readonly Problem[] {
  const sound = [...parameters].filter(([name]) => !flawed.has(name)).map(([name, entry]) => toParameter(name, entry));
  const inside = [...enqueue].filter(([, entry]) => isInside(entry, parameters));
  return [...constraints].flatMap(([index, source]) => {
    if (mentions(source, flawed)) return [];
    const complaints = checkConstraint(source, sound);
    if (complaints.length > 0) {
      return complaints.map((complaint) => complaintProblem(index, source, complaint));
    }
    const constraint = compileConstraint(source, sound);
    return inside.flatMap(([at, entry]) =>
      constraint.holds(entry)
        ? []
        : [problem(["enqueue", at], `parameters that satisfy the constraint ${source}`, brief(entry))],
    );
  });
}

/** Whether all values are their parameters' own; the others are problems already. */
function isInside(entry: EnqueueEntry, parameters: Parts["parameters"]): boolean {
  return Object.entries(entry).every(([name, value]) => {
    const parameter = parameters.get(name);
    return parameter !== undefined && outsideDomain(parameter, value) === null;
  });
}

/** A complaint may list every name of a large space. */
const LONGEST_EXPECTED = 200;

/** @param complaint "expected …, got …" */
function complaintProblem(index: number, source: string, complaint: string): Problem {
  const [, expected = "a predicate over the parameters", got = complaint] =
    /^expected (.*?), got (.*)$/s.exec(complaint) ?? [];
  return problem(["constraints", index], shorten(expected, LONGEST_EXPECTED), `${got} in ${brief(source)}`);
}

function mentions(source: string, names: ReadonlySet<string>): boolean {
  return (source.match(/[A-Za-z_][A-Za-z0-9_]*/g) ?? []).some((word) => names.has(word));
}
