import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toFile } from "../../../lib/study/file/from-spec.ts";
import { parseStudy } from "../../../lib/study/study-file.ts";
import { specWith } from "./file-builder.ts";

const again = (file: unknown): unknown => parseStudy(JSON.parse(JSON.stringify(file)), { runner: "file" });

describe("the file of a study", () => {
  it("is read as the same study, with all that a file may say", () => {
    const spec = specWith({
      name: "digits-mlp",
      labels: { team: "vision" },
      family: "digits",
      parameters: {
        momentum: { type: "float", min: 0, max: 0.99, when: { optimizer: "sgd" }, prior: [0.8, 0.95] },
        optimizer: { type: "categorical", values: ["sgd", "adam", null], prior: { adam: 2 } },
        batch: { type: "ordinal", values: [16, 32], default: 16 },
        layers: { type: "int", min: 1, max: 9, step: 2, default: 3 },
      },
      constraints: ["layers * batch <= 256"],
      outcomes: [{ metric: "latencyMs", max: 50 }],
      fixed: { dataset: "digits" },
      context: { rows: 1797 },
      budget: { wallClock: "30m", trialTimeout: "5m", usd: 2.5, usdPerHour: 0.4 },
      stopping: { target: 0.02 },
      fidelity: { name: "epochs", min: 1, max: 27 },
      failures: { max: 3 },
      enqueue: [{ layers: 1 }],
      runner: { command: ["python", "train.py"], lambda: "train" },
    });
    expect(again(toFile(spec))).toEqual(spec);
  });

  it("is read as the same study, whatever the durations and shares", () => {
    const duration = fc.oneof(
      fc.double({ min: 1e-9, max: 1e12, noNaN: true }),
      fc
        .tuple(fc.integer({ min: 1, max: 1e9 }), fc.nat(999_999), fc.constantFrom("ms", "s", "m", "h", "d"))
        .map(([n, f, u]) => `${n}.${f}${u}`),
    );
    const share = fc.tuple(fc.nat(99), fc.nat(999_999)).map(([n, f]) => `${n}.${f}%`);
    fc.assert(
      fc.property(duration, share, (wallClock, max) => {
        const spec = specWith({ budget: { wallClock }, failures: { max } });
        expect(again(toFile(spec))).toEqual(spec);
      }),
    );
  });
});
