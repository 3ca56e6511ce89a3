/**
 * Complementary error function, plain and scaled: W. J. Cody, "Rational Chebyshev approximations for the error
 * function", Math. Comp. 23 (1969), with the coefficients of his routine CALERF. Relative error below 1e-15 on the
 * whole line, the far tail included.
 */
import { exp } from "./exp.ts";
import { polynomial } from "./polynomial.ts";

const INVERSE_SQRT_PI = 0.5641895835477563;

// erf(x)/x for |x| ≤ 0.46875, quotient in x²
const ERF_TOP = [3209.3775891384694, 377.485237685302, 113.86415415105016, 3.1611237438705655, 0.18577770618460315];
const ERF_BOTTOM = [2844.236833439171, 1282.6165260773723, 244.02463793444417, 23.601290952344122, 1];

// erfcx(x) for 0.46875 ≤ x ≤ 4, quotient in x
const MIDDLE_TOP = [
  1230.3393547979972, 2051.0783778260716, 1712.0476126340707, 881.952221241769, 298.6351381974001, 66.11919063714163,
  8.883149794388377, 0.5641884969886701, 2.1531153547440383e-8,
];
const MIDDLE_BOTTOM = [
  1230.3393548037495, 3439.3676741437216, 4362.619090143247, 3290.7992357334597, 1621.3895745666903, 537.1811018620099,
  117.6939508913125, 15.744926110709835, 1,
];

// x²(1/√π − x·erfcx(x)) for x ≥ 4, quotient in 1/x²
const TAIL_TOP = [
  0.0006587491615298378, 0.016083785148742275, 0.12578172611122926, 0.36034489994980445, 0.30532663496123236,
  0.016315387137302097,
];
const TAIL_BOTTOM = [
  0.0023352049762686918, 0.06051834131244132, 0.5279051029514285, 1.8729528499234673, 2.568520192289822, 1,
];

const SMALL = 0.46875;

/** erf(x) for |x| ≤ 0.46875. */
function erfNearZero(x: number): number {
  const z = x * x;
  return (x * polynomial(ERF_TOP, z)) / polynomial(ERF_BOTTOM, z);
}

/** erfcx(x) for x ≥ 0.46875. */
function erfcxPositive(x: number): number {
  if (x <= 4) return polynomial(MIDDLE_TOP, x) / polynomial(MIDDLE_BOTTOM, x);
  const z = 1 / (x * x);
  return (INVERSE_SQRT_PI - (z * polynomial(TAIL_TOP, z)) / polynomial(TAIL_BOTTOM, z)) / x;
}

/** e^(scale·x²) for scale ±1 or ±½, where rounding of x² would cost x²/2 units of the last place: the square of x to 1/16 is exact. */
export function expOfSquare(x: number, scale: number): number {
  const head = Math.floor(x * 16) / 16;
  return exp(scale * head * head) * exp(scale * (x - head) * (x + head));
}

/** 1 − erf(x), without loss where it is small. */
export function erfc(x: number): number {
  if (Math.abs(x) <= SMALL) return 1 - erfNearZero(x);
  if (x < 0) return 2 - erfc(-x);
  if (x > 28) return 0; // below half the smallest subnormal from 27.23 on
  return expOfSquare(x, -1) * erfcxPositive(x);
}

/** e^(x²)·erfc(x): what remains of erfc(x) when its decay is taken out. Overflows below −26.6. */
export function erfcx(x: number): number {
  if (Math.abs(x) <= SMALL) return exp(x * x) * (1 - erfNearZero(x));
  if (x < -27) return Number.POSITIVE_INFINITY;
  if (x < 0) return 2 * expOfSquare(x, 1) - erfcxPositive(-x);
  return erfcxPositive(x);
}
