import { ACTIVATIONS } from "./activation.ts";
import type { Split } from "./data.ts";
import { Network } from "./network.ts";
import { OPTIMIZERS } from "./optimizer.ts";
import { seededRandom, shuffle } from "./random.ts";
import type { Settings } from "./settings.ts";

/**
 * Trains a network from scratch. Every epoch visits the rows in a new order; the learning rate falls in a straight
 * line, to zero at the end.
 *
 * @param seed draws the first weights, the order of the rows and the dropout: the same seed, the same network.
 * @param until epochs after which it is left as it is: a training that was cut short, not a shorter one
 */
export function train(split: Split, settings: Settings, seed: number, until: number = settings.epochs): Network {
  const random = seededRandom(seed);
  const network = new Network({ ...settings, activation: ACTIVATIONS[settings.activation] }, random);
  const step = OPTIMIZERS[settings.optimizer](settings, network.parameters.length);
  const order = Uint32Array.from({ length: split.rows }, (_, row) => row);
  for (let epoch = 0; epoch < until; epoch++) {
    shuffle(order, random);
    const learningRate = settings.learningRate * (1 - epoch / settings.epochs);
    for (let start = 0; start < split.rows; start += settings.batch) {
      network.backpropagate(split, order.subarray(start, start + settings.batch));
      step(network.parameters, network.gradient, learningRate);
    }
  }
  return network;
}
