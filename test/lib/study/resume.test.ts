import { expect, it } from "vitest";
import { differences } from "../../../lib/study/resume.ts";
import { specWith } from "./file-builder.ts";

it("a study may be resumed with other limits", () => {
  const now = { trials: 9, parallel: 3, budget: { wallClock: "1h" }, stopping: { noProgress: 4 } };
  const runner = (memory: string) => ({ runner: { command: "python train.py", memory } });
  expect(differences(specWith(runner("1GiB")), specWith({ ...now, ...runner("8GiB") }))).toEqual([]);
});

it("with another question it is another study", () => {
  const paths = differences(specWith({}), specWith({ seed: 8, strategy: "sobol", runner: { command: "other" } }));
  expect(paths.map(({ path }) => path).sort()).toEqual(["runner.command", "seed", "strategy"]);
});
