import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { TrialRequest } from "../../lib/study/trial-contract.ts";
import type { StudyView } from "../../lib/study/views.ts";
import type { TunerEvent } from "../../lib/tuner/ports.ts";
import { checkpointDirectories } from "../../local/checkpoints.ts";
import { runStudy } from "../../local/run-study.ts";
import { readStudyFile } from "../../local/study-file.ts";

/** What the trials below do: the number that was saved, and how a number is. */
const SAVING = `import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
export const saved = (from) => (from === null ? 0 : Number(readFileSync(join(from, "state"), "utf8")));
export const save = (to, state) => {
  writeFileSync(join(to, "state.partial"), String(state));
  renameSync(join(to, "state.partial"), join(to, "state"));
};
/** Whether it is the first time that anybody asks. */
export const first = (what) => {
  if (existsSync(what)) return false;
  writeFileSync(what, "");
  return true;
};
`;

const STUDY = `
metrics: [{ name: error, goal: minimize }]
parameters: { x: { type: float, min: 0, max: 1 } }
strategy: sobol
`;

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "pegbox-"));
  writeFileSync(join(directory, "saving.mjs"), SAVING);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

interface Ran {
  readonly view: StudyView;
  readonly requeued: number;
  /** Where its trials save. */
  readonly places: string;
}

/** Runs a study of a trial in a folder of both. */
async function run(trial: string, study: string): Promise<Ran> {
  const program = `import { first, save, saved } from "./saving.mjs";\n${trial}`;
  writeFileSync(join(directory, "trial.mjs"), program.replaceAll("FOLDER", JSON.stringify(directory)));
  writeFileSync(join(directory, "study.yaml"), STUDY + study);
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
  return { view, requeued: requeued.length, places: join(stateDirectory, "checkpoints", view.id) };
}

describe("an attempt of a study with a fidelity", () => {
  const FIDELITY = "trials: 3\nfidelity: { name: epochs, min: 1, max: 9 }\nrunner: { function: trial.mjs }";

  test("goes on from what the rung below has saved, or an earlier attempt on its own rung", async () => {
    const trial = `export default ({ parameters, fidelity: { epochs }, checkpoint: { from, to } }) => {
  const before = saved(from);
  if (epochs === 3 && first(FOLDER + "/before saving")) return { error: { message: "no luck", retryable: true } };
  if (epochs === 3 && first(FOLDER + "/after saving")) {
    if (before !== 1) throw new Error("found " + before + " after an attempt that saved nothing");
    save(to, 2);
    return { error: { message: "no luck", retryable: true } };
  }
  if (before !== { 1: 0, 3: 2, 9: 3 }[epochs]) throw new Error("found " + before + " at " + epochs);
  save(to, epochs);
  return { metrics: { error: parameters.x } };
};`;
    const { view, requeued, places } = await run(trial, FIDELITY);
    expect(view).toMatchObject({ status: "COMPLETED", trials: { succeeded: 1, stopped: 2, failed: 0 } });
    expect(requeued).toBe(2);
    expect((await readdir(places)).sort()).toEqual(["1", "2", "3"]);
    expect((await readdir(join(places, `${view.best?.trial}`))).sort()).toEqual(["1", "3", "9"]);
  });

  test("has nothing to go on from where the rung below has saved nothing", async () => {
    const trial = `export default ({ parameters, checkpoint: { from } }) => {
  if (from !== null) throw new Error("there is nothing in " + from);
  return { metrics: { error: parameters.x } };
};`;
    const { view } = await run(trial, FIDELITY);
    expect(view).toMatchObject({ status: "COMPLETED", trials: { succeeded: 1, stopped: 2, failed: 0 } });
  });
});

describe("an attempt of a study without a fidelity", () => {
  test("goes on from what an earlier one saved before it failed", async () => {
    const trial = `import { readFileSync } from "node:fs";
const { attempt, parameters, checkpoint } = JSON.parse(readFileSync(process.env.PEGBOX_REQUEST, "utf8"));
const before = saved(checkpoint.from);
if (before !== attempt - 1) throw new Error("found " + before);
save(checkpoint.to, attempt);
const result = attempt === 1 ? { error: { message: "no luck", retryable: true } } : { metrics: { error: parameters.x, before } };
console.log(JSON.stringify(result));`;
    const { view, requeued, places } = await run(trial, 'trials: 2\nrunner: { command: "node trial.mjs" }');
    expect(view).toMatchObject({ status: "COMPLETED", trials: { succeeded: 2 }, best: { metrics: { before: 1 } } });
    expect(requeued).toBe(2);
    expect((await readdir(places)).sort()).toEqual(["1", "2"]);
  });

  test("leaves no directory behind in which it has saved nothing", async () => {
    const trial = `import { existsSync } from "node:fs";
export default async ({ trial, attempt, parameters, checkpoint: { to } }) => {
  if (!existsSync(to)) throw new Error("there is no " + to);
  await new Promise((resolve) => setTimeout(resolve, 5 * (trial % 3)));
  if (trial === 7) save(to, 1);
  return trial === 2 && attempt === 1 ? { error: { message: "no", retryable: true } } : { metrics: { error: parameters.x } };
};`;
    const { view, places } = await run(trial, "trials: 20\nparallel: 4\nrunner: { function: trial.mjs }");
    expect(view.trials).toMatchObject({ succeeded: 20 });
    expect(await readdir(places)).toEqual(["7"]);
    const plain = "export default ({ parameters }) => ({ metrics: { error: parameters.x } });";
    const nothing = await run(plain, "name: nothing\ntrials: 20\nparallel: 4\nrunner: { function: trial.mjs }");
    expect(existsSync(nothing.places)).toBe(false);
  });
});

describe("directories for checkpoints", () => {
  const attempt = (root: string, place: string): TrialRequest =>
    ({ study: "s", checkpoint: { from: null, to: join(root, place) } }) as TrialRequest;

  test.each([["temporary"], ["not there"]])(
    "are handed on empty, and none is left: those not needed are in %s",
    async (folder) => {
      const root = join(directory, "checkpoints");
      mkdirSync(join(directory, "temporary"));
      const { within, close } = checkpointDirectories(root, join(directory, folder));
      for (const place of ["s/1", "s/2", "s/3/1", "s/3/9", "s/4"]) {
        const request = attempt(root, place);
        expect(await within(request, () => readdir(join(root, place)))).toEqual([]);
        expect((await readdir(join(directory, "temporary"))).length).toBeLessThan(2);
        expect(await readdir(join(root, "s"))).toEqual([]);
      }
      await within(attempt(root, "s/5/3"), async () => writeFileSync(join(root, "s/5/3/state"), ""));
      await close();
      expect(await readdir(join(root, "s/5"))).toEqual(["3"]);
      rmSync(join(root, "s/5"), { recursive: true });
      await close();
      expect(await readdir(root)).toEqual([]);
    },
  );

  test("hold something once there is anything in them", async () => {
    const place = join(directory, "place");
    const { holds } = checkpointDirectories(directory, directory);
    expect(await holds(place)).toBe(false);
    mkdirSync(place);
    expect(await holds(place)).toBe(false);
    writeFileSync(join(place, "state"), "");
    expect(await holds(place)).toBe(true);
    await expect(holds(join(place, "state"))).rejects.toThrow("ENOTDIR");
  });
});
