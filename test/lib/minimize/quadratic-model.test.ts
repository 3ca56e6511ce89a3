import fc from "fast-check";
import { Matrix } from "ml-matrix";
import { expect, it } from "vitest";
import { cauchyPoint } from "../../../lib/minimize/cauchy-point.ts";
import { LimitedMemory } from "../../../lib/minimize/limited-memory.ts";
import { improveInSubspace } from "../../../lib/minimize/subspace-minimum.ts";
import { type RandomStream, randomStream } from "../../../lib/random/philox.ts";

const sizes = fc.integer({ min: 1, max: 6 });

it("the compact matrix is the BFGS matrix of the remembered pairs, updated one by one", () => {
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 4 }), fc.nat(), (n, pairs, seed) => {
      const stream = randomStream(seed, 0);
      const memory = new LimitedMemory(3);
      const history = learn(memory, stream, n, pairs).slice(-3);
      let b = Matrix.eye(n).mul(memory.theta);
      for (const { s, y } of history) {
        const [sColumn, yColumn] = [Matrix.columnVector(s), Matrix.columnVector(y)];
        const bs = b.mmul(sColumn);
        b = b
          .sub(bs.mmul(bs.transpose()).div(sColumn.transpose().mmul(bs).get(0, 0)))
          .add(yColumn.mmul(yColumn.transpose()).div(yColumn.transpose().mmul(sColumn).get(0, 0)));
      }
      const error = dense(memory, n).sub(b).norm("max");
      expect(error).toBeLessThan(1e-7 * b.norm("max") * memory.theta + 1e-7);
    }),
  );
});

it("a pair without curvature is passed over", () => {
  const memory = new LimitedMemory(3);
  memory.update(Float64Array.of(1, 0), Float64Array.of(-1, 2));
  expect(memory.columns).toBe(0);
});

it("the Cauchy point is the first local minimum of the model along the bent path", () => {
  fc.assert(
    fc.property(sizes, fc.nat({ max: 3 }), fc.nat(), (n, pairs, seed) => {
      const { x, g, lower, upper, memory } = problem(n, pairs, seed);
      const b = dense(memory, n);
      const { point, c } = cauchy(x, g, lower, upper, memory);
      const wtz = new Float64Array(memory.columns);
      memory.transposedTimes(
        point.map((p, i) => p - x[i]!),
        wtz,
      );
      for (const [k, ck] of c.entries()) expect(Math.abs(ck - wtz[k]!)).toBeLessThan(1e-9 * (1 + Math.abs(ck)));

      const found = firstMinimum(b, x, g, lower, upper);
      for (const [i, p] of point.entries()) expect(Math.abs(p - found[i]!)).toBeLessThan(1e-6 * (1 + Math.abs(p)));
    }),
  );
});

it("the subspace step leads downhill and stays in the box, projected or cut short", () => {
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 3 }), fc.nat(), (n, pairs, seed) => {
      const { x, g, lower, upper, memory } = problem(n, pairs, seed);
      const { point, c } = cauchy(x, g, lower, upper, memory);
      improveInSubspace(x, g, lower, upper, memory, point, c);
      let slope = 0;
      for (let i = 0; i < n; i++) {
        expect(point[i]! >= lower[i]! && point[i]! <= upper[i]!).toBe(true);
        slope += g[i]! * (point[i]! - x[i]!);
      }
      expect(slope).toBeLessThan(0);
    }),
    { numRuns: 1000 },
  );
});

it("the subspace step is cut at the first bound where its projection would lead uphill", () => {
  // The model's minimum (−0.80, −1.21) projects to (−0.80, −0.25), towards which the gradient (−1, 3) rises.
  const memory = new LimitedMemory(5);
  for (const [a, b] of [
    [1, 0],
    [0, 1],
    [1, 1],
    [1, -1],
    [1, 0],
  ] as const) {
    memory.update(Float64Array.of(a, b), Float64Array.of(31.75 * a - 21.75 * b, -21.75 * a + 16.5 * b));
  }
  const [x, g] = [Float64Array.of(0, 0), Float64Array.of(-1, 3)];
  const [lower, upper] = [Float64Array.of(-1.25, -0.25), Float64Array.of(0.5, 1)];
  const { point, c } = cauchy(x, g, lower, upper, memory);
  improveInSubspace(x, g, lower, upper, memory, point, c);
  expect(point[1]).toBe(-0.25);
  expect(point[0]).toBeCloseTo(-0.0829121548737, 9);
});

