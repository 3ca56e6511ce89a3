import { expect, it } from "vitest";
import { measuredValues, observationsOf } from "../../../../lib/tuner/search/observation.ts";
import { aTrial } from "../../study/records-builder.ts";

const objectives = [
  { name: "error", goal: "minimize" as const },
  { name: "speed", goal: "maximize" as const },
];
const outcomes = [
  { metric: "heat", max: 1 },
  { metric: "error", max: 0.5 },
];

it("gives objectives and constrained metrics in the order of the study", () => {
  const metrics = { heat: 3, speed: 2, error: 0.7, other: 9 };
  expect(measuredValues(metrics, objectives, outcomes)).toEqual({ values: [0.7, 2], outcomes: [3, 0.7] });
});

it("gives the standard errors of objectives, null where one has none", () => {
  const metrics = { heat: 3, speed: 2, error: 0.7 };
  expect(measuredValues(metrics, objectives, outcomes, { speed: 0.1, heat: 1 }).standardErrors).toEqual([null, 0.1]);
  expect(measuredValues(metrics, objectives, outcomes, { heat: 1 })).not.toHaveProperty("standardErrors");
});

it.each([
  ["failed", null],
  ["lacks an objective", { error: 1, heat: 1 }],
  ["lacks a constrained metric", { error: 1, speed: 1 }],
  ["has an objective that is not finite", { error: null, speed: 1, heat: 1 }],
  ["has a constrained metric that is not finite", { error: 1, speed: 1, heat: null }],
])("gives nothing for a trial that %s", (_, metrics) => {
  expect(measuredValues(metrics, objectives, outcomes)).toEqual({ values: null });
});

it("takes no metric from an object's prototype", () => {
  expect(measuredValues({}, [{ name: "toString", goal: "minimize" }], [])).toEqual({ values: null });
});

it.each([
  ["took", {}, 90],
  ["took, if it failed", { state: "FAILED", metrics: null }, 90],
  ["took, never less than nothing", { endedAt: 9_000 }, 0],
  ["did not take here, having been brought in", { startedAt: null }, undefined],
  ["did not take as a whole, having climbed", { fidelity: 9 }, undefined],
] as const)("says of a trial what it %s", (_, changes, seconds) => {
  const trial = aTrial({ state: "SUCCEEDED", metrics: { error: 1 }, startedAt: 10_000, endedAt: 100_000, ...changes });
  const [observation] = observationsOf([trial], { metrics: objectives.slice(0, 1), outcomes: [] });
  expect(observation?.seconds).toBe(seconds);
});
