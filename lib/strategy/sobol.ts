import { randomStream } from "../random/philox.ts";
import { Purpose } from "../random/purpose.ts";
import { sobolSequence } from "../random/sobol.ts";
import { isTracked, PLAIN_ATTEMPTS, proposeDistinct } from "./distinct.ts";
import type { ProposeAnswer, ProposeRequest, Strategy } from "./strategy.ts";

/** Second index of the streams under `Purpose.sobol`; the sequence itself has 0. */
const SCRAMBLINGS = 1;
const FALLBACK = 2;

type Sequence = (index: number, out?: Float64Array) => Float64Array;

/**
 * Owen-scrambled Sobol points: an even cover of the unit cube.
 *
 * The p-th trial that a strategy is asked for gets point p. Where that point breaks a constraint, its next candidate is
 * point p of another scrambling of the sequence, and so on: a rejected point moves no other trial's, what a trial gets
 * is a function of the seed and of p alone, and each scrambling still covers the part of the space that it serves.
 * After 64 scramblings the candidates are uniform.
 */
export const sobol: Strategy = {
  name: "sobol",
  adaptive: false,
  needsHistory: isTracked,
  propose: (request) => proposeCover(request, (point) => point),
};

/**
 * The points of `sobol` moved to where a trial wants them.
 *
 * @param move of the point of the trial with this position
 */
export function proposeCover(
  request: ProposeRequest,
  move: (point: Float64Array, position: number) => Float64Array,
): ProposeAnswer {
  const dimension = request.space.parameters.length;
  const point = new Float64Array(dimension);
  const scramblings: Sequence[] = [];

  function scrambling(attempt: number): Sequence {
    const seed =
      attempt === 0 ? request.seed : randomStream(request.seed, Purpose.sobol, attempt, SCRAMBLINGS).uint32();
    const sequence = scramblings[attempt] ?? sobolSequence(dimension, seed);
    scramblings[attempt] = sequence;
    return sequence;
  }

  return proposeDistinct(
    request,
    (slot) => {
      const position = request.position + slot;
      const stream = randomStream(request.seed, Purpose.sobol, position, FALLBACK);
      return (attempt) => {
        if (attempt < PLAIN_ATTEMPTS) return move(scrambling(attempt)(position, point), position);
        for (let k = 0; k < dimension; k++) point[k] = stream.uniform();
        return move(point, position);
      };
    },
    (slot) => ({ strategy: "sobol", point: request.position + slot }),
  );
}
