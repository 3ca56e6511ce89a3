import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { RunnerSpec } from "../../../lib/study/spec.ts";
import { createRunner } from "../../../local/runners/create.ts";
import type { LocalRunner } from "../../../local/runners/runner.ts";
import { calm, folder, request } from "./support.ts";

async function create(spec: RunnerSpec, directory: string): Promise<LocalRunner> {
  const temporary = join(folder(), "made", "when", "absent");
  const runner = await createRunner(spec, { directory, parallel: 1, environment: process.env, temporary });
  onTestFinished(() => runner.close());
  return runner;
}

describe("the runner of a study file", () => {
  it("is a function, relative to the file", async () => {
    const directory = folder();
    mkdirSync(join(directory, "src"));
    writeFileSync(join(directory, "src", "trial.mjs"), "export default () => ({ metrics: { error: 1 } })");
    const runner = await create({ function: "./src/trial.mjs" }, directory);
    expect(await runner.run(request(), calm())).toEqual({ metrics: { error: 1 } });
  });

  it("is a command, beside a cloud key", async () => {
    const runner = await create({ command: `echo '{"infeasible":"no"}'`, lambda: "train" }, folder());
    expect(await runner.run(request(), calm())).toEqual({ infeasible: "no" });
  });

  it("is none where external workers run the trials, and says who answers them", async () => {
    await expect(create({ external: true }, folder())).rejects.toMatchObject({
      code: "RUNNER_MISSING",
      hint: expect.stringContaining("pegbox serve"),
    });
  });

  it("is a URL", async () => {
    const runner = await create({ http: "http://127.0.0.1:1/" }, folder());
    expect((await runner.run(request(), calm())).error?.type).toBe("NETWORK");
  });

  it("is missing when only the cloud has one", async () => {
    await expect(create({ lambda: "train" }, folder())).rejects.toMatchObject({
      code: "RUNNER_MISSING",
      hint: expect.stringContaining("command"),
    });
  });
});
