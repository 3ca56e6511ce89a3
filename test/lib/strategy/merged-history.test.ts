import { expect, it } from "vitest";
import { compileSpace } from "../../../lib/space/codec.ts";
import { gatherEvidence } from "../../../lib/strategy/evidence.ts";
import { mergedHistory } from "../../../lib/strategy/merged-history.ts";
import type { Observation } from "../../../lib/strategy/strategy.ts";
import { modelCoordinates } from "../../../lib/surrogate/coordinates.ts";

const SPACE = { parameters: [{ name: "x", type: "float", min: 0, max: 1, scale: "linear" }], constraints: [] } as const;

const HISTORY: readonly Observation[] = [
  { number: 1, parameters: { x: 0.1 }, values: [4], outcomes: [1], standardErrors: [0.1] },
  { number: 2, parameters: { x: 0.2 }, values: [2], outcomes: [3] },
  { number: 3, parameters: { x: 0.1 }, values: [8], outcomes: [2], replicates: 1 },
  { number: 4, parameters: { x: 0.1 }, values: [6], outcomes: [6], replicates: 1 },
  { number: 5, parameters: { x: 0.2 }, values: null, replicates: 2 },
];

it("puts the mean of all measurements in the place of the trial that replicates repeat", () => {
  expect(mergedHistory(HISTORY)).toEqual([
    { number: 1, parameters: { x: 0.1 }, values: [6], outcomes: [3] },
    HISTORY[1],
  ]);
});

it("leaves a history without replicates as it is, and configurations that were asked for twice", () => {
  const history = HISTORY.map(({ replicates: _, ...trial }) => trial);
  expect(mergedHistory(history)).toBe(history);
});

it("merges the replicates of a rung with that rung alone", () => {
  const rung = { number: 1, parameters: { x: 0.1 }, fidelity: 1, values: [9] };
  const whole = { ...rung, fidelity: 9, values: [4] };
  const replicate = { ...whole, number: 2, values: [2], replicates: 1 };
  expect(mergedHistory([rung, whole, replicate])).toEqual([rung, { ...whole, values: [3] }]);
});

it("is what a surrogate learns: one row, its noise shared", () => {
  const space = compileSpace(SPACE);
  const plain = HISTORY.map(({ standardErrors: _, ...trial }) => trial);
  const { values, data } = gatherEvidence(space, modelCoordinates(space), "maximize", plain);
  expect(values).toEqual([6, 2]);
  expect([...data.noiseShare]).toEqual([expect.closeTo(1 / 3), 1]);
});
