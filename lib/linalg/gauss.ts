/**
 * Solves A·X = B for a small general matrix, by elimination with partial pivoting (Golub & Van Loan, 4th ed., §3.4).
 *
 * @param a row-major, n × n; destroyed
 * @param b row-major, n × columns; overwritten by X
 * @returns false when a pivot is zero or not finite; B then holds nothing of use
 */
export function solveGeneral(a: Float64Array, n: number, b: Float64Array, columns: number): boolean {
  for (let k = 0; k < n; k++) {
    let pivotRow = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i * n + k]!) > Math.abs(a[pivotRow * n + k]!)) pivotRow = i;
    const pivot = a[pivotRow * n + k]!;
    if (!(pivot !== 0 && Math.abs(pivot) < Number.POSITIVE_INFINITY)) return false;
    if (pivotRow !== k) {
      swapRows(a, n, pivotRow, k);
      swapRows(b, columns, pivotRow, k);
    }
    for (let i = k + 1; i < n; i++) {
      const factor = a[i * n + k]! / pivot;
      if (factor === 0) continue;
      for (let j = k + 1; j < n; j++) a[i * n + j]! -= factor * a[k * n + j]!;
      for (let j = 0; j < columns; j++) b[i * columns + j]! -= factor * b[k * columns + j]!;
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let j = 0; j < columns; j++) {
      let sum = b[i * columns + j]!;
      for (let k = i + 1; k < n; k++) sum -= a[i * n + k]! * b[k * columns + j]!;
      b[i * columns + j] = sum / a[i * n + i]!;
    }
  }
  return true;
}

function swapRows(a: Float64Array, columns: number, i: number, j: number): void {
  for (let k = 0; k < columns; k++) {
    const held = a[i * columns + k]!;
    a[i * columns + k] = a[j * columns + k]!;
    a[j * columns + k] = held;
  }
}
