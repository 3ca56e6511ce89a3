export interface OptimizerSettings {
  /** 0 ≤ momentum < 1; `sgd` alone reads it. */
  readonly momentum: number;
  /** Decoupled from the gradient (Loshchilov & Hutter 2019): each step shrinks by learningRate · weightDecay. */
  readonly weightDecay: number;
}

/** Takes one step down the gradient, in place. */
export type Step = (parameters: Float64Array, gradient: Float64Array, learningRate: number) => void;

/** v ← momentum·v + g,  p ← p − rate·(v + decay·p)   (Polyak 1964) */
function sgd({ momentum, weightDecay }: OptimizerSettings, size: number): Step {
  const velocity = new Float64Array(size);
  return (parameters, gradient, learningRate) => {
    for (let i = 0; i < size; i++) {
      const v = momentum * velocity[i]! + gradient[i]!;
      velocity[i] = v;
      parameters[i]! -= learningRate * (v + weightDecay * parameters[i]!);
    }
  };
}

/** The three constants that Kingma & Ba 2015 recommend (Algorithm 1). */
const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** m ← β₁m + (1 − β₁)g,  s ← β₂s + (1 − β₂)g²,  p ← p − rate·(m̂ / (√ŝ + ε) + decay·p)   (Kingma & Ba 2015) */
function adam({ weightDecay }: OptimizerSettings, size: number): Step {
  const mean = new Float64Array(size);
  const square = new Float64Array(size);
  let meanBias = 1;
  let squareBias = 1;
  return (parameters, gradient, learningRate) => {
    meanBias *= BETA1;
    squareBias *= BETA2;
    const scale = Math.sqrt(1 - squareBias);
    const rate = (learningRate * scale) / (1 - meanBias);
    const decay = learningRate * weightDecay;
    const epsilon = EPSILON * scale;
    for (let i = 0; i < size; i++) {
      const g = gradient[i]!;
      const m = BETA1 * mean[i]! + (1 - BETA1) * g;
      const s = BETA2 * square[i]! + (1 - BETA2) * g * g;
      mean[i] = m;
      square[i] = s;
      parameters[i]! -= (rate * m) / (Math.sqrt(s) + epsilon) + decay * parameters[i]!;
    }
  };
}

export type OptimizerName = "sgd" | "adam";

/** Each makes a step for a network of `size` parameters. */
export const OPTIMIZERS: Readonly<Record<OptimizerName, (settings: OptimizerSettings, size: number) => Step>> = {
  sgd,
  adam,
};
