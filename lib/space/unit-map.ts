import { exp, expm1 } from "../math/exp.ts";
import { log, log1p } from "../math/log.ts";
import type { Scale } from "./parameter.ts";

/** Increasing map between the values of a range and the unit interval. */
export interface UnitMap {
  /** Value to [0, 1]; values outside the range are clipped. */
  toUnit(value: number): number;
  /** [0, 1] to a value within the range, exact at both ends; coordinates outside are clipped. */
  fromUnit(unit: number): number;
}

/** An increasing function g and its inverse: the scale is linear in g. */
interface Transform {
  forward(value: number): number;
  inverse(transformed: number): number;
}

function transformOf(scale: Scale, shift: number): Transform {
  switch (scale) {
    case "linear":
      return { forward: (x) => x, inverse: (g) => g };
    case "log":
      return { forward: (x) => log(x + shift), inverse: (g) => exp(g) - shift };
    case "reverse-log":
      return { forward: (x) => -log1p(shift - x), inverse: (g) => shift - expm1(-g) };
  }
}

/** Ranges narrower than this in the logarithm are straight to within a millionth, and their logarithms lose digits. */
const STRAIGHT = 1e-6;

/**
 * The map of a scale on [low, high]: u = (g(x) − g(low)) / (g(high) − g(low)) with g = x, ln(x + shift) or
 * −ln(1 − x + shift); eq. (1) of docs/how-it-works.md.
 *
 * `fromUnit(toUnit(x))` is exact at the ends. Between them it is off by a few ε·max(|low|, |high|) on the linear
 * scale, and by a few ε·(1 + |g(low)| + |g(high)|) of x (of 1 − x) on the log (reverse-log) scale: what remains of x
 * when 53 bits are spent on its place in the range.
 *
 * @param shift moves the logarithm's origin out of the range; 0 unless the range touches it
 */
export function unitMap(scale: Scale, low: number, high: number, shift = 0): UnitMap {
  const { forward, inverse } = transformOf(scale, shift);
  const start = forward(low);
  const end = forward(high);
  const shrink = Number.isFinite(end - start) ? 1 : 0.5; // the span of [−1.7e308, 1.7e308] is not a double, its half is
  const span = end * shrink - start * shrink;
  if (low === high) return { toUnit: () => 0.5, fromUnit: () => low };
  if (scale !== "linear" && !(span > STRAIGHT)) return unitMap("linear", low, high);

  return {
    toUnit(value) {
      if (value <= low) return 0;
      if (value >= high) return 1;
      return Math.min(1, (forward(value) * shrink - start * shrink) / span);
    },
    fromUnit(unit) {
      if (unit <= 0) return low;
      if (unit >= 1) return high;
      // From the nearer end: 1 − u is exact for u ≥ ½, and the distance never overflows.
      const transformed = unit <= 0.5 ? start + (unit * span) / shrink : end - ((1 - unit) * span) / shrink;
      return Math.min(high, Math.max(low, inverse(transformed)));
    },
  };
}
