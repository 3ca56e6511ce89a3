/**
 * Lower triangular matrices, packed: row i has i + 1 entries and begins at entry i(i+1)/2, so that a matrix grows by
 * a row at its end and its leading part is the matrix of fewer points. Solutions take four rows at a time.
 */
import { dot, dots4 } from "./dot";

/** Where tiles leave their inner products: 16 numbers at the foot of the memory. */
export const T: usize = 64;

/** Address of row i of a packed matrix. */
export function rowOf(l: usize, i: i32): usize {
  return l + ((<usize>i * (<usize>i + 1)) << 2);
}

/** Solves L·x = b in place. */
export function solveLower(l: usize, n: i32, b: usize): void {
  let r = 0;
  for (; r + 4 <= n; r += 4) {
    dots4(rowOf(l, r), rowOf(l, r + 1), rowOf(l, r + 2), rowOf(l, r + 3), b, r, T);
    substitute(l, r, b, load<f64>(T), load<f64>(T, 8), load<f64>(T, 16), load<f64>(T, 24));
  }
  for (; r < n; r++) {
    const at = (<usize>r) << 3;
    const row = rowOf(l, r);
    store<f64>(b + at, (load<f64>(b + at) - dot(row, b, r)) / load<f64>(row + at));
  }
}

/** Entries r … r+3 of a solution, of which the entries before r have taken t0 … t3. */
export function substitute(l: usize, r: i32, b: usize, t0: f64, t1: f64, t2: f64, t3: f64): void {
  const column = (<usize>r) << 3;
  const x = b + column;
  const row0 = rowOf(l, r) + column;
  const row1 = rowOf(l, r + 1) + column;
  const row2 = rowOf(l, r + 2) + column;
  const row3 = rowOf(l, r + 3) + column;
  const x0 = (load<f64>(x) - t0) / load<f64>(row0);
  const x1 = (load<f64>(x, 8) - t1 - load<f64>(row1) * x0) / load<f64>(row1, 8);
  const x2 = (load<f64>(x, 16) - t2 - load<f64>(row2) * x0 - load<f64>(row2, 8) * x1) / load<f64>(row2, 16);
  const known = load<f64>(row3) * x0 + load<f64>(row3, 8) * x1 + load<f64>(row3, 16) * x2;
  store<f64>(x, x0);
  store<f64>(x, x1, 8);
  store<f64>(x, x2, 16);
  store<f64>(x, (load<f64>(x, 24) - t3 - known) / load<f64>(row3, 24), 24);
}

/** Solves Lᵀ·x = b in place: entries, once known, leave the equations above them. */
export function solveUpper(l: usize, n: i32, b: usize): void {
  const whole = n & ~3;
  for (let i = n - 1; i >= whole; i--) {
    const row = rowOf(l, i);
    const at = (<usize>i) << 3;
    const value = load<f64>(b + at) / load<f64>(row + at);
    store<f64>(b + at, value);
    for (let k: usize = 0; k < at; k += 8) store<f64>(b + k, load<f64>(b + k) - value * load<f64>(row + k));
  }
  for (let r = whole - 4; r >= 0; r -= 4) backward(l, r, b);
}

/** Entries r … r+3, and what they take from the entries before them. */
function backward(l: usize, r: i32, b: usize): void {
  const column = (<usize>r) << 3;
  const x = b + column;
  let row0 = rowOf(l, r);
  let row1 = rowOf(l, r + 1);
  let row2 = rowOf(l, r + 2);
  let row3 = rowOf(l, r + 3);
  const x3 = load<f64>(x, 24) / load<f64>(row3 + column, 24);
  const x2 = (load<f64>(x, 16) - load<f64>(row3 + column, 16) * x3) / load<f64>(row2 + column, 16);
  const x1 =
    (load<f64>(x, 8) - load<f64>(row3 + column, 8) * x3 - load<f64>(row2 + column, 8) * x2) /
    load<f64>(row1 + column, 8);
  const known = load<f64>(row3 + column) * x3 + load<f64>(row2 + column) * x2 + load<f64>(row1 + column) * x1;
  const x0 = (load<f64>(x) - known) / load<f64>(row0 + column);
  store<f64>(x, x0);
  store<f64>(x, x1, 8);
  store<f64>(x, x2, 16);
  store<f64>(x, x3, 24);
  const v0 = f64x2.splat(x0);
  const v1 = f64x2.splat(x1);
  const v2 = f64x2.splat(x2);
  const v3 = f64x2.splat(x3);
  for (let at = b; at < x; at += 16) {
    const low = f64x2.add(f64x2.mul(v0, v128.load(row0)), f64x2.mul(v1, v128.load(row1)));
    const high = f64x2.add(f64x2.mul(v2, v128.load(row2)), f64x2.mul(v3, v128.load(row3)));
    v128.store(at, f64x2.sub(v128.load(at), f64x2.add(low, high)));
    row0 += 16;
    row1 += 16;
    row2 += 16;
    row3 += 16;
  }
}
