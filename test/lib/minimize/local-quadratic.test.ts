import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { localQuadraticMinimum } from "../../../lib/minimize/local-quadratic.ts";
import { randomStream } from "../../../lib/random/philox.ts";

/** Points of the cube, uniform. */
function spread(d: number, n: number, seed: number): Float64Array[] {
  const stream = randomStream(seed, 0);
  return Array.from({ length: n }, () => Float64Array.from({ length: d }, () => stream.uniform()));
}

/** Coefficients of a quadratic in d coordinates. */
const coefficients = (d: number): number => ((d + 1) * (d + 2)) / 2;
/** The points that a fit in d coordinates wants. */
const enough = (d: number): number => Math.ceil(1.5 * coefficients(d));
const distance = (a: Float64Array, b: Float64Array): number => Math.hypot(...a.map((u, k) => u - b[k]!));

describe("the minimum of a local quadratic", () => {
  it("is that of a function that is quadratic, in one step, whatever its scale and offset", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.nat(),
        fc.constantFrom(1e-150, 1, 1e150),
        fc.integer({ min: -3, max: 3 }),
        (d, seed, scale, offset) => {
          const stream = randomStream(seed, 1);
          const place = Float64Array.from({ length: d }, () => 0.3 + 0.4 * stream.uniform());
          const bends = Float64Array.from({ length: d }, () => 1 + 9 * stream.uniform());
          const values = (points: readonly Float64Array[]): number[] =>
            points.map((point) => {
              const z = point.map((u, k) => u - place[k]!);
              const together = z.reduce((a, b) => a + b, 0);
              return scale * (offset + z.reduce((sum, u, k) => sum + bends[k]! * u * u, 0) + together * together);
            });
          // the best point is near enough for the place to be within half the radius
          const near = place.map((u) => u + 0.02);
          const points = [near, ...spread(d, enough(d), seed)];
          const found = localQuadraticMinimum(points, values(points));
          fc.pre(found !== null); // random points may lie so that one of them is not foretold by the others
          expect(distance(found, place)).toBeLessThan(1e-4);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("comes down into a bowl that is nearly quadratic, step by step", () => {
    const f = ([x, y]: Float64Array): number => Math.cosh(3 * (x! - 0.42)) + Math.cosh(5 * (y! - 0.61)) - 2;
    const points = spread(2, enough(2), 3).map((point): Float64Array => point.map((u) => 0.3 + 0.4 * u));
    const values = points.map(f);
    const before = Math.min(...values);
    for (let step = 0; step < 8; step++) {
      const next = localQuadraticMinimum(points, values)!;
      points.push(next);
      values.push(f(next));
    }
    expect(Math.min(...values)).toBeLessThan(1e-4 * before);
  });

  it("is looked for within the cube, and no farther out than half the radius of the points", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.nat(), (d, seed) => {
        const points = spread(d, enough(d), seed);
        const values = points.map((point) => point.reduce((sum, u, k) => sum + (k % 2 === 0 ? u : -u), 0));
        const best = points[values.indexOf(Math.min(...values))]!;
        const radius = Math.max(...points.map((point) => distance(point, best)));
        const found = localQuadraticMinimum(points, values);
        fc.pre(found !== null); // random points may lie so that one of them is not foretold by the others
        found.forEach((u, k) => {
          // a slope alone: as far as it goes in each coordinate
          const goal = best[k]! + (k % 2 === 0 ? -0.5 : 0.5) * radius;
          expect(u).toBeCloseTo(Math.min(1, Math.max(0, goal)), 6);
        });
      }),
      { numRuns: 40 },
    );
  });
});

describe("there is none", () => {
  const bowl = (point: Float64Array): number => point.reduce((sum, u) => sum + (u - 0.4) ** 2, 0);

  it.each([1, 2, 3, 6])("of fewer points than 1.3 for each coefficient, in %d coordinates", (d) => {
    const least = Math.ceil(1.3 * coefficients(d));
    const points = spread(d, least, 5);
    expect(localQuadraticMinimum(points, points.map(bowl))).not.toBeNull();
    expect(localQuadraticMinimum(points.slice(1), points.slice(1).map(bowl))).toBeNull();
  });

  it("in more than 20 coordinates, where it would take too long", () => {
    const points = spread(21, enough(21), 9);
    expect(localQuadraticMinimum(points, points.map(bowl))).toBeNull();
  });

  it("where points that are left out are not foretold: a rugged function, or noise", () => {
    const points = spread(2, 60, 6);
    const rugged = points.map((point) => bowl(point) + 0.2 * Math.cos(40 * point[0]!) * Math.cos(31 * point[1]!));
    expect(localQuadraticMinimum(points, rugged)).toBeNull();
    const stream = randomStream(7, 0);
    expect(
      localQuadraticMinimum(
        points,
        points.map(() => stream.uniform()),
      ),
    ).toBeNull();
  });

  it("of no points, of one place, of equal values, and of a range that is no double", () => {
    expect(localQuadraticMinimum([], [])).toBeNull();
    const points = spread(2, 12, 8);
    expect(localQuadraticMinimum(Array(12).fill(points[0]), points.map(bowl))).toBeNull();
    expect(localQuadraticMinimum(points, Array(12).fill(1))).toBeNull();
    expect(
      localQuadraticMinimum(
        points,
        points.map((_, i) => (i % 2 === 0 ? 1.7e308 : -1.7e308)),
      ),
    ).toBeNull();
  });
});
