import type { StrategyName, StudySpec } from "../../lib/study/spec.ts";
import { parseStudy } from "../../lib/study/study-file.ts";

/** A study of ten numbers: as many parameters as most have at most. */
export function simulatedSpec(changes: {
  readonly strategy: StrategyName;
  readonly trials: number;
  readonly parallel: number;
  readonly seed?: number;
}): StudySpec {
  const parameters = Object.fromEntries(
    Array.from({ length: 10 }, (_, i) => [`parameter${i}`, { type: "float", min: 0, max: 1 }]),
  );
  const file = {
    name: "simulated",
    metrics: [{ name: "loss", goal: "minimize" }],
    parameters,
    runner: { function: "trial.mjs" },
    ...changes,
  };
  return parseStudy(file, { runner: "file" });
}
