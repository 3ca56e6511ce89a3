import { expect, it } from "vitest";
import { cos2pi, sin2pi } from "../../../lib/math/cos.ts";
import { erfc, erfcx } from "../../../lib/math/erf.ts";
import { exp, expm1 } from "../../../lib/math/exp.ts";
import { log, log1p } from "../../../lib/math/log.ts";
import { logEi, logEiGradientTerms } from "../../../lib/math/log-ei.ts";
import { logNormalCdf, logNormalPdf, normalCdf, normalPdf, normalQuantile } from "../../../lib/math/normal.ts";
import { pow } from "../../../lib/math/pow.ts";
import { studentQuantile } from "../../../lib/math/student-quantile.ts";
import values from "./reference/values.json" with { type: "json" };

/** The greatest error allowed, in units of the last place of the value computed to 60 digits (reference/make.py). */
const TABLE: [name: keyof typeof values, f: (x: number, y: number) => number, ulps: number][] = [
  ["exp", exp, 1],
  ["expm1", expm1, 1],
  ["log", log, 1],
  ["log1p", log1p, 1],
  ["pow", pow, 1],
  ["sin2pi", sin2pi, 2],
  ["cos2pi", cos2pi, 2],
  ["erfc", erfc, 4],
  ["erfcx", erfcx, 4],
  ["normalPdf", normalPdf, 4],
  ["normalCdf", normalCdf, 5],
  ["normalQuantile", normalQuantile, 4],
  ["logNormalCdf", logNormalCdf, 6],
  ["logEi", logEi, 8], // at z = 1, near its zero
  ["cdfOverH", (z) => logEiGradientTerms(z).cdfOverH, 40], // 1 − x·m loses a factor 19 at z = −4
  ["studentQuantile", studentQuantile, 2000], // xᵃ makes the rounding of x as much worse as a is great, here 5,000
  ["pdfOverH", (z) => logEiGradientTerms(z).pdfOverH, 40],
];

it.each(TABLE)("%s agrees with mpmath to the last places", (name, f, ulps) => {
  for (const row of values[name]) {
    const expected = row[row.length - 1]!;
    const found = f(row[0]!, row[1]!);
    if (!(Math.abs(found - expected) <= ulps * ulp(expected))) expect([row, found]).toEqual([row, expected]);
  }
  expect(values[name].length).toBeGreaterThanOrEqual(40);
});

// design figures, computed apart from reference/make.py
it.each([
  [3, 1.0987396653277077],
  [1, 0.08002621884930694],
  [0, -0.9189385332046728],
  [-0.5, -1.6205162643873199],
  [-1, -2.4851210257126413],
  [-2, -4.768783523917114],
  [-5, -16.74430116266099],
  [-10, -55.55312203612235],
  [-25, -319.86146358149597],
  [-30, -457.724653760598],
  [-100, -5010.12957880025],
])("log h(%d) = %d", (z, expected) => {
  expect(Math.abs(logEi(z) / expected - 1)).toBeLessThan(2e-15);
});

it.each([
  [0.5, 0.6156903441929258],
  [1, 0.427583576155807],
  [5, 0.11070463773306861],
  [10, 0.05614099274382259],
  [26, 0.02168358485056291],
  [100, 0.005641613782989433],
])("erfcx(%d) = %d", (x, expected) => {
  expect(Math.abs(erfcx(x) / expected - 1)).toBeLessThan(5e-16);
});

it("logNormalPdf is the logarithm of the density", () => {
  for (const x of [-30, -1, 0, 0.5, 7]) expect(logNormalPdf(x)).toBeCloseTo(log(normalPdf(x)), 10);
});

/** Distance from |x| to the next double above. */
function ulp(x: number): number {
  const double = Float64Array.of(Math.abs(x));
  new BigInt64Array(double.buffer)[0]! += 1n;
  return double[0]! - Math.abs(x);
}
