import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cos2pi, sin2pi } from "../../../lib/math/cos.ts";
import { erfc, erfcx } from "../../../lib/math/erf.ts";
import { exp, expm1 } from "../../../lib/math/exp.ts";
import { log, log1p } from "../../../lib/math/log.ts";
import { logEi, logEiGradientTerms } from "../../../lib/math/log-ei.ts";
import { logNormalCdf, logNormalPdf, normalCdf, normalQuantile } from "../../../lib/math/normal.ts";
import { pow } from "../../../lib/math/pow.ts";
import { randomStream } from "../../../lib/random/philox.ts";

const between = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });

describe("identities", () => {
  it.each<[name: string, min: number, max: number, left: (x: number) => number, right: (x: number) => number]>([
    ["log(exp x) = x", -700, 700, (x) => log(exp(x)), (x) => x],
    ["log1p(expm1 x) = x", -2, 700, (x) => log1p(expm1(x)), (x) => x],
    ["erfc(−x) = 2 − erfc x", -6, 6, (x) => erfc(-x), (x) => 2 - erfc(x)],
    ["Φ(−x) = 1 − Φ(x)", -8, 8, (x) => normalCdf(-x), (x) => 1 - normalCdf(x)],
    ["ln Φ is the logarithm of Φ", -37, 0, logNormalCdf, (x) => log(normalCdf(x))],
    ["the quantile undoes Φ", -37, 0, (x) => normalQuantile(normalCdf(x)), (x) => x],
    ["cos² + sin² = 1", -1e6, 1e6, (x) => cos2pi(x) ** 2 + sin2pi(x) ** 2, () => 1],
    ["cos(2πx) = sin(2π(x + ¼))", -4, 4, cos2pi, (x) => sin2pi(x + 0.25)],
    ["√x = x^½", 1e-300, 1e300, (x) => pow(x, 0.5), Math.sqrt],
  ])("%s", (_, min, max, left, right) => {
    fc.assert(
      fc.property(between(min, max), (x) => {
        const expected = right(x);
        expect(Math.abs(left(x) - expected)).toBeLessThan(1e-13 * Math.max(1, Math.abs(expected)));
      }),
    );
  });

  it("the derivative of ln h is Φ/h, by central differences", () => {
    fc.assert(
      fc.property(between(-40, 8), (z) => {
        const step = 1e-5 * Math.max(1, Math.abs(z));
        const slope = (logEi(z + step) - logEi(z - step)) / (2 * step);
        const { cdfOverH, pdfOverH } = logEiGradientTerms(z);
        expect(Math.abs(slope / cdfOverH - 1)).toBeLessThan(1e-6);
        expect(Math.abs(pdfOverH + z * cdfOverH - 1)).toBeLessThan(1e-13 * Math.max(1, z * z)); // h/h = 1
      }),
    );
  });
});

describe("both sides of a branch agree where they meet", () => {
  const after = (x: number): number => x * (1 - 2 ** -52);
  it.each<[name: string, f: (x: number) => number, at: number, tolerance: number]>([
    ["erfc near zero and middle", erfc, 0.46875, 1e-15],
    ["erfcx near zero and middle", erfcx, 0.46875, 1e-15],
    ["erfcx middle and tail", erfcx, 4, 1e-15],
    ["erfcx on the negative side", erfcx, -0.46875, 1e-15],
    ["normalCdf centre and tail", normalCdf, -0.5, 1e-15],
    ["logNormalCdf centre and tail", logNormalCdf, -1, 1e-15],
    ["quantile centre and tail", normalQuantile, 0.075, 2e-15],
    ["quantile tail and far tail", normalQuantile, 1.3887943864964021e-11, 1e-15],
    ["log h direct and by erfcx", logEi, -1, 1e-15],
    ["log h by erfcx and by the fraction", logEi, -4, 1e-15],
    ["Φ/h direct and by erfcx", (z) => logEiGradientTerms(z).cdfOverH, -1, 4e-15],
    ["Φ/h by erfcx and by the fraction", (z) => logEiGradientTerms(z).cdfOverH, -4, 2e-14],
    ["φ/h direct and by erfcx", (z) => logEiGradientTerms(z).pdfOverH, -1, 4e-15],
    ["φ/h by erfcx and by the fraction", (z) => logEiGradientTerms(z).pdfOverH, -4, 2e-14],
  ])("%s", (_, f, at, tolerance) => {
    for (const [low, high] of [
      [after(at), at],
      [at, at / (1 - 2 ** -52)],
    ] as const) {
      expect(Math.abs(f(low) / f(high) - 1)).toBeLessThan(tolerance);
    }
  });

  it("ln h is smooth across z = −4 within its own last places: second differences", () => {
    const step = 1e-3;
    const curvature = (z: number): number => logEi(z + step) - 2 * logEi(z) + logEi(z - step);
    expect(Math.abs(curvature(-4) - curvature(-4.01))).toBeLessThan(1e-8);
    expect(Math.abs(curvature(-1) - curvature(-1.01))).toBeLessThan(1e-8);
  });

  it("ln Φ − ln φ falls towards −ln |x|, Mills' ratio", () => {
    fc.assert(
      fc.property(between(-1000, -2), (x) => {
        const mills = exp(logNormalCdf(x) - logNormalPdf(x));
        expect(mills).toBeLessThan(1.0000001 / -x);
        expect(mills).toBeGreaterThan((-x / (x * x + 1)) * 0.9999999);
      }),
    );
  });
});

describe("the same bits on every machine", () => {
  it("uses of Math only what IEEE 754 defines exactly", () => {
    const folder = new URL("../../../lib/math/", import.meta.url);
    const used = readdirSync(folder).flatMap((file) => {
      const code = readFileSync(new URL(file, folder), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
      return [...code.matchAll(/Math\.(\w+)/g)].map((match) => match[1]);
    });
    const exact = ["sqrt", "abs", "floor", "min", "max", "imul", "SQRT1_2", "LOG2E"];
    expect(used).not.toEqual([]);
    expect(used.filter((name) => !exact.includes(name!))).toEqual([]);
  });

  it("gives the values that every machine has given so far, bit for bit", () => {
    const stream = randomStream(20, 0);
    const outputs = Array.from({ length: 3000 }, () => {
      const x = 8 * stream.uniform() - 4;
      const z = 60 * stream.uniform() - 50;
      return [exp(x), expm1(x), log(x * x), log1p(x * x), pow(x * x, z / 9), cos2pi(x), erfcx(z / 3), logEi(z), x, z];
    });
    const words = new Uint32Array(Float64Array.from([...outputs.flat(), stream.normal()]).buffer);
    const checksum = words.reduce((hash, word) => Math.imul(hash ^ word, 16777619), 2166136261) >>> 0; // FNV-1a
    expect(checksum).toMatchInlineSnapshot(`2726288986`);
  });
});
