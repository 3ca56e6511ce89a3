import { describe, expect, it } from "vitest";
import { logLogPlot, type Series } from "../../benchmarks/plot/log-log-plot.ts";
import { slopeOfLogarithms } from "../../benchmarks/runner/growth-exponent.ts";

const sizes = [50, 100, 200, 400, 800, 1600];
const power = (exponent: number, factor = 1): Series["points"] => sizes.map((x) => ({ x, y: factor * x ** exponent }));

describe("the exponent of growth", () => {
  it("is that of a power, whatever stands before it", () => {
    expect(slopeOfLogarithms(power(3))).toBeCloseTo(3, 12);
    expect(slopeOfLogarithms(power(2, 0.001))).toBeCloseTo(2, 12);
  });

  it("is seen on the upper half, where the leading term rules", () => {
    const withOverhead = sizes.map((x) => ({ x, y: x < 300 ? 1e6 : x ** 2 }));
    expect(slopeOfLogarithms(withOverhead)).toBeCloseTo(2, 12);
  });
});

describe("the plot", () => {
  const series = [
    { name: "fit", points: power(3, 1e-6), reference: 3 },
    { name: "one & all", points: power(2, 1e-6), reference: 2 },
  ];
  const svg = logLogPlot({ title: "time < space", x: "n", y: "ms" }, series);

  it("has every point, each name and the exponents, and escapes what is markup", () => {
    expect(svg.match(/<circle /g)).toHaveLength(12);
    for (const words of ["time &lt; space", ">fit<", ">one &amp; all<", "n^3.00", "n^2.00", ">n³<", ">n²<"]) {
      expect(svg).toContain(words);
    }
  });

  it("keeps inside its page and puts a power on a straight line", () => {
    const places = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [Number(x), Number(y)]);
    const cubes = places.slice(0, 6);
    const steps = cubes.slice(1).map(([x = 0, y = 0], i) => (y - cubes[i]![1]!) / (x - cubes[i]![0]!));
    for (const step of steps) expect(step).toBeCloseTo(steps[0]!, 1);
    expect(places.every(([x = 0, y = 0]) => x >= 0 && x <= 720 && y >= 0 && y <= 480)).toBe(true);
  });
});
