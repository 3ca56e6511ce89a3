import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { minimizeBounded } from "../../../lib/minimize/lbfgsb.ts";
import { randomStream } from "../../../lib/random/philox.ts";

type Objective = (x: Float64Array, gradient: Float64Array) => number;

const free = (n: number): Float64Array => new Float64Array(n).fill(Number.POSITIVE_INFINITY);
const all = (n: number, value: number): Float64Array => new Float64Array(n).fill(value);

describe("Rosenbrock's function", () => {
  it("from (−1.2, 1), unbounded: f < 1e-12 in at most 60 evaluations", () => {
    const found = minimizeBounded(rosenbrock, Float64Array.of(-1.2, 1), all(2, Number.NEGATIVE_INFINITY), free(2));
    expect(found.value).toBeLessThan(1e-12);
    expect(found.evaluations).toBeLessThanOrEqual(60);
    expect(found.converged).toBe(true);
  });

  it("with x ≤ 0.5: (0.5, 0.25), on the bound exactly", () => {
    const upper = Float64Array.of(0.5, Number.POSITIVE_INFINITY);
    const found = minimizeBounded(rosenbrock, Float64Array.of(-1.2, 1), all(2, Number.NEGATIVE_INFINITY), upper);
    expect(found.x[0]).toBe(0.5);
    expect(found.x[1]).toBeCloseTo(0.25, 8);
    expect(found.converged).toBe(true);
  });

  // iterations and evaluations that L-BFGS-B 3.0 takes (SciPy 1.17, ftol 1e-12, gtol 1e-6), with room for rounding
  it.each([
    [2, -2, 0.5, 4, 0.25],
    [10, -2, 2, 63, 0],
    [50, -2, 2, 96, 0],
    [10, -2, 0.5, 25, 7.594812948946875],
  ])("in %d dimensions within [%d, %d]: no more than about %d evaluations", (n, low, high, evaluations, least) => {
    const start = all(n, -1);
    if (n === 2) start.set([-1.2, 1]);
    const found = minimizeBounded(rosenbrock, start, all(n, low), all(n, high));
    expect(Math.abs(found.value - least)).toBeLessThan(1e-11);
    expect(found.evaluations).toBeLessThanOrEqual(evaluations * 1.2 + 1);
    expect(found.converged).toBe(true);
  });
});

describe("convex quadratics with bounds", () => {
  it("end where the projected gradient vanishes, inside the box", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(), (n, seed) => {
        const { objective, lower, upper, start } = randomQuadratic(n, seed);
        const found = minimizeBounded(objective, start, lower, upper, {
          gradientTolerance: 1e-9,
          relativeTolerance: 0,
        });
        const gradient = new Float64Array(n);
        expect(objective(found.x, gradient)).toBe(found.value);
        for (let i = 0; i < n; i++) {
          const x = found.x[i]!;
          expect(x >= lower[i]! && x <= upper[i]!).toBe(true);
          if (x > lower[i]!) expect(gradient[i]).toBeLessThan(1e-4); // else it could go down
          if (x < upper[i]!) expect(gradient[i]).toBeGreaterThan(-1e-4);
        }
      }),
    );
  });

  it("are not left above the value of projected gradient descent", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.nat(), (n, seed) => {
        const { objective, lower, upper, start, largestEigenvalue } = randomQuadratic(n, seed);
        const x = start.slice();
        const gradient = new Float64Array(n);
        for (let k = 0; k < 300; k++) {
          objective(x, gradient);
          for (let i = 0; i < n; i++) {
            x[i] = Math.min(Math.max(x[i]! - gradient[i]! / largestEigenvalue, lower[i]!), upper[i]!);
          }
        }
        const descent = objective(x, gradient);
        const { value } = minimizeBounded(objective, start, lower, upper);
        expect(value).toBeLessThanOrEqual(descent + 1e-9 * Math.max(1, Math.abs(descent)));
      }),
      { numRuns: 50 },
    );
  });
});

describe("a function that is not finite everywhere", () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "comes back from where it is %d",
    (hole) => {
      const objective: Objective = (x, gradient) => {
        gradient[0] = 1 - 1 / x[0]!;
        return x[0]! > 0 ? x[0]! - Math.log(x[0]!) : hole;
      };
      const found = minimizeBounded(objective, Float64Array.of(5), Float64Array.of(-100), Float64Array.of(100));
      expect(found.x[0]).toBeCloseTo(1, 5);
      expect(found.converged).toBe(true);
    },
  );

  it("comes back from where the gradient alone is NaN", () => {
    const objective: Objective = (x, gradient) => {
      gradient[0] = x[0]! < -0.5 ? Number.NaN : 2 * x[0]!;
      return x[0]! ** 2;
    };
    const found = minimizeBounded(objective, Float64Array.of(3), Float64Array.of(-10), Float64Array.of(10));
    expect(found.x[0]).toBeCloseTo(0, 5);
  });

  it("answers the start when that is not finite", () => {
    const found = minimizeBounded(() => Number.NaN, Float64Array.of(3), Float64Array.of(-10), Float64Array.of(1));
    expect(found).toEqual({
      x: Float64Array.of(1),
      value: Number.NaN,
      iterations: 0,
      evaluations: 1,
      converged: false,
    });
  });
});

