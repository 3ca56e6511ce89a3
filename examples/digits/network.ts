import type { Activation } from "./activation.ts";
import { CLASSES, PIXELS, type Split } from "./data.ts";
import type { Random } from "./random.ts";

export interface NetworkShape {
  /** Hidden layers, at least 1. */
  readonly layers: number;
  /** Units of each hidden layer. */
  readonly hidden: number;
  readonly activation: Activation;
  /** Share of hidden units switched off at each step of training, 0 ≤ dropout < 1. */
  readonly dropout: number;
}

/** Means over the rows of a split. */
export interface Score {
  /** Share of images whose likeliest class is not their label, 0 … 1. */
  readonly error: number;
  /** Cross-entropy, in nats. */
  readonly loss: number;
}

/** One layer, all arrays its own or views into the network's. */
interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  /** W, row-major, inputs × outputs. */
  readonly weights: Float64Array;
  /** b, outputs. */
  readonly biases: Float64Array;
  /** ∂loss/∂W and ∂loss/∂b, summed over the images of a batch. */
  readonly weightGradient: Float64Array;
  readonly biasGradient: Float64Array;
  /** x, what comes in, and ∂x/∂z of the layer before; both of length inputs. */
  readonly x: Float64Array;
  readonly slopes: Float64Array;
  /** z on the way forward, δ = ∂loss/∂z on the way back; outputs. */
  readonly z: Float64Array;
}

/**
 * A multilayer perceptron that tells the class of one image at a time.
 *
 *   forward    z_l = W_lᵀ·x_l + b_l,   x_{l+1} = d ∘ σ(z_l),   p = softmax(z_last)
 *   backward   δ_last = p − onehot(label),   δ_l = (W_{l+1}·δ_{l+1}) ∘ d ∘ σ′(z_l),   ∂W_l = x_l·δ_lᵀ,   ∂b_l = δ_l
 *
 * d is inverted dropout (Srivastava et al. 2014): 0 with the probability `dropout`, else 1 / (1 − dropout); all ones
 * outside training. Both passes skip inputs that are zero, as half of the pixels are.
 */
export class Network {
  /** Every weight and bias, layer after layer. */
  readonly parameters: Float64Array;
  /** Same order as `parameters`. */
  readonly gradient: Float64Array;
  readonly #layers: readonly Layer[];
  readonly #shape: NetworkShape;
  readonly #random: Random;

