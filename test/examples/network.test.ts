import { describe, expect, it } from "vitest";
import { ACTIVATIONS, type ActivationName } from "../../examples/digits/activation.ts";
import { CLASSES, PIXELS, type Split } from "../../examples/digits/data.ts";
import { Network } from "../../examples/digits/network.ts";
import { seededRandom } from "../../examples/digits/random.ts";

const ROWS = 5;

function randomSplit(seed: number): Split {
  const random = seededRandom(seed);
  return {
    rows: ROWS,
    // A third of the pixels is zero, as the passes skip those.
    images: Float64Array.from({ length: ROWS * PIXELS }, () => Math.max(0, 1.5 * random() - 0.5)),
    labels: Uint8Array.from({ length: ROWS }, () => Math.floor(random() * CLASSES)),
  };
}

/** Draws that start over on demand, so that two passes drop the same units. */
function replayed(seed: number): { random: () => number; restart: () => void } {
  let random = seededRandom(seed);
  return {
    random: () => random(),
    restart: () => {
      random = seededRandom(seed + 1);
    },
  };
}

describe("the gradient equals central differences of the loss", () => {
  it.each<[ActivationName, number, number]>([
    ["tanh", 1, 0],
    ["tanh", 3, 0],
    ["tanh", 2, 0.4],
    ["sigmoid", 1, 0],
    ["sigmoid", 3, 0.25],
    ["relu", 1, 0],
    ["relu", 2, 0.4],
  ])("%s, %i hidden layers, dropout %d", (name, layers, dropout) => {
    const { random, restart } = replayed(layers);
    const network = new Network({ layers, hidden: 6, activation: ACTIVATIONS[name], dropout }, random);
    // Biases away from zero, or a unit whose inputs were all dropped would sit on the kink of relu.
    for (let i = 0; i < network.parameters.length; i++) network.parameters[i]! += 0.2 * (random() - 0.5);
    const split = randomSplit(11);
    const rows = Uint32Array.of(0, 2, 3, 4);
    const lossNow = (): number => {
      restart();
      return network.backpropagate(split, rows);
    };
    lossNow();
    const gradient = network.gradient.slice();
    // ∛ε balances truncation, O(h²), against cancellation, O(ε/h).
    const h = Math.cbrt(Number.EPSILON);
    let largest = 0;
    for (let i = 0; i < gradient.length; i++) {
      const held = network.parameters[i]!;
      network.parameters[i] = held + h;
      const above = lossNow();
      network.parameters[i] = held - h;
      const below = lossNow();
      network.parameters[i] = held;
      largest = Math.max(largest, Math.abs((above - below) / (2 * h) - gradient[i]!));
    }
    expect(gradient.filter((each) => each !== 0).length).toBeGreaterThan(gradient.length / 4);
    expect(largest).toBeLessThan(1e-8);
  });
});

describe("evaluate", () => {
  it("of a network without knowledge is that of a uniform guess", () => {
    const split = randomSplit(3);
    const network = new Network({ layers: 1, hidden: 4, activation: ACTIVATIONS.relu, dropout: 0 }, () => 0.5);
    const { loss, error } = network.evaluate(split);
    expect(loss).toBeCloseTo(Math.log(CLASSES), 12);
    expect(error).toBe(split.labels.filter((label) => label !== 0).length / ROWS);
  });

  it("uses every unit, whatever the dropout", () => {
    const split = randomSplit(4);
    const scores = [0, 0.5].map((dropout) =>
      new Network({ layers: 2, hidden: 8, activation: ACTIVATIONS.tanh, dropout }, seededRandom(9)).evaluate(split),
    );
    expect(scores[1]).toEqual(scores[0]);
  });

  it("stays finite where exp would overflow", () => {
    const network = new Network({ layers: 1, hidden: 4, activation: ACTIVATIONS.relu, dropout: 0 }, seededRandom(1));
    for (let i = 0; i < network.parameters.length; i++) network.parameters[i]! *= 1e6;
    expect(network.evaluate(randomSplit(5)).loss).toSatisfy(Number.isFinite);
  });
});
