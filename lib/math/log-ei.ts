/**
 * Logarithm of the expected improvement of a standard normal, h(z) = E max(0, z + N) = φ(z) + zΦ(z), and its slope, at
 * every z: far from the incumbent EI itself underflows, and with it the gradient that an acquisition search follows
 * (S. Ament et al., "Unexpected improvements to expected improvement", NeurIPS 2023, §4 and appendix A).
 *
 * Let x = −z, m = Φ(z)/φ(z) Mills' ratio, q = h(z)/φ(z) = 1 − x·m. Three branches:
 * - z > −1: h as it stands; its two terms cancel to a third of the greater at most.
 * - −4 ≤ z ≤ −1: m = √(π/2)·erfcx(x/√2). 1 − x·m loses a factor 1/q ≈ x² of precision, 19 at the end.
 * - z < −4: Laplace's continued fraction m = 1/(x + c), c = 1/(x + 2/(x + 3/(x + …))). Then q = c·m, a product of
 *   positive numbers: nothing cancels, down to z = −∞.
 */
import { erfcx } from "./erf.ts";
import { log } from "./log.ts";
import { logNormalPdf, normalCdf, normalPdf } from "./normal.ts";

const SQRT_HALF_PI = 1.2533141373155003;
const DIRECT_ABOVE = -1;
const FRACTION_BELOW = -4;
const FRACTION_TERMS = 40; // at x = 4 the error is below 2⁻⁵³; it falls as e^(−2x√(2·terms))

/** Laplace's c for x = −z > 4. */
function continuedFraction(x: number): number {
  let c = x;
  for (let k = FRACTION_TERMS; k >= 2; k--) c = x + k / c;
  return 1 / c;
}

/** ln h(z). */
export function logEi(z: number): number {
  if (z > DIRECT_ABOVE) return log(normalPdf(z) + z * normalCdf(z));
  if (z >= FRACTION_BELOW) return logNormalPdf(z) + log(1 + z * SQRT_HALF_PI * erfcx(-z * Math.SQRT1_2));
  const c = continuedFraction(-z);
  return logNormalPdf(z) + log(c / (c - z));
}

/** Φ(z)/h(z) and φ(z)/h(z): with z = (μ − best)/σ, ∇ ln EI = (cdfOverH·∇μ + pdfOverH·∇σ)/σ. */
export function logEiGradientTerms(z: number): { cdfOverH: number; pdfOverH: number } {
  if (z > DIRECT_ABOVE) {
    const cdf = normalCdf(z);
    const pdf = normalPdf(z);
    const h = pdf + z * cdf;
    return { cdfOverH: cdf / h, pdfOverH: pdf / h };
  }
  if (z >= FRACTION_BELOW) {
    const m = SQRT_HALF_PI * erfcx(-z * Math.SQRT1_2);
    const q = 1 + z * m;
    return { cdfOverH: m / q, pdfOverH: 1 / q };
  }
  const c = continuedFraction(-z);
  return { cdfOverH: 1 / c, pdfOverH: (c - z) / c };
}
