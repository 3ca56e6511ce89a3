import type { Scalar } from "../../space/parameter.ts";
import { didYouMeanHint } from "./did-you-mean.ts";
import { outsideDomain } from "./domain.ts";
import type { Parts } from "./parts.ts";
import { type Problem, problem } from "./problem.ts";
import { brief, render } from "./render.ts";
import type { EnqueueEntry } from "./shape.ts";

/**
 * What an enqueued trial must be: names of parameters, values that they can take, and no parameter whose condition does
 * not hold. A parent that is left out counts with its default; without one it would be proposed, and the child could
 * turn out inactive, so it must be given.
 */
export function enqueueProblems(parts: Parts): readonly Problem[] {
  return [...parts.enqueue].flatMap(([index, entry]) =>
    Object.entries(entry).flatMap(([name, value]) => {
      const found = valueProblem(parts, name, value) ?? activityProblem(parts, entry, name, value);
      return found === null ? [] : [problem(["enqueue", index, name], found.expected, found.got, found.hint)];
    }),
  );
}

type Found = Pick<Problem, "expected" | "got" | "hint"> | null;

function valueProblem({ parameters, flawed }: Parts, name: string, value: Scalar): Found {
  const parameter = parameters.get(name);
  if (parameter === undefined) {
    if (flawed.has(name)) return null;
    const hint = didYouMeanHint(name, [...parameters.keys(), ...flawed]);
    const found = { expected: "the name of a parameter", got: `the unknown name ${JSON.stringify(name)}` };
    return hint === undefined ? found : { ...found, hint };
  }
  const expected = outsideDomain(parameter, value);
  return expected === null ? null : { expected, got: render(value) };
}

function activityProblem(
  { parameters, conditions, flawed }: Parts,
  entry: EnqueueEntry,
  name: string,
  value: Scalar,
): Found {
  for (const [parent, accepted] of Object.entries(conditions.get(name) ?? {})) {
    const parameter = parameters.get(parent);
    if (parameter === undefined || flawed.has(parent)) continue;
    const holds = Object.hasOwn(entry, parent) ? entry[parent] : parameter.default;
    const wanted: readonly Scalar[] = Array.isArray(accepted) ? accepted : [accepted as Scalar];
    if (holds !== undefined && wanted.includes(holds)) continue;
    const condition = `${parent}: ${wanted.length === 1 ? brief(wanted[0]) : brief(wanted)}`;
    return {
      expected: `nothing without ${condition}, on which ${name} depends`,
      got: render(value),
      hint: holds === undefined ? `enqueue ${condition} with it` : `${parent} is ${brief(holds)} here`,
    };
  }
  return null;
}
