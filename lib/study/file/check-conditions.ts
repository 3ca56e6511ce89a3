import type { Scalar } from "../../space/parameter.ts";
import { didYouMeanHint } from "./did-you-mean.ts";
import { outsideDomain } from "./domain.ts";
import type { Parts } from "./parts.ts";
import { type Path, type Problem, problem } from "./problem.ts";
import { render } from "./render.ts";
import type { ParameterEntry } from "./shape.ts";

/** What `when` must be: parents that exist, values that they can take, and no parameter its own ancestor. */
export function conditionProblems({ parameters, conditions, flawed }: Parts): readonly Problem[] {
  const declared = new Set([...parameters.keys(), ...flawed]);
  const own = [...conditions].flatMap(([name, when]) =>
    Object.entries(when).flatMap(([parent, accepted]) => {
      const path = ["parameters", name, "when", parent];
      if (!declared.has(parent)) {
        const others = [...declared].filter((other) => other !== name);
        return [
          problem(path, "the name of a parameter", `the unknown name "${parent}"`, didYouMeanHint(parent, others)),
        ];
      }
      const entry = parameters.get(parent);
      return entry === undefined ? [] : valueProblems(path, parent, entry, accepted);
    }),
  );
  return [...own, ...cycleProblems(conditions)];
}

function valueProblems(
  path: Path,
  parent: string,
  entry: ParameterEntry,
  accepted: Scalar | readonly Scalar[],
): readonly Problem[] {
  const check = (value: Scalar, at: Path): readonly Problem[] => {
    const expected = outsideDomain(entry, value);
    return expected === null ? [] : [problem(at, `a value that ${parent} can take: ${expected}`, render(value))];
  };
  return Array.isArray(accepted)
    ? accepted.flatMap((value: Scalar, index) => check(value, [...path, index]))
    : check(accepted as Scalar, path);
}

type Conditions = Parts["conditions"];

/** One problem a cycle, at the member that stands first in the file. */
function cycleProblems(conditions: Conditions): readonly Problem[] {
  const found: Problem[] = [];
  const done = new Set<string>();
  for (const start of conditions.keys()) {
    const cycle = cycleFrom(start, conditions, done);
    if (cycle === null) continue;
    const got = `the cycle ${[...cycle, cycle[0]].join(" → ")}`;
    found.push(problem(["parameters", cycle[0] ?? start, "when"], "no parameter that depends on itself", got));
  }
  return found;
}

/**
 * The first cycle that can be reached from `start` through parents not `done`; null where there is none. Depth first
 * with a stack of its own: a chain of a thousand parents is legal.
 */
function cycleFrom(start: string, conditions: Conditions, done: Set<string>): readonly string[] | null {
  const trail: string[] = [];
  const stack: { readonly name: string; readonly parents: string[] }[] = [];
  let cycle: readonly string[] | null = null;
  const enter = (name: string): void => {
    trail.push(name);
    stack.push({ name, parents: Object.keys(conditions.get(name) ?? {}) });
  };
  if (!done.has(start)) enter(start);
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const parent = top.parents.shift();
    if (parent === undefined) {
      done.add(top.name);
      trail.pop();
      stack.pop();
    } else if (trail.includes(parent)) {
      cycle ??= firstInFile(trail.slice(trail.indexOf(parent)), conditions);
    } else if (!done.has(parent)) {
      enter(parent);
    }
  }
  return cycle;
}

/** The same cycle, told from the member that stands first in the file. */
function firstInFile(cycle: readonly string[], conditions: Conditions): readonly string[] {
  const first = [...conditions.keys()].find((name) => cycle.includes(name));
  const at = first === undefined ? 0 : cycle.indexOf(first);
  return [...cycle.slice(at), ...cycle.slice(0, at)];
}
