import { describe, expect, it } from "vitest";
import { parseStudy } from "../../../lib/study/study-file.ts";
import { errorOf, studyWith } from "./file-builder.ts";

const study = (p: object): object => studyWith({ parameters: { p } });
const rate = { type: "float", min: 0.001, max: 1, scale: "log" };
const layers = { type: "int", min: 1, max: 9 };
const optimizer = { type: "categorical", values: ["adam", "sgd"] };
const batch = { type: "ordinal", values: [16, 32] };

it.each([
  [{ ...rate, prior: [0.01, 0.1] }],
  [{ ...rate, prior: [0.001, 1] }],
  [{ ...layers, prior: [3, 3] }],
  [{ ...optimizer, prior: { adam: 3 } }],
  [{ ...batch, prior: { 16: 3, 32: 0.5 } }],
])("%j is what the search is told", (p) => {
  expect(parseStudy(study(p), { runner: "file" }).space.parameters).toMatchObject([p]);
});

describe("a prior that is none", () => {
  it.each([
    ["swapped", { ...rate, prior: [0.1, 0.01] }, "1", "at least low, 0.1", "swapped"],
    ["a point", { ...rate, prior: [0.1, 0.1] }, "1", "more than low, 0.1", "default"],
    ["below the range", { ...rate, prior: [0, 0.1] }, "0", "from min, 0.001, to max, 1", undefined],
    ["no whole numbers", { ...layers, prior: [3, 3.5] }, "1", "a whole number", undefined],
    ["half an interval", { ...rate, prior: [0.1] }, "", "two numbers, [low, high]", undefined],
    ["weights of a number", { ...rate, prior: { mean: 0.1 } }, "", "two numbers, [low, high]", undefined],
    ["an interval of categories", { ...batch, prior: [16, 32] }, "", "a weight for each value", undefined],
    ["a weight of 0", { ...optimizer, prior: { adam: 1, sgd: 0 } }, "sgd", "more than 0", undefined],
    ["an unknown value", { ...optimizer, prior: { Adam: 3 } }, "Adam", 'one of ["adam","sgd"]', '"adam"'],
  ])("%s", (_, p, key, expected, hint) => {
    const [issue, ...others] = errorOf(study(p)).issues;
    expect(others).toEqual([]);
    expect(issue!.path).toBe(key === "" ? "parameters.p.prior" : `parameters.p.prior.${key}`);
    expect(issue!.expected).toContain(expected);
    expect(issue!.hint ?? "").toContain(hint ?? "");
  });

  it("has every problem named", () => {
    const { issues } = errorOf(study({ ...optimizer, prior: { lion: 3, adamw: 1 } }));
    expect(issues.map(({ path }) => path)).toEqual(["parameters.p.prior.lion", "parameters.p.prior.adamw"]);
  });
});
