/** Points as the kernels read them: by columns, in units of the length scales, categorical columns last. */

/** Columns end at a multiple of so many points, which the kernels take at a time. */
const LANES = 8;

export interface KernelColumns {
  /** d: the column of the model that stands in each place. */
  readonly order: Int32Array;
  /** How many of them are numeric; they come first. */
  readonly numeric: number;
}

export function kernelColumns(hamming: Uint8Array): KernelColumns {
  const all = Array.from(hamming, (_, k) => k);
  const numeric = all.filter((k) => hamming[k] === 0);
  return { order: Int32Array.from([...numeric, ...all.filter((k) => hamming[k] !== 0)]), numeric: numeric.length };
}

/** Numbers from one column of n points to the next. */
export function columnStride(n: number): number {
  return (n + LANES - 1) & -LANES;
}

/**
 * @param rows n × d, row-major
 * @param lengthScales d
 * @param room d · columnStride(n); overwritten
 */
export function writeColumns(
  { order, numeric }: KernelColumns,
  rows: Float64Array,
  n: number,
  lengthScales: Float64Array,
  room: Float64Array,
): void {
  const d = order.length;
  const stride = columnStride(n);
  order.forEach((k, place) => {
    const scale = place < numeric ? 1 / lengthScales[k]! : 1;
    const column = place * stride;
    for (let i = 0; i < n; i++) room[column + i] = rows[i * d + k]! * scale;
    room.fill(0, column + n, column + stride);
  });
}

/** w_k = 1 / ℓ_k² in the same order. @param room d; overwritten */
export function writeWeights({ order }: KernelColumns, lengthScales: Float64Array, room: Float64Array): void {
  order.forEach((k, place) => {
    room[place] = 1 / (lengthScales[k]! * lengthScales[k]!);
  });
}
