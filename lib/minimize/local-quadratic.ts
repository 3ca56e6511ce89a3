import { solveGeneral } from "../linalg/gauss.ts";
import { minimizeBounded } from "./lbfgsb.ts";

/** Points for each coefficient, at least: a fit that passes through all of its points cannot be doubted. */
const LEAST_SHARE = 1.3;
/** Points for each coefficient, at most: farther ones lie where the function is no quadratic any more. */
const MOST_SHARE = 1.5;
/** Those of 20 coordinates, at 70 ms; in 30 it would be 650. */
const MOST_COEFFICIENTS = 231;
/** Keeps the equations solvable where the points lie in a plane; values and steps have unit range there. */
const RIDGE = 1e-7;
/** Share of the spread that has to be foretold of points that were left out. */
const LEAST_FORETOLD = 0.9;
/** In radii of the fit: there are points beyond on most sides. */
const FARTHEST = 0.5;

/**
 * Where a function is least near its best point, by a quadratic: ridge regression on the nearest points, whose minimum is
 * looked for within half the radius that they span. Eq. (17) of docs/how-it-works.md.
 *
 * @param points of the unit cube, d each
 * @param values of the function; finite
 * @returns a point of the cube; null where points are too few or coordinates too many, or where the quadratic does not
 *   foretell those left out
 */
export function localQuadraticMinimum(points: readonly Float64Array[], values: readonly number[]): Float64Array | null {
  const best = values.reduce((least, value, i) => (value < values[least]! ? i : least), 0);
  const centre = points[best];
  if (centre === undefined) return null;
  const size = ((centre.length + 1) * (centre.length + 2)) / 2;
  if (points.length < LEAST_SHARE * size || size > MOST_COEFFICIENTS) return null;
  const nearest = points
    .map((point, i) => ({ step: point.map((u, k) => u - centre[k]!), excess: values[i]! - values[best]! }))
    .sort((a, b) => norm(a.step) - norm(b.step))
    .slice(0, Math.ceil(MOST_SHARE * size));
  const radius = norm(nearest.at(-1)!.step);
  const range = nearest.reduce((most, { excess }) => Math.max(most, excess), 0);
  if (!(radius > 0 && range > 0 && range < Number.POSITIVE_INFINITY)) return null;

  const rows = nearest.map(({ step }) => terms(step.map((u) => u / radius)));
  const outputs = nearest.map(({ excess }) => excess / range);
  const coefficients = regress(rows, outputs);
  if (coefficients === null) return null;
  const { x } = minimizeBounded(
    (z, gradient) => evaluate(coefficients, z, gradient),
    new Float64Array(centre.length),
    centre.map((u) => Math.max(-FARTHEST, -u / radius)),
    centre.map((u) => Math.min(FARTHEST, (1 - u) / radius)),
    { gradientTolerance: 1e-14, relativeTolerance: 1e-16 }, // the function is exact, and its evaluation costs nothing
  );
  return x.map((z, k) => centre[k]! + radius * z);
}

/** Coefficients of the terms; null where they foretell too little of each point without it (by its leverage). */
function regress(rows: readonly Float64Array[], outputs: readonly number[]): Float64Array | null {
  const size = rows[0]!.length;
  const columns = rows.length + 1; // of the rows, for their leverages, and of the outputs
  const matrix = new Float64Array(size * size);
  const solution = new Float64Array(size * columns);
  for (let s = 0; s < size; s++) {
    rows.forEach((row, i) => {
      for (let t = 0; t < size; t++) matrix[s * size + t]! += row[s]! * row[t]!;
      solution[s * columns + i] = row[s]!;
      solution[s * columns + rows.length]! += row[s]! * outputs[i]!;
    });
    matrix[s * size + s]! += RIDGE;
  }
  if (!solveGeneral(matrix, size, solution, columns)) return null;
  const along = (row: Float64Array, column: number): number =>
    row.reduce((sum, term, s) => sum + term * solution[s * columns + column]!, 0);

  const mean = outputs.reduce((a, b) => a + b) / rows.length;
  let missed = 0;
  let spread = 0;
  rows.forEach((row, i) => {
    missed += ((outputs[i]! - along(row, rows.length)) / (1 - along(row, i))) ** 2;
    spread += (outputs[i]! - mean) ** 2;
  });
  if (!(missed < (1 - LEAST_FORETOLD) * spread)) return null;
  return Float64Array.from({ length: size }, (_, s) => solution[s * columns + rows.length]!);
}

/** 1, the coordinates, and the products of two. */
function terms(z: Float64Array): Float64Array {
  return Float64Array.from([1, ...z, ...[...z].flatMap((a, i) => [...z.subarray(0, i + 1)].map((b) => a * b))]);
}

function evaluate(coefficients: Float64Array, z: Float64Array, gradient: Float64Array): number {
  gradient.set(coefficients.subarray(1, z.length + 1));
  let value = coefficients[0]! + gradient.reduce((sum, slope, i) => sum + slope * z[i]!, 0);
  let next = z.length + 1;
  z.forEach((a, i) => {
    z.subarray(0, i + 1).forEach((b, j) => {
      const coefficient = coefficients[next++]!;
      value += coefficient * a * b;
      gradient[i]! += coefficient * b;
      gradient[j]! += coefficient * a;
    });
  });
  return value;
}

function norm(step: Float64Array): number {
  return Math.sqrt(step.reduce((sum, u) => sum + u * u, 0));
}
