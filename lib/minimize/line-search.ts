/**
 * Line search for a sufficient decrease and a flat enough slope (the strong Wolfe conditions): J. J. Moré & D. J.
 * Thuente, "Line search algorithms with guaranteed sufficient decrease", ACM TOMS 20 (1994). An interval that holds
 * such a step shrinks by safeguarded cubic and quadratic interpolation.
 */

/** A step along the line, the function there and its derivative along the line. */
export interface Sample {
  readonly step: number;
  readonly value: number;
  readonly slope: number;
}

const SUFFICIENT_DECREASE = 1e-3; // these two as in L-BFGS-B 3.0: loose, since the next quasi-Newton step does more
const CURVATURE = 0.9;
const MAX_EVALUATIONS = 20;
const NARROW = 0.1; // an interval of a tenth of its end is narrow enough to take the better end
const SHRINK = 0.66; // Moré & Thuente's δ: two interpolations must shrink the interval by this, or it is halved
const GROW_LEAST = 1.1; // and the least and greatest extrapolation, theirs too
const GROW_MOST = 4;

/**
 * @param at evaluates the line at a step
 * @param start the line at step 0; its slope must be negative
 * @param firstStep tried first, in (0, longest]
 * @returns a step with a lower value, the best that was met; null when there is none
 */
export function searchLine(
  at: (step: number) => Sample,
  start: Sample,
  firstStep: number,
  longest: number,
): Sample | null {
  let best = start; // the end with the least value, or least modified value in the first stage
  let other = start; // the other end, once the interval is closed
  let closed = false;
  let firstStage = true;
  let width = longest;
  let widthBefore = 2 * longest;
  let limit = longest;
  let step = firstStep;
  let lowest = start;
  const test = SUFFICIENT_DECREASE * start.slope;

  for (let evaluation = 0; evaluation < MAX_EVALUATIONS; evaluation++) {
    const trial = at(step);
    if (!(Number.isFinite(trial.value) && Number.isFinite(trial.slope))) {
      limit = step; // beyond lies no function: come back towards what is known
      step = best.step + 0.25 * (step - best.step);
      continue;
    }
    if (trial.value < lowest.value) lowest = trial;
    const sufficient = trial.value <= start.value + trial.step * test;
    if (sufficient && Math.abs(trial.slope) <= -CURVATURE * start.slope) return trial;
    if (sufficient && trial.step === longest && trial.slope <= test) return trial; // still falling at the end
    if (firstStage && sufficient && trial.slope >= 0) firstStage = false;

    const modify = firstStage && trial.value <= best.value && !sufficient ? test : 0;
    const [b, o, t] = [tilt(best, modify), tilt(other, modify), tilt(trial, modify)];
    const low = closed ? Math.min(b.step, o.step) : t.step + GROW_LEAST * (t.step - b.step);
    const high = closed ? Math.max(b.step, o.step) : t.step + GROW_MOST * (t.step - b.step);
    const next = interpolate(b, o, t, closed, low, high);
    const turned = t.slope * b.slope < 0;
    if (t.value > b.value) {
      other = trial;
      closed = true;
    } else {
      if (turned) {
        other = best;
        closed = true;
      }
      best = trial;
    }

    step = next;
    if (closed) {
      const size = Math.abs(other.step - best.step);
      if (size >= SHRINK * widthBefore) step = best.step + 0.5 * (other.step - best.step);
      widthBefore = width;
      width = size;
      if (size <= NARROW * Math.max(best.step, other.step) && lowest.step > 0) break;
      const inside = step > Math.min(best.step, other.step) && step < Math.max(best.step, other.step);
      if (!inside) step = best.step + 0.5 * (other.step - best.step);
    }
    step = Math.min(step, limit);
    if (step === best.step || !(step > 0)) break;
  }
  return lowest.step > 0 ? lowest : null;
}

/** The sample of ψ(step) = value − step·test. */
function tilt(sample: Sample, test: number): Sample {
  if (test === 0) return sample;
  return { step: sample.step, value: sample.value - sample.step * test, slope: sample.slope - test };
}

/** The next step from the best end b, the other end o (when closed) and the trial t: Moré & Thuente 1994, §4. */
function interpolate(b: Sample, o: Sample, t: Sample, closed: boolean, low: number, high: number): number {
  if (t.value > b.value) {
    const cubic = cubicMinimum(b, t);
    const quadratic = b.step + (b.slope / ((b.value - t.value) / (t.step - b.step) + b.slope) / 2) * (t.step - b.step);
    return Math.abs(cubic - b.step) < Math.abs(quadratic - b.step) ? cubic : cubic + (quadratic - cubic) / 2;
  }
  const secant = t.step + (t.slope / (t.slope - b.slope)) * (b.step - t.step);
  if (t.slope * b.slope < 0) {
    const cubic = cubicMinimum(t, b);
    return Math.abs(cubic - t.step) > Math.abs(secant - t.step) ? cubic : secant;
  }
  if (Math.abs(t.slope) < Math.abs(b.slope)) {
    const cubic = cubicBeyond(t, b, t.step > b.step ? high : low);
    const cubicIsCloser = Math.abs(cubic - t.step) < Math.abs(secant - t.step);
    if (!closed) return clamp(cubicIsCloser ? secant : cubic, low, high);
    const next = cubicIsCloser ? cubic : secant;
    const most = t.step + SHRINK * (o.step - t.step);
    return t.step > b.step ? Math.min(most, next) : Math.max(most, next);
  }
  if (closed) return cubicMinimum(t, o);
  return t.step > b.step ? high : low;
}

/** Minimum of the cubic with the values and slopes of a and b, computed as a step away from a. */
function cubicMinimum(a: Sample, b: Sample): number {
  const { theta, gamma } = cubicTerms(a, b);
  const signed = b.step < a.step ? -gamma : gamma;
  const p = signed - a.slope + theta;
  const q = signed - a.slope + signed + b.slope;
  return a.step + (p / q) * (b.step - a.step);
}

/** As above where both slopes have one sign: `bound` when the cubic has no minimum beyond a. */
function cubicBeyond(a: Sample, b: Sample, bound: number): number {
  const { theta, gamma } = cubicTerms(a, b);
  const signed = a.step > b.step ? -gamma : gamma;
  const p = signed - a.slope + theta;
  const q = signed + (b.slope - a.slope) + signed;
  const r = p / q;
  return r < 0 && signed !== 0 ? a.step + r * (b.step - a.step) : bound;
}

function cubicTerms(a: Sample, b: Sample): { theta: number; gamma: number } {
  const theta = (3 * (a.value - b.value)) / (b.step - a.step) + a.slope + b.slope;
  const scale = Math.max(Math.abs(theta), Math.abs(a.slope), Math.abs(b.slope));
  const ratio = theta / scale;
  const discriminant = ratio * ratio - (a.slope / scale) * (b.slope / scale);
  return { theta, gamma: scale * Math.sqrt(Math.max(0, discriminant)) };
}

function clamp(x: number, low: number, high: number): number {
  return Math.min(Math.max(x, low), high);
}
