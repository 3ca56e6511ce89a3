/** What a hidden unit does to the sum of its inputs. */
export interface Activation {
  /** σ(z) */
  readonly value: (z: number) => number;
  /** σ′(z), from a = σ(z). */
  readonly slope: (a: number) => number;
}

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

export type ActivationName = "relu" | "tanh" | "sigmoid";

export const ACTIVATIONS: Readonly<Record<ActivationName, Activation>> = {
  relu: { value: (z) => Math.max(z, 0), slope: (a) => (a > 0 ? 1 : 0) },
  tanh: { value: Math.tanh, slope: (a) => 1 - a * a },
  sigmoid: { value: sigmoid, slope: (a) => a * (1 - a) },
};
