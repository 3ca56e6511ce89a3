import { randomStream } from "../../lib/random/philox.ts";
import { Stream } from "../streams.ts";

/**
 * A rotation of ℝᵈ, uniform over all: Gram–Schmidt on normal draws (Stewart, SIAM J. Numer. Anal. 17(3), 1980).
 *
 * @param seed which one
 * @returns x ↦ R·x
 */
export function rotation(d: number, seed: number): (x: readonly number[]) => number[] {
  const stream = randomStream(seed, Stream.rotation, d);
  const rows: number[][] = [];
  for (let i = 0; i < d; i++) {
    let row = Array.from({ length: d }, () => stream.normal());
    for (const other of rows) {
      const along = inner(row, other);
      row = row.map((value, k) => value - along * other[k]!);
    }
    const length = Math.sqrt(inner(row, row));
    rows.push(row.map((value) => value / length));
  }
  return (x) => rows.map((row) => inner(row, x));
}

function inner(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, k) => sum + value * b[k]!, 0);
}
