import fc from "fast-check";
import type { TrainingSet } from "../../../lib/surrogate/training-set.ts";

/** The example of `reference/make.py`. */
export const example: TrainingSet = {
  n: 5,
  points: Float64Array.from([0.1, 0.2, 0.4, 0.9, 0.5, 0.5, 0.8, 0.1, 0.95, 0.7]),
  hamming: new Uint8Array(2),
  targets: Float64Array.from([0.3, -1.2, 0.7, 1.1, -0.4]),
  noiseShare: new Float64Array(5).fill(1),
};

/** 1/64 apart, so that points are equal or well apart. */
const coordinate = fc.integer({ min: 0, max: 64 }).map((i) => i / 64);

/** Training sets of 2 to 12 rows in 1 to 5 columns, numeric and categorical mixed. */
export const trainingSets: fc.Arbitrary<TrainingSet> = fc
  .tuple(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 1, max: 5 }))
  .chain(([n, d]) =>
    fc
      .record({
        points: fc.array(coordinate, { minLength: n * d, maxLength: n * d }),
        hamming: fc.array(fc.constantFrom(0, 1), { minLength: d, maxLength: d }),
        targets: fc.array(fc.integer({ min: -20, max: 20 }), { minLength: n, maxLength: n }),
        noiseShare: fc.array(fc.constantFrom(1, 0.5, 0.25), { minLength: n, maxLength: n }),
      })
      .map(({ points, hamming, targets, noiseShare }) => ({
        n,
        points: Float64Array.from(points, (u, at) => (hamming[at % d] === 1 ? Math.floor(4 * u) / 4 : u)),
        hamming: Uint8Array.from(hamming),
        targets: Float64Array.from(targets, (y) => y / 10),
        noiseShare: Float64Array.from(noiseShare),
      })),
  );

/** θ = (ln ℓ_k², ln s², ln σ_n²) with enough noise for finite differences to mean something. */
export function thetas(d: number): fc.Arbitrary<Float64Array> {
  return fc
    .tuple(
      fc.array(fc.integer({ min: -30, max: 30 }), { minLength: d, maxLength: d }),
      fc.integer({ min: -20, max: 20 }),
      fc.integer({ min: -50, max: 0 }),
    )
    .map(([scales, signal, noise]) => Float64Array.from([...scales, signal, noise], (v) => v / 10));
}

/** Central difference of f along column k. */
export function centralDifference(f: (x: Float64Array) => number, x: Float64Array, k: number, step: number): number {
  const moved = (by: number): number => f(x.map((v, i) => (i === k ? v + by : v)));
  return (moved(step) - moved(-step)) / (2 * step);
}
