import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { TunerEvent } from "../../lib/tuner/ports.ts";
import { runStudy } from "../../local/run-study.ts";
import { readStudyFile } from "../../local/study-file.ts";

/** Trains from what the rung below left; the first attempt at three epochs leaves half a state behind and fails. */
const TRIAL = `import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
export default ({ parameters, fidelity: { epochs }, checkpoint: { from, to } }) => {
  const before = from === null ? 0 : Number(readFileSync(join(from, "epochs"), "utf8"));
  if (before !== (epochs === 1 ? 0 : epochs / 3)) throw new Error("found " + before);
  writeFileSync(join(to, "epochs"), String(epochs), { flag: "wx" }); // refused where one is left
  if (epochs === 3 && !existsSync("failed")) {
    writeFileSync("failed", "");
    return { error: { message: "no luck", retryable: true } };
  }
  return { metrics: { error: parameters.x } };
};
`;

const STUDY = `
metrics: [{ name: error, goal: minimize }]
parameters: { x: { type: float, min: 0, max: 1 } }
strategy: sobol
trials: 3
fidelity: { name: epochs, min: 1, max: 9 }
runner: { function: trial.mjs }
`;

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "pegbox-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("an attempt finds what the rung below left, and an empty place of its own whatever a failed one left", async () => {
  writeFileSync(join(directory, "trial.mjs"), TRIAL.replaceAll('"failed"', JSON.stringify(join(directory, "failed"))));
  writeFileSync(join(directory, "study.yaml"), STUDY);
  const stateDirectory = join(directory, "state");
  const requeued: TunerEvent[] = [];
  const view = await runStudy({
    file: await readStudyFile(join(directory, "study.yaml")),
    stateDirectory,
    resume: false,
    durable: false,
    environment: process.env,
    observe: (event) => void (event.type === "trialRequeued" && requeued.push(event)),
    onOpen: () => {},
  });
  expect(view).toMatchObject({ status: "COMPLETED", trials: { succeeded: 1, stopped: 2, failed: 0 } });
  expect(requeued).toHaveLength(1);
  const places = join(stateDirectory, "checkpoints", view.id);
  expect((await readdir(places)).sort()).toEqual(["1", "2", "3"]);
  expect((await readdir(join(places, `${view.best?.trial}`))).sort()).toEqual(["1", "3", "9"]);
});