  /** Weights uniform in ±√(6 / (inputs + outputs)) (Glorot & Bengio 2010, eq. 16), biases zero. */
  constructor(shape: NetworkShape, random: Random) {
    const widths = [PIXELS, ...new Array<number>(shape.layers).fill(shape.hidden), CLASSES];
    const sizes = widths.slice(1).map((outputs, l) => (widths[l]! + 1) * outputs);
    const size = sizes.reduce((sum, each) => sum + each, 0);
    this.#shape = shape;
    this.#random = random;
    this.parameters = new Float64Array(size);
    this.gradient = new Float64Array(size);
    let start = 0;
    this.#layers = sizes.map((length, l) => {
      const layer = layerAt(this.parameters, this.gradient, start, widths[l]!, widths[l + 1]!);
      start += length;
      return layer;
    });
    for (const { weights, inputs, outputs } of this.#layers) {
      const limit = Math.sqrt(6 / (inputs + outputs));
      for (let i = 0; i < weights.length; i++) weights[i] = limit * (2 * random() - 1);
    }
  }

  /**
   * Sets `gradient` to that of the mean loss over some rows of a split, with dropout.
   *
   * @returns the mean loss
   */
  backpropagate(split: Split, rows: Uint32Array): number {
    this.gradient.fill(0);
    let loss = 0;
    for (const row of rows) {
      loss += this.#forward(split, row, this.#shape.dropout);
      this.#backward(split.labels[row]!);
    }
    for (let i = 0; i < this.gradient.length; i++) this.gradient[i]! /= rows.length;
    return loss / rows.length;
  }

  /** How well it does on a split, without dropout. */
  evaluate(split: Split): Score {
    const { z } = this.#layers.at(-1)!;
    let wrong = 0;
    let loss = 0;
    for (let row = 0; row < split.rows; row++) {
      loss += this.#forward(split, row, 0);
      if (z.indexOf(Math.max(...z)) !== split.labels[row]) wrong++;
    }
    return { error: wrong / split.rows, loss: loss / split.rows };
  }

  /** @returns −log p(label) of one image; leaves z of the last layer behind. */
  #forward(split: Split, row: number, dropout: number): number {
    this.#layers[0]!.x.set(split.images.subarray(row * PIXELS, (row + 1) * PIXELS));
    for (const [l, layer] of this.#layers.entries()) {
      multiply(layer);
      const next = this.#layers[l + 1];
      if (next !== undefined) this.#activate(layer.z, next, dropout);
    }
    const { z } = this.#layers.at(-1)!;
    return logSumExp(z) - z[split.labels[row]!]!;
  }

  /** x and slopes of the next layer from z of this one. */
  #activate(z: Float64Array, next: Layer, dropout: number): void {
    const { value, slope } = this.#shape.activation;
    const kept = 1 / (1 - dropout);
    for (let i = 0; i < z.length; i++) {
      const d = dropout > 0 && this.#random() < dropout ? 0 : kept;
      const a = d === 0 ? 0 : value(z[i]!);
      next.x[i] = d * a;
      next.slopes[i] = d * slope(a);
    }
  }

  /** Adds the gradient of the image that went forward last. */
  #backward(label: number): void {
    const last = this.#layers.at(-1)!.z;
    const total = logSumExp(last);
    for (let k = 0; k < last.length; k++) last[k] = Math.exp(last[k]! - total) - (k === label ? 1 : 0);
    for (let l = this.#layers.length - 1; l >= 0; l--) {
      const layer = this.#layers[l]!;
      addGradient(layer);
      if (l > 0) propagate(layer, this.#layers[l - 1]!.z);
    }
  }
}

function layerAt(
  parameters: Float64Array,
  gradient: Float64Array,
  start: number,
  inputs: number,
  outputs: number,
): Layer {
  const middle = start + inputs * outputs;
  const end = middle + outputs;
  return {
    inputs,
    outputs,
    weights: parameters.subarray(start, middle),
    biases: parameters.subarray(middle, end),
    weightGradient: gradient.subarray(start, middle),
    biasGradient: gradient.subarray(middle, end),
    x: new Float64Array(inputs),
    slopes: new Float64Array(inputs),
    z: new Float64Array(outputs),
  };
}

/** z = Wᵀ·x + b */
function multiply({ inputs, outputs, weights, biases, x, z }: Layer): void {
  z.set(biases);
  for (let i = 0; i < inputs; i++) {
    const xi = x[i]!;
    if (xi === 0) continue;
    const at = i * outputs;
    for (let o = 0; o < outputs; o++) z[o]! += xi * weights[at + o]!;
  }
}

/** ∂W += x·δᵀ, ∂b += δ */
function addGradient({ inputs, outputs, weightGradient, biasGradient, x, z: delta }: Layer): void {
  for (let i = 0; i < inputs; i++) {
    const xi = x[i]!;
    if (xi === 0) continue;
    const at = i * outputs;
    for (let o = 0; o < outputs; o++) weightGradient[at + o]! += xi * delta[o]!;
  }
  for (let o = 0; o < outputs; o++) biasGradient[o]! += delta[o]!;
}

/** δ of the layer before = (W·δ) ∘ slopes */
function propagate({ inputs, outputs, weights, slopes, z: delta }: Layer, before: Float64Array): void {
  for (let i = 0; i < inputs; i++) {
    const slope = slopes[i]!;
    let sum = 0;
    const at = i * outputs;
    if (slope !== 0) for (let o = 0; o < outputs; o++) sum += weights[at + o]! * delta[o]!;
    before[i] = slope * sum;
  }
}

/** log Σ exp z, shifted by the largest so that nothing overflows. */
function logSumExp(z: Float64Array): number {
  const largest = Math.max(...z);
  let sum = 0;
  for (const each of z) sum += Math.exp(each - largest);
  return largest + Math.log(sum);
}
