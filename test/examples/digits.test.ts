import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CLASSES, concat, loadDigits, PIXELS, type Split } from "../../examples/digits/data.ts";
import { heldOutError } from "../../examples/digits/test-error.ts";
import trial from "../../examples/digits/trial.ts";
import { handler } from "../../functions/digits.ts";
import type { ParameterValues } from "../../lib/space/parameter.ts";
import type { TrialRequest } from "../../lib/study/trial-contract.ts";

const { train, validation, test } = loadDigits();
const request = (parameters: ParameterValues, epochs: number, seed = 1): TrialRequest => ({
  study: "digits-1",
  trial: 1,
  attempt: 1,
  seed,
  parameters,
  fixed: { epochs },
  context: {},
});
const errorOf = async (parameters: ParameterValues, epochs: number): Promise<number> =>
  (await trial(request(parameters, epochs))).metrics.error;

const imagesOf = ({ images, rows }: Split): string[] =>
  Array.from({ length: rows }, (_, row) => images.subarray(row * PIXELS, (row + 1) * PIXELS).join());

describe("the data", () => {
  it("is split into 1,000, 400 and 397 rows", () => {
    expect([train, validation, test].map(({ rows }) => rows)).toEqual([1_000, 400, 397]);
  });

  it("has no image in two splits", () => {
    const all = [train, validation, test].flatMap(imagesOf);
    expect(new Set(all).size).toBe(1_797);
  });

  it.each([
    ["train", train],
    ["validation", validation],
    ["test", test],
  ])("has every class in %s, none rarer or commoner than by half", (_, { labels, rows }) => {
    const counts = Array.from({ length: CLASSES }, (_, k) => labels.filter((label) => label === k).length);
    expect(Math.min(...counts)).toBeGreaterThan((0.5 * rows) / CLASSES);
    expect(Math.max(...counts)).toBeLessThan((1.5 * rows) / CLASSES);
  });

  it("has pixels from 0 to 1", () => {
    expect(Math.min(...train.images)).toBe(0);
    expect(Math.max(...train.images)).toBe(1);
  });

  it("is joined in order", () => {
    const both = concat(validation, test);
    expect(imagesOf(both)).toEqual([...imagesOf(validation), ...imagesOf(test)]);
    expect([...both.labels]).toEqual([...validation.labels, ...test.labels]);
  });
});

describe("a trial", () => {
  it("learns with the defaults", async () => {
    expect(await errorOf({}, 10)).toBeLessThan(0.1);
  });

  it("reaches 4 % when it is tuned", async () => {
    expect(await errorOf({ optimizer: "adam", learningRate: 0.025, hidden: 112, dropout: 0.35 }, 30)).toBeLessThan(
      0.04,
    );
  });

  it("gives the same for the same request, here and as the Lambda runner", async () => {
    const same = request({ optimizer: "adam", dropout: 0.2 }, 2);
    const first = await trial(same);
    expect(await trial(same)).toEqual(first);
    expect(await handler(same)).toEqual(first);
    expect(await trial({ ...same, seed: 2 })).not.toEqual(first);
  });

  it("that is cut short goes the way of the whole training, and no further", async () => {
    const cut = async (epochs: number) => trial({ ...request({ optimizer: "adam" }, 3), fidelity: { epochs } });
    expect(await cut(3)).toEqual(await trial(request({ optimizer: "adam" }, 3)));
    expect((await cut(1)).metrics.trainError).toBeGreaterThan((await cut(3)).metrics.trainError);
    expect(await cut(2)).not.toEqual(await trial(request({ optimizer: "adam" }, 2)));
  });

  it("takes any subset of its parameters", async () => {
    const parameters = fc.record(
      {
        optimizer: fc.constantFrom("sgd", "adam"),
        learningRate: fc.double({ min: 1e-5, max: 1, noNaN: true }),
        momentum: fc.double({ min: 0, max: 0.99, noNaN: true }),
        weightDecay: fc.double({ min: 1e-6, max: 1, noNaN: true }),
        hidden: fc.integer({ min: 1, max: 16 }),
        layers: fc.integer({ min: 1, max: 3 }),
        batch: fc.constantFrom(16, 32, 64, 128, 5_000),
        dropout: fc.double({ min: 0, max: 0.5, noNaN: true }),
        activation: fc.constantFrom("relu", "tanh", "sigmoid"),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(parameters, async (some) => {
        const error = await errorOf(some, 1);
        expect(error).toBeGreaterThanOrEqual(0);
        expect(error).toBeLessThanOrEqual(1);
      }),
      { numRuns: 40 },
    );
  });

  it.each<[string, ParameterValues]>([
    ["optimizer", { optimizer: "adam" }],
    ["learningRate", { learningRate: 0.1 }],
    ["momentum", { momentum: 0.5 }],
    ["weightDecay", { weightDecay: 0.1 }],
    ["hidden", { hidden: 12 }],
    ["layers", { layers: 2 }],
    ["batch", { batch: 16 }],
    ["dropout", { dropout: 0.2 }],
    ["activation", { activation: "tanh" }],
  ])("is another one with another %s", async (_, parameters) => {
    expect(await trial(request(parameters, 1))).not.toEqual(await trial(request({}, 1)));
  });

  it("refuses a parameter that would do nothing", async () => {
    await expect(trial(request({ learning_rate: 0.1 }, 1))).rejects.toThrow('got "learning_rate"');
  });

  it("refuses a choice that it does not have", async () => {
    await expect(trial(request({ activation: "step" }, 1))).rejects.toThrow('relu, tanh, sigmoid, got "step"');
    await expect(trial(request({ optimizer: "lbfgs" }, 1))).rejects.toThrow('sgd, adam, got "lbfgs"');
  });
});

describe("heldOutError", () => {
  it("judges the tuned network on images that it has not seen", () => {
    const error = heldOutError({ optimizer: "adam", learningRate: 0.01 }, 1, { epochs: 10 });
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(0.08);
  });
});
