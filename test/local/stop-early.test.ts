import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { runStudy } from "../../local/run-study.ts";
import { openState } from "../../local/state.ts";
import { readStudyFile } from "../../local/study-file.ts";

/** Trains for as long as it may, and returns what it had come to. */
const TRAIN = `
export default async ({ parameters, fidelity }, { report }) => {
  let error = Infinity;
  for (let epoch = 1; epoch <= fidelity.epochs; epoch++) {
    error = parameters.x + 1 / epoch;
    if ((await report(epoch, { error })).stop) break;
  }
  return { metrics: { error } };
};`;

it("pegbox run stops a function that reports and is behind, and the study goes on", async () => {
  const folder = mkdtempSync(join(tmpdir(), "pegbox-early-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  writeFileSync(join(folder, "train.mjs"), TRAIN);
  const study = {
    ...{ metrics: [{ name: "error", goal: "minimize" }], parameters: { x: { type: "float", min: 0, max: 1 } } },
    ...{ strategy: "manual", trials: 6, parallel: 1, enqueue: [0.1, 0.2, 0.3, 0.4, 0.5, 0].map((x) => ({ x })) },
    ...{ fidelity: { name: "epochs", min: 1, max: 9, rule: "stop" }, runner: { function: "train.mjs" } },
  };
  writeFileSync(join(folder, "study.json"), JSON.stringify(study));
  const { id, status } = await runStudy({
    ...{ file: await readStudyFile(join(folder, "study.json")), stateDirectory: join(folder, "state") },
    ...{ resume: false, durable: false, environment: process.env, onOpen: () => {}, observe: () => {} },
  });
  expect(status).toBe("COMPLETED");
  const store = await openState(join(folder, "state"), { create: false });
  const trials = await store.readTrials(id, { from: 1, to: 9 });
  await store.close();
  expect(trials.map(({ state, fidelity }) => [state, fidelity])).toEqual([
    ...Array.from({ length: 4 }, () => ["SUCCEEDED", 9]),
    ["STOPPED", 1],
    ["SUCCEEDED", 9],
  ]);
  expect(trials[4]).toMatchObject({ metrics: { error: 1.5 }, reason: { code: "BEHIND" } });
});
