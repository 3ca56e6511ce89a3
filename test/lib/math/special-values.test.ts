import { describe, expect, it } from "vitest";
import { cos2pi, sin2pi } from "../../../lib/math/cos.ts";
import { erfc, erfcx } from "../../../lib/math/erf.ts";
import { exp, expm1 } from "../../../lib/math/exp.ts";
import { log, log1p } from "../../../lib/math/log.ts";
import { logEi, logEiGradientTerms } from "../../../lib/math/log-ei.ts";
import { logNormalCdf, normalCdf, normalPdf, normalQuantile } from "../../../lib/math/normal.ts";
import { pow } from "../../../lib/math/pow.ts";

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

it.each<[name: string, f: (x: number) => number, x: number, expected: number]>([
  ["exp", exp, 0, 1],
  ["exp", exp, inf, inf],
  ["exp", exp, -inf, 0],
  ["exp", exp, nan, nan],
  ["exp", exp, 710, inf],
  ["exp", exp, -745.13, 5e-324],
  ["exp", exp, -746, 0],
  ["expm1", expm1, 0, 0],
  ["expm1", expm1, -0, -0],
  ["expm1", expm1, inf, inf],
  ["expm1", expm1, -inf, -1],
  ["expm1", expm1, nan, nan],
  ["expm1", expm1, 710, inf],
  ["log", log, 1, 0],
  ["log", log, 0, -inf],
  ["log", log, -1, nan],
  ["log", log, inf, inf],
  ["log", log, nan, nan],
  ["log1p", log1p, -0, -0],
  ["log1p", log1p, -1, -inf],
  ["log1p", log1p, -1.5, nan],
  ["log1p", log1p, inf, inf],
  ["log1p", log1p, nan, nan],
  ["erfc", erfc, 0, 1],
  ["erfc", erfc, inf, 0],
  ["erfc", erfc, -inf, 2],
  ["erfc", erfc, nan, nan],
  ["erfcx", erfcx, 0, 1],
  ["erfcx", erfcx, inf, 0],
  ["erfcx", erfcx, -27.5, inf],
  ["erfcx", erfcx, nan, nan],
  ["normalPdf", normalPdf, -inf, 0],
  ["normalCdf", normalCdf, 0, 0.5],
  ["normalCdf", normalCdf, -inf, 0],
  ["normalCdf", normalCdf, inf, 1],
  ["normalCdf", normalCdf, nan, nan],
  ["logNormalCdf", logNormalCdf, -inf, -inf],
  ["logNormalCdf", logNormalCdf, inf, -0],
  ["normalQuantile", normalQuantile, 0.5, 0],
  ["normalQuantile", normalQuantile, 0, -inf],
  ["normalQuantile", normalQuantile, 1, inf],
  ["normalQuantile", normalQuantile, 1.1, nan],
  ["normalQuantile", normalQuantile, -0.1, nan],
  ["normalQuantile", normalQuantile, nan, nan],
  ["cos2pi", cos2pi, 0, 1],
  ["cos2pi", cos2pi, 0.5, -1],
  ["cos2pi", cos2pi, 1e300, 1],
  ["cos2pi", cos2pi, inf, nan],
  ["sin2pi", sin2pi, 0.25, 1],
  ["sin2pi", sin2pi, -0.25, -1],
  ["sin2pi", sin2pi, 2 ** 52 + 1, 0],
  ["sin2pi", sin2pi, nan, nan],
  ["logEi", logEi, -inf, -inf],
  ["logEi", logEi, inf, inf],
])("%s (case %#)", (_, f, x, expected) => {
  expect(f(x)).toBe(expected);
});

describe("pow", () => {
  it("has the special cases of Math.pow", () => {
    const specials = [nan, -inf, -2.5, -2, -1, -0.5, -0, 0, 0.5, 1, 2, 2.5, 3, inf, 1e20, -1e20];
    for (const x of specials) {
      for (const y of specials) expect([x, y, pow(x, y)]).toEqual([x, y, roundTrip(x, y)]);
    }
  });

  it("is exact where the power is", () => {
    for (let base = 2; base <= 30; base++) {
      for (let n = 0; base ** n < 2 ** 53; n++) {
        const exact = Number(BigInt(base) ** BigInt(n));
        expect(pow(base, n)).toBe(exact);
        expect(pow(-base, n)).toBe(n % 2 === 0 ? exact : -exact);
      }
    }
  });

  it("over- and underflows", () => {
    expect(pow(10, 309)).toBe(inf);
    expect(pow(10, -330)).toBe(0);
    expect(pow(1 + 2 ** -52, 1e19)).toBe(inf);
    expect(pow(2, -1074)).toBe(5e-324);
    expect(pow(2, 1023)).toBe(2 ** 1023);
  });
});

it("logEiGradientTerms stay finite where h itself underflows, and end in their limits", () => {
  expect(logEiGradientTerms(-1e6).cdfOverH).toBeCloseTo(1e6, 5);
  expect(logEiGradientTerms(-1e6).pdfOverH / 1e12).toBeCloseTo(1, 10);
  expect(logEiGradientTerms(50)).toEqual({ cdfOverH: 1 / 50, pdfOverH: 0 });
});

/** Math.pow, to the digits that engines agree on. */
function roundTrip(x: number, y: number): number {
  const power = x ** y;
  const ours = pow(x, y);
  return Math.abs(power - ours) <= 1e-15 * Math.abs(power) ? ours : power;
}
