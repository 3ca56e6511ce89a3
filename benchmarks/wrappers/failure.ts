import { randomStream } from "../../lib/random/philox.ts";
import type { ParameterValues } from "../../lib/space/parameter.ts";
import type { Problem } from "../problems/problem.ts";
import { Stream } from "../streams.ts";

interface Failures {
  /** The region where every trial fails; the optimum has to lie outside. */
  readonly region: (parameters: ParameterValues) => boolean;
  /** Of all other trials, the share that fails by chance: a function of the study's seed and the trial's number. */
  readonly share: number;
}

/** The problem on a machine that breaks down: a failed trial takes its place in the budget and teaches no value. */
export function failing(problem: Problem, { region, share }: Failures): Problem {
  return {
    ...problem,
    name: `${problem.name}-failing`,
    family: "failing",
    source: `${problem.source}; a region fails, and ${100 * share} % of the rest`,
    observe(parameters, trial) {
      const lost = region(parameters) || randomStream(trial.seed, Stream.failure, trial.number).uniform() < share;
      return lost ? null : problem.observe(parameters, trial);
    },
  };
}
