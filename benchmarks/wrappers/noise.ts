import { randomStream } from "../../lib/random/philox.ts";
import type { Problem } from "../problems/problem.ts";
import { Stream } from "../streams.ts";

/**
 * The problem seen through noise: what is observed of each objective has a normal number added, a function of the study's
 * seed and the trial's number alone, so that two strategies meet the same luck. Scores know the truth; constrained metrics
 * are exact.
 *
 * @param deviation of the noise, in the objectives' unit
 */
export function noisy(problem: Problem, deviation: number): Problem {
  return {
    ...problem,
    name: `${problem.name}-noisy`,
    family: "noisy",
    source: `${problem.source}; normal noise of deviation ${deviation}`,
    observe(parameters, trial) {
      const seen = problem.observe(parameters, trial);
      if (seen === null) return null;
      const stream = randomStream(trial.seed, Stream.noise, trial.number);
      return { ...seen, values: seen.values.map((value) => value + deviation * stream.normal()) };
    },
  };
}
