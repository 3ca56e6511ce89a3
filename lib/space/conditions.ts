import { axisOf } from "./axis.ts";
import type { Parameter } from "./parameter.ts";

/** What is wrong with the `when` of a parameter. */
export interface ConditionProblem {
  readonly parameter: string;
  /** "expected …, got …" */
  readonly message: string;
}

function problemsOf(parameter: Parameter, byName: ReadonlyMap<string, Parameter>): ConditionProblem[] {
  const problems: ConditionProblem[] = [];
  for (const [name, values] of Object.entries(parameter.when ?? {})) {
    const parent = byName.get(name);
    if (parent === undefined) {
      const known = [...byName.keys()].filter((other) => other !== parameter.name).join(", ");
      problems.push({
        parameter: parameter.name,
        message: `when: expected the name of another parameter (${known}), got ${name}`,
      });
      continue;
    }
    const axis = axisOf(parent);
    for (const value of values.filter((candidate) => !axis.has(candidate))) {
      problems.push({
        parameter: parameter.name,
        message: `when.${name}: expected a value of ${name} (${range(parent)}), got ${JSON.stringify(value)}`,
      });
    }
  }
  return problems;
}

function range(parameter: Parameter): string {
  if (parameter.type === "categorical" || parameter.type === "ordinal") {
    return parameter.values.map((value) => JSON.stringify(value)).join(", ");
  }
  const step = parameter.step === undefined ? "" : ` in steps of ${parameter.step}`;
  return `${parameter.type} ${parameter.min} to ${parameter.max}${step}`;
}

/**
 * Puts parents before their children, otherwise keeping the order of the file, and names every condition that cannot
 * be: an unknown parent, a value that the parent never has, a cycle. Parameters on or behind a cycle come last.
 *
 * @param parameters valid but for their conditions, with distinct names
 */
export function orderParameters(parameters: readonly Parameter[]): {
  readonly ordered: Parameter[];
  readonly problems: readonly ConditionProblem[];
} {
  const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  const problems = parameters.flatMap((parameter) => problemsOf(parameter, byName));

  const ordered: Parameter[] = [];
  const placed = new Set<string>();
  const isReady = (parameter: Parameter): boolean =>
    Object.keys(parameter.when ?? {}).every((parent) => placed.has(parent) || !byName.has(parent));

  let waiting: readonly Parameter[] = parameters;
  for (let ready = waiting.find(isReady); ready !== undefined; ready = waiting.find(isReady)) {
    const next = ready;
    ordered.push(next);
    placed.add(next.name);
    waiting = waiting.filter((parameter) => parameter !== next);
  }

  for (const parameter of waiting) {
    const cycle = cycleThrough(parameter.name, byName);
    if (cycle !== undefined) {
      problems.push({
        parameter: parameter.name,
        message: `when: expected parents that do not depend on ${parameter.name}, got the cycle ${cycle.join(" → ")}`,
      });
    }
  }
  return { ordered: [...ordered, ...waiting], problems };
}

/** The shortest chain of parents from a parameter back to itself. */
function cycleThrough(name: string, byName: ReadonlyMap<string, Parameter>): readonly string[] | undefined {
  const parentsOf = (child: string): string[] =>
    Object.keys(byName.get(child)?.when ?? {}).filter((parent) => byName.has(parent));
  const seen = new Set<string>();
  let chains: (readonly string[])[] = [[name]];
  while (chains.length > 0) {
    const longer: (readonly string[])[] = [];
    for (const chain of chains) {
      for (const parent of parentsOf(chain.at(-1)!)) {
        if (parent === name) return [...chain, parent];
        if (!seen.has(parent)) longer.push([...chain, parent]);
        seen.add(parent);
      }
    }
    chains = longer;
  }
  return undefined;
}
