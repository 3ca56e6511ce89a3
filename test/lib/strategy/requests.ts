import type { Parameter, ParameterValues } from "../../../lib/space/parameter.ts";
import type { Observation, ProposeRequest, Strategy, Suggestion } from "../../../lib/strategy/strategy.ts";

export function floats(count: number): Parameter[] {
  return Array.from({ length: count }, (_, i) => ({ name: `x${i}`, type: "float", min: 0, max: 1, scale: "linear" }));
}

export function ints(count: number, max: number): Parameter[] {
  return Array.from({ length: count }, (_, i) => ({ name: `n${i}`, type: "int", min: 0, max, scale: "linear" }));
}

export function request(parameters: readonly Parameter[], rest: Partial<ProposeRequest> = {}): ProposeRequest {
  return {
    space: { parameters, constraints: [] },
    objectives: [{ name: "y", goal: "minimize" }],
    seed: 7,
    first: 1,
    count: 1,
    position: 0,
    history: [],
    pending: [],
    budget: null,
    batch: 1,
    ...rest,
  };
}

export function observed(parameters: ParameterValues, index: number): Observation {
  return { number: index + 1, parameters, values: [index] };
}

/** Asks for `total` trials, `batch` at a time, each batch with all earlier ones as history; stops when exhausted. */
export function propose(strategy: Strategy, base: ProposeRequest, total: number, batch: number): Suggestion[] {
  const all: Suggestion[] = [];
  while (all.length < total) {
    const answer = strategy.propose({
      ...base,
      first: base.first + all.length,
      position: base.position + all.length,
      count: Math.min(batch, total - all.length),
      history: all.map(({ parameters }, index) => observed(parameters, index)),
    });
    all.push(...answer.suggestions);
    if (answer.exhausted) break;
  }
  return all;
}
