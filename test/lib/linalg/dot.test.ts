import fc from "fast-check";
import { expect, it } from "vitest";
import { dot } from "../../../lib/linalg/dot.ts";

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
