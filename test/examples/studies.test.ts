import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StudySpec } from "../../lib/study/spec.ts";
import type { StudyView } from "../../lib/study/views.ts";
import { runStudy } from "../../local/run-study.ts";
import { readStudyFile } from "../../local/study-file.ts";

const examples = fileURLToPath(new URL("../../examples/", import.meta.url));
let stateDirectory: string;

beforeAll(async () => {
  stateDirectory = await mkdtemp(join(tmpdir(), "pegbox-examples-"));
});
afterAll(() => rm(stateDirectory, { recursive: true, force: true }));

async function run(path: string, change: Partial<StudySpec> = {}): Promise<StudyView> {
  const file = await readStudyFile(join(examples, path));
  return runStudy({
    file: { ...file, spec: { ...file.spec, ...change } },
    stateDirectory,
    resume: false,
    durable: false,
    environment: process.env,
    observe: () => {},
    onOpen: () => {},
  });
}

describe("examples/cookie", () => {
  it("tries what was enqueued, and finds twelve minutes best", async () => {
    const study = await run("cookie/study.yaml");
    expect(study).toMatchObject({ status: "COMPLETED", trials: { total: 3, succeeded: 3 } });
    expect(study.best).toMatchObject({ trial: 3, parameters: { minutes: 12 }, metrics: { score: 10 } });
  });
});

describe("examples/grid", () => {
  it("opens the lock before the thousandth combination", async () => {
    const study = await run("grid/study.yaml");
    expect(study).toMatchObject({ status: "COMPLETED", reason: { code: "TARGET" } });
    expect(study.best).toMatchObject({ parameters: { first: 4, second: 0, third: 7 }, metrics: { shut: 0 } });
    expect(study.trials.succeeded).toBeLessThan(1_000);
  });
});

describe("examples/noisy", () => {
  it("runs the best two again, and takes the one with the better mean", async () => {
    const study = await run("noisy/study.yaml");
    expect(study).toMatchObject({ status: "COMPLETED", trials: { succeeded: 46 }, replicates: 16 });
    const { winner, finalists = [], difference } = study.confirmation ?? {};
    expect(finalists.map(({ measured }) => measured)).toEqual([8, 8]);
    const means = finalists.map(({ mean }) => mean ?? 0);
    expect(finalists[means.indexOf(Math.min(...means))]?.trial).toBe(winner);
    expect(study.best?.trial).toBe(winner);
    // the loss is 0.2 there, on average, and varies by 0.1
    for (const { interval } of finalists) expect((interval?.[1] ?? 0) - (interval?.[0] ?? 0)).toBeGreaterThan(0.05);
    expect(difference?.mean).toBeCloseTo((means[1] ?? 0) - (means[0] ?? 0), 12);
  });
});

describe("examples/digits", () => {
  it("runs as a study: the bundle finds its data, and every trial has an error", async () => {
    const study = await run("digits/study.yaml", { strategy: "random", trials: 4, fixed: { epochs: 1 } });
    expect(study).toMatchObject({ status: "COMPLETED", trials: { total: 4, succeeded: 4 } });
    expect(Object.keys(study.best?.metrics ?? {})).toEqual(["error", "loss", "trainError"]);
  });

  it("runs with trials that are cut short, one of them to the end", async () => {
    const study = await run("digits/epochs.yaml", { strategy: "sobol", trials: 3 });
    expect(study).toMatchObject({ status: "COMPLETED", trials: { total: 3, succeeded: 1, stopped: 2 } });
    expect(study.best?.metrics["error"]).toBeLessThan(0.5);
  });

  it("has a random search that differs in name and strategy alone", async () => {
    const described = { name: "", description: "", family: "", strategy: "random" };
    const { spec } = await readStudyFile(join(examples, "digits/study.yaml"));
    const { spec: random } = await readStudyFile(join(examples, "digits/random.yaml"));
    expect(random.strategy).toBe("random");
    expect({ ...random, ...described, runner: null }).toEqual({ ...spec, ...described, runner: null });
    expect(random.runner.function).toBe(spec.runner.function);
  });
});

describe("examples/sklearn", () => {
  it("is a study file", async () => {
    const { spec } = await readStudyFile(join(examples, "sklearn/study.yaml"));
    expect(spec.space.parameters[0]?.name).toBe("model");
  });

  it("runs both of its models", async (context) => {
    const python = spawnSync("python3", ["-c", "import sklearn"], { encoding: "utf8" });
    context.skip(python.status !== 0, `python3 with scikit-learn is absent: ${python.stderr ?? python.error}`);
    const study = await run("sklearn/study.yaml", {
      strategy: "manual",
      trials: 2,
      enqueue: [
        { model: "svm", C: 10, gamma: 0.3 },
        { model: "mlp", hidden: 32, alpha: 0.001, learningRate: 0.01 },
      ],
    });
    expect(study).toMatchObject({ status: "COMPLETED", trials: { total: 2, succeeded: 2 } });
    expect(study.best?.metrics["error"]).toBeLessThan(0.04);
  }, 60_000);
});
