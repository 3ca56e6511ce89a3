import fc from "fast-check";
import { expect, it } from "vitest";
import { dot, dotTile } from "../../../lib/linalg/dot.ts";

const row = fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 40 });

it("dot is the inner product, exact on integers, from any offset", () => {
  fc.assert(
    fc.property(row, fc.nat(5), fc.nat(5), (values, i, j) => {
      const a = Float64Array.from([...Array(i).fill(Number.NaN), ...values]);
      const b = Float64Array.from([...Array(j).fill(Number.NaN), ...values.map((x) => 3 * x - 1)]);
      const expected = values.reduce((sum, x) => sum + x * (3 * x - 1), 0);
      expect(dot(a, i, b, j, values.length)).toBe(expected + 0);
    }),
  );
});

it("dotTile is four times dot, bit for bit", () => {
  const entries = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e100, max: 1e100 }), {
    minLength: 8,
    maxLength: 60,
  });
  fc.assert(
    fc.property(entries, (values) => {
      const a = Float64Array.from(values);
      const length = Math.floor(values.length / 4);
      const [r0, r1, r2, r3] = [0, length, 2 * length, 3 * length] as const;
      const out = new Float64Array(4);
      dotTile(a, r0, r1, a, r2, r3, length, out);
      const expected = [dot(a, r0, a, r2, length), dot(a, r0, a, r3, length), dot(a, r1, a, r2, length)];
      expect(Array.from(out)).toEqual([...expected, dot(a, r1, a, r3, length)]);
    }),
  );
});