describe("edges", () => {
  it("stops at once where the start is a minimum, and where every coordinate is fixed", () => {
    const origin = minimizeBounded(rosenbrock, Float64Array.of(1, 1), all(2, -5), all(2, 5));
    expect(origin).toMatchObject({ iterations: 0, evaluations: 1, converged: true });
    const fixed = minimizeBounded(rosenbrock, Float64Array.of(0, 0), all(2, 3), all(2, 3));
    expect(fixed).toMatchObject({ x: Float64Array.of(3, 3), evaluations: 1, converged: true });
  });

  it("moves the other coordinates when one is fixed", () => {
    const found = minimizeBounded(rosenbrock, all(2, 0), Float64Array.of(0.7, -5), Float64Array.of(0.7, 5));
    expect(found.x[0]).toBe(0.7);
    expect(found.x[1]).toBeCloseTo(0.49, 8);
  });

  it("goes to the corner of a linear function, and down an unbounded one without converging", () => {
    const linear: Objective = (x, gradient) => {
      gradient.set([1, -2]);
      return x[0]! - 2 * x[1]!;
    };
    expect(minimizeBounded(linear, all(2, 0), all(2, -3), all(2, 4)).x).toEqual(Float64Array.of(-3, 4));
    const downhill = minimizeBounded(linear, all(2, 0), all(2, Number.NEGATIVE_INFINITY), free(2), {
      maxIterations: 20,
    });
    expect(downhill.value).toBeLessThan(-50);
    expect(downhill.converged).toBe(false);
  });

  it("says that it has not converged when the iterations run out", () => {
    const found = minimizeBounded(rosenbrock, Float64Array.of(-1.2, 1), all(2, -5), all(2, 5), { maxIterations: 3 });
    expect(found).toMatchObject({ iterations: 3, converged: false });
  });

  it("says so, and keeps the start, when the gradient leads uphill", () => {
    const wrong: Objective = (x, gradient) => {
      gradient[0] = -2 * x[0]!;
      return x[0]! ** 2;
    };
    const found = minimizeBounded(wrong, Float64Array.of(1), Float64Array.of(-4), Float64Array.of(4));
    expect(found).toMatchObject({ x: Float64Array.of(1), value: 1, converged: false });
  });

  it("survives a kink, where no curvature can be learnt", () => {
    const kink: Objective = (x, gradient) => {
      gradient.set([Math.sign(x[0]! - 0.3), 2 * (x[1]! - 0.1)]);
      return Math.abs(x[0]! - 0.3) + (x[1]! - 0.1) ** 2;
    };
    const found = minimizeBounded(kink, all(2, 0.9), all(2, 0), all(2, 1));
    expect(found.value).toBeLessThan(0.01);
  });

  it("with a memory of one step still converges", () => {
    const found = minimizeBounded(rosenbrock, Float64Array.of(-1.2, 1), all(2, -5), all(2, 5), { memory: 1 });
    expect(found.value).toBeLessThan(1e-9);
  });

  it("gives the same bytes for the same function", () => {
    const run = (): Float64Array => minimizeBounded(rosenbrock, all(7, -1), all(7, -2), all(7, 0.9)).x;
    expect(run()).toEqual(run());
  });
});

/** Extended Rosenbrock function, minimum 0 at (1, …, 1). */
function rosenbrock(x: Float64Array, gradient: Float64Array): number {
  let value = 0;
  gradient.fill(0);
  for (let i = 0; i + 1 < x.length; i++) {
    const a = x[i + 1]! - x[i]! ** 2;
    const b = 1 - x[i]!;
    value += 100 * a * a + b * b;
    gradient[i]! += -400 * a * x[i]! - 2 * b;
    gradient[i + 1]! += 200 * a;
  }
  return value;
}

/** ½xᵀAx − bᵀx, eigenvalues between 0.1 and about 0.1 + n, in a box about the origin with some sides open or closed up. */
function randomQuadratic(
  n: number,
  seed: number,
): {
  objective: Objective;
  lower: Float64Array;
  upper: Float64Array;
  start: Float64Array;
  largestEigenvalue: number;
} {
  const stream = randomStream(seed, 0);
  const root = Array.from({ length: n }, () => Float64Array.from({ length: n }, stream.normal));
  const b = Float64Array.from({ length: n }, () => 3 * stream.normal());
  const lower = Float64Array.from({ length: n }, () =>
    stream.int(4) === 0 ? Number.NEGATIVE_INFINITY : -stream.uniform(),
  );
  const upper = Float64Array.from({ length: n }, (_, i) =>
    stream.int(4) === 0 ? Number.POSITIVE_INFINITY : stream.int(6) === 0 ? Math.max(lower[i]!, -2) : stream.uniform(),
  );
  const start = Float64Array.from({ length: n }, (_, i) => Math.min(Math.max(stream.normal(), lower[i]!), upper[i]!));
  const objective: Objective = (x, gradient) => {
    const image = root.map((row) => row.reduce((sum, r, i) => sum + r * x[i]!, 0));
    let value = 0;
    for (let i = 0; i < n; i++) {
      const ax = root.reduce((sum, row, k) => sum + row[i]! * image[k]!, 0) / n + 0.1 * x[i]!;
      gradient[i] = ax - b[i]!;
      value += 0.5 * x[i]! * ax - b[i]! * x[i]!;
    }
    return value;
  };
  const trace = root.reduce((sum, row) => sum + row.reduce((squares, r) => squares + r * r, 0), 0) / n + 0.1 * n;
  return { objective, lower, upper, start, largestEigenvalue: trace };
}