it("without bounds the subspace step is Newton's", () => {
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 3 }), fc.nat(), (n, pairs, seed) => {
      const { x, g, memory } = problem(n, pairs, seed);
      const far = new Float64Array(n).fill(1e9);
      const { point, c } = cauchy(
        x,
        g,
        far.map((u) => -u),
        far,
        memory,
      );
      improveInSubspace(
        x,
        g,
        far.map((u) => -u),
        far,
        memory,
        point,
        c,
      );
      const step = Matrix.columnVector(point.map((p, i) => p - x[i]!));
      const residual = dense(memory, n).mmul(step).add(Matrix.columnVector(g)).norm("max");
      expect(residual).toBeLessThan(1e-5);
    }),
  );
});

interface Problem {
  x: Float64Array;
  g: Float64Array;
  lower: Float64Array;
  upper: Float64Array;
  memory: LimitedMemory;
}

/** A point inside a box about it, a gradient, and a memory of a convex quadratic. */
function problem(n: number, pairs: number, seed: number): Problem {
  const stream = randomStream(seed, 1);
  const x = Float64Array.from({ length: n }, stream.normal);
  const memory = new LimitedMemory(5);
  learn(memory, stream, n, pairs);
  return {
    x,
    g: Float64Array.from({ length: n }, stream.normal),
    lower: x.map((xi) => xi - stream.uniform() - 0.01),
    upper: x.map((xi) => xi + stream.uniform() + 0.01),
    memory,
  };
}

/** Feeds pairs of a quadratic with eigenvalues of at least ½ to the memory. */
function learn(memory: LimitedMemory, stream: RandomStream, n: number, pairs: number): { s: number[]; y: number[] }[] {
  const root = new Matrix(n, n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) root.set(i, j, stream.normal());
  const a = root.mmul(root.transpose()).add(Matrix.eye(n).mul(0.5));
  return Array.from({ length: pairs }, () => {
    const s = Array.from({ length: n }, stream.normal);
    const y = a.mmul(Matrix.columnVector(s)).to1DArray();
    memory.update(Float64Array.from(s), Float64Array.from(y));
    return { s, y };
  });
}

/** B = θI − W·M·Wᵀ. */
function dense(memory: LimitedMemory, n: number): Matrix {
  const identity = Matrix.eye(n).mul(memory.theta);
  if (memory.columns === 0) return identity;
  const w = Matrix.from1DArray(n, memory.columns, memory.w);
  const m = Matrix.from1DArray(memory.columns, memory.columns, memory.m);
  return identity.sub(w.mmul(m).mmul(w.transpose()));
}

function cauchy(
  x: Float64Array,
  g: Float64Array,
  lower: Float64Array,
  upper: Float64Array,
  memory: LimitedMemory,
): { point: Float64Array; c: Float64Array } {
  const point = new Float64Array(x.length);
  const c = new Float64Array(memory.columns);
  cauchyPoint(x, g, lower, upper, memory, point, c);
  return { point, c };
}

/**
 * Where the model first stops to fall on the path x − t·g, clamped to the box: from one bound that the path meets to
 * the next it is a parabola in t, with the slope (g + B(z − x))ᵀd and the curvature dᵀBd.
 */
function firstMinimum(
  b: Matrix,
  x: Float64Array,
  g: Float64Array,
  lower: Float64Array,
  upper: Float64Array,
): Float64Array {
  const at = (t: number): Float64Array => x.map((xi, i) => clamp(xi - t * g[i]!, lower[i]!, upper[i]!));
  const bounds = Array.from(g, (gi, i) => (gi < 0 ? (x[i]! - upper[i]!) / gi : (x[i]! - lower[i]!) / gi));
  let t = 0;
  for (const end of bounds.toSorted((left, right) => left - right)) {
    const d = Matrix.columnVector(g.map((gi, i) => (bounds[i]! > t ? -gi : 0)));
    const step = Matrix.columnVector(at(t).map((z, i) => z - x[i]!));
    const slope = d.dot(Matrix.columnVector(g).add(b.mmul(step)));
    const minimum = t + Math.max(0, -slope / d.dot(b.mmul(d)));
    if (minimum < end) return at(minimum);
    t = end;
  }
  return at(t);
}

function clamp(x: number, low: number, high: number): number {
  return Math.min(Math.max(x, low), high);
}
