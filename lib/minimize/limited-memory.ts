/**
 * The BFGS matrix of the last few steps in compact form, B = θI − W·M·Wᵀ (R. H. Byrd, P. Lu, J. Nocedal, C. Zhu,
 * "A limited memory algorithm for bound constrained optimization", SIAM J. Sci. Comput. 16 (1995), §3):
 * W = [Y θS], M = [[−D, Lᵀ], [L, θSᵀS]]⁻¹, D and L the diagonal and the strict lower triangle of SᵀY.
 */
import { dot } from "../linalg/dot.ts";
import { solveGeneral } from "../linalg/gauss.ts";

export class LimitedMemory {
  /** B without any step is θI. */
  theta = 1;
  /** Columns of W: twice the number of steps held. */
  columns = 0;
  /** W, row-major, n × columns. */
  w: Float64Array = new Float64Array(0);
  /** M and M⁻¹, row-major, columns × columns. */
  m: Float64Array = new Float64Array(0);
  mInverse: Float64Array = new Float64Array(0);

  private steps: Float64Array[] = []; // S, oldest first
  private changes: Float64Array[] = []; // Y
  private readonly capacity: number;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  clear(): void {
    this.steps = [];
    this.changes = [];
    this.theta = 1;
    this.columns = 0;
  }

  /**
   * Takes in a step s and the change y of the gradient along it, dropping the oldest pair when full; the arrays are
   * kept. A pair whose curvature sᵀy is not positive beyond rounding would make B indefinite and is passed over.
   */
  update(s: Float64Array, y: Float64Array): void {
    const n = s.length;
    const curvature = dot(s, 0, y, 0, n);
    const size = dot(y, 0, y, 0, n);
    if (!(curvature > Number.EPSILON * size)) return;
    if (this.steps.length === this.capacity) {
      this.steps.shift();
      this.changes.shift();
    }
    this.steps.push(s);
    this.changes.push(y);
    this.theta = size / curvature;
    if (!this.rebuild(n)) this.clear();
  }

  /** out = Wᵀv. */
  transposedTimes(v: Float64Array, out: Float64Array): void {
    const { w, columns } = this;
    out.fill(0, 0, columns);
    for (let i = 0; i < v.length; i++) {
      const x = v[i]!;
      if (x === 0) continue;
      for (let k = 0; k < columns; k++) out[k]! += x * w[i * columns + k]!;
    }
  }

  /** out = M·v. */
  middleTimes(v: Float64Array, out: Float64Array): void {
    const { m, columns } = this;
    for (let k = 0; k < columns; k++) out[k] = dot(m, k * columns, v, 0, columns);
  }

  private rebuild(n: number): boolean {
    const { steps, changes, theta } = this;
    const held = steps.length;
    const columns = 2 * held;
    this.columns = columns;

    const w = new Float64Array(n * columns);
    for (let k = 0; k < held; k++) {
      const s = steps[k]!;
      const y = changes[k]!;
      for (let i = 0; i < n; i++) {
        w[i * columns + k] = y[i]!;
        w[i * columns + held + k] = theta * s[i]!;
      }
    }
    this.w = w;

    const inverse = new Float64Array(columns * columns);
    for (let i = 0; i < held; i++) {
      const s = steps[i]!;
      inverse[i * columns + i] = -dot(s, 0, changes[i]!, 0, n);
      for (let j = 0; j < i; j++) {
        const below = dot(s, 0, changes[j]!, 0, n);
        inverse[(held + i) * columns + j] = below;
        inverse[j * columns + held + i] = below;
      }
      for (let j = 0; j <= i; j++) {
        const product = theta * dot(s, 0, steps[j]!, 0, n);
        inverse[(held + i) * columns + held + j] = product;
        inverse[(held + j) * columns + held + i] = product;
      }
    }
    this.mInverse = inverse;
    this.m = new Float64Array(columns * columns);
    for (let i = 0; i < columns; i++) this.m[i * columns + i] = 1;
    return solveGeneral(inverse.slice(), columns, this.m, columns);
  }
}
