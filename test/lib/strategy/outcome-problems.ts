/** Test problems with several objectives, or with outcome constraints; all minimised. */
import type { ParameterValues, SearchSpace } from "../../../lib/space/parameter.ts";
import type { Observation, Strategy } from "../../../lib/strategy/strategy.ts";
import type { OutcomeConstraint } from "../../../lib/study/spec.ts";
import { hypervolume } from "../acquisition/hypervolume.ts";
import { branin } from "./problems.ts";

export interface OutcomeProblem {
  readonly space: SearchSpace;
  readonly objectives: number;
  readonly outcomes: readonly OutcomeConstraint[];
  readonly trials: number;
  evaluate(values: ParameterValues): Pick<Observation, "values" | "outcomes">;
}

const unit = (names: readonly string[]): SearchSpace => ({
  parameters: names.map((name) => ({ name, type: "float", min: 0, max: 1, scale: "linear" })),
  constraints: [],
});
const read = (values: ParameterValues, name: string): number => values[name] as number;

/** The toy problem of Gramacy et al. 2016, "Modeling an augmented Lagrangian for blackbox constrained optimization". */
export const gramacy: OutcomeProblem & { readonly optimum: number } = {
  space: unit(["x", "y"]),
  objectives: 1,
  outcomes: [
    { metric: "wave", min: 0 },
    { metric: "disc", max: 1.5 },
  ],
  trials: 22,
  optimum: 0.599788,
  evaluate(values) {
    const [x, y] = [read(values, "x"), read(values, "y")];
    const wave = x + 2 * y + 0.5 * Math.sin(2 * Math.PI * (x * x - 2 * y)) - 1.5;
    return { values: [x + y], outcomes: [wave, x * x + y * y] };
  },
};

/** Branin and Currin's exponential function (Belakaria, Deshwal & Doppa 2019). */
export const braninCurrin: OutcomeProblem & { readonly reference: readonly number[] } = {
  space: unit(["x", "y"]),
  objectives: 2,
  outcomes: [],
  trials: 24,
  reference: [18, 6],
  evaluate(values) {
    const [x, y] = [read(values, "x"), read(values, "y")];
    const ratio = (2300 * x ** 3 + 1900 * x * x + 2092 * x + 60) / (100 * x ** 3 + 500 * x * x + 4 * x + 20);
    const currin = (1 - Math.exp(-1 / (2 * Math.max(y, 1e-9)))) * ratio;
    return { values: [branin.evaluate({ x: 15 * x - 5, y: 15 * y }), currin] };
  },
};

/** ZDT1 (Zitzler, Deb & Thiele 2000) in four parameters. */
export const zdt1: OutcomeProblem & { readonly reference: readonly number[] } = {
  space: unit(["a", "b", "c", "d"]),
  objectives: 2,
  outcomes: [],
  trials: 30,
  reference: [1.1, 4],
  evaluate(values) {
    const first = read(values, "a");
    const g = 1 + 3 * (read(values, "b") + read(values, "c") + read(values, "d"));
    return { values: [first, g * (1 - Math.sqrt(first / g))] };
  },
};

/** One trial after the other. */
export function run(
  strategy: Strategy,
  problem: OutcomeProblem,
  seed: number,
  trials: number = problem.trials,
): Observation[] {
  const history: Observation[] = [];
  for (let number = 1; number <= trials; number++) {
    const { suggestions } = strategy.propose({
      space: problem.space,
      objectives: Array.from({ length: problem.objectives }, (_, k) => ({ name: `y${k}`, goal: "minimize" as const })),
      outcomes: problem.outcomes,
      seed,
      first: number,
      count: 1,
      position: number - 1,
      history,
      pending: [],
      budget: trials,
      batch: 1,
    });
    const { parameters } = suggestions[0]!;
    history.push({ number, parameters, ...problem.evaluate(parameters) });
  }
  return history;
}

export function isFeasible({ outcomes }: OutcomeProblem, trial: Observation): boolean {
  return (
    trial.values !== null &&
    outcomes.every(({ min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }, i) => {
      const value = trial.outcomes![i]!;
      return value >= min && value <= max;
    })
  );
}

/** The least first objective among the feasible; Infinity where there is none. */
export function bestFeasible(problem: OutcomeProblem, history: readonly Observation[]): number {
  return Math.min(...history.filter((trial) => isFeasible(problem, trial)).map(({ values }) => values![0]!));
}

/** Of what the trials dominate, above the reference. */
export function covered(reference: readonly number[], history: readonly Observation[]): number {
  const negated = history.map(({ values }) => values!.map((value) => -value));
  return hypervolume(
    negated,
    reference.map((value) => -value),
  );
}
