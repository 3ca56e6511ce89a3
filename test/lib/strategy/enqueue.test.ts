import { describe, expect, it } from "vitest";
import { compileSpace } from "../../../lib/space/codec.ts";
import type { Parameter } from "../../../lib/space/parameter.ts";
import { completeParameters } from "../../../lib/strategy/enqueue.ts";
import { manual } from "../../../lib/strategy/manual.ts";
import { request } from "./requests.ts";

const parameters: readonly Parameter[] = [
  { name: "optimizer", type: "categorical", values: ["sgd", "adam", null], default: null },
  { name: "momentum", type: "float", min: 0, max: 0.9, scale: "linear", default: 0.5, when: { optimizer: ["sgd"] } },
  { name: "layers", type: "int", min: 1, max: 8, scale: "linear" },
  { name: "width", type: "int", min: 1, max: 8, scale: "linear", default: 8 },
];

function complete(partial: Parameters<typeof completeParameters>[1], constraints: readonly string[] = [], trial = 1) {
  return completeParameters(compileSpace({ parameters, constraints }), partial, 7, trial);
}

describe("completeParameters", () => {
  it("fills in defaults, then draws, and leaves out what is inactive or unknown", () => {
    const values = complete({ momentum: 0.3, layer: 2 });
    expect(values).toEqual({ optimizer: null, layers: expect.any(Number), width: 8 });
    expect(complete({ optimizer: "sgd", layers: 3 })).toEqual({ optimizer: "sgd", momentum: 0.5, layers: 3, width: 8 });
    expect(complete({ optimizer: "adam", momentum: 0.5, layers: 3, width: 2 })).toEqual({
      optimizer: "adam",
      layers: 3,
      width: 2,
    });
  });

  it("draws by seed and number of the trial", () => {
    const layers = Array.from({ length: 40 }, (_, i) => complete({}, [], i + 1)["layers"]);
    expect(new Set(layers).size).toBe(8);
    expect(complete({}, [], 3)).toEqual(complete({}, [], 3));
  });

  it("draws until the constraints hold, with the defaults drawn too if need be", () => {
    for (let trial = 1; trial <= 20; trial++) {
      expect(complete({}, ["layers == 5"], trial)).toEqual({ optimizer: null, layers: 5, width: 8 });
      const values = complete({ layers: 4 }, ["layers * width <= 8"], trial);
      expect(values["layers"]).toBe(4);
      expect(values["width"]).toBeLessThanOrEqual(2);
    }
  });

  it("does not change what a person asked for", () => {
    expect(complete({ layers: 8, width: 8 }, ["layers * width <= 8"])).toEqual({
      optimizer: null,
      layers: 8,
      width: 8,
    });
  });
});

describe("manual", () => {
  it("proposes nothing", () => {
    expect(manual.propose(request(parameters, { count: 3 }))).toEqual({ suggestions: [], exhausted: true });
    expect([manual.adaptive, manual.needsHistory(request(parameters).space)]).toEqual([false, false]);
  });
});
