import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Folder } from "./pegbox.ts";

vi.hoisted(() => {
  delete process.env["FORCE_COLOR"];
  process.env["NO_COLOR"] = "1";
});

/** Loading aws-cdk-lib and synthesizing: seconds, but of a processor that others may be using. */
const SLOW = 180_000;

const hasPython = spawnSync("python3", ["--version"]).status === 0;
const read = (file: string) => readFileSync(join(folder.path, file), "utf8");

let folder: Folder;
let stdout: string;
beforeAll(async () => {
  folder = new Folder();
  ({ stdout } = await folder.run(["init", "--aws"]));
});
afterAll(() => folder.remove());

describe("what `init --aws` writes", () => {
  test("is named, with what to type next", () => {
    for (const file of ["study.yaml", "train/train.py", "infra.mjs", "cdk.json", "package.json"]) {
      expect(stdout).toMatch(new RegExp(`^${file} `, "m"));
    }
    expect(stdout).toMatch(
      /npm install\n.*npx pegbox run study\.yaml\n.*npx cdk deploy\n.*npx pegbox start study\.yaml/,
    );
  });

  test("is never written over what is there", async () => {
    const before = read("package.json");
    const { code, stderr } = await folder.run(["init", "--aws", "other.yaml"]);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining("no file at train/train.py, infra.mjs, cdk.json, package.json"),
    ]);
    expect(read("package.json")).toBe(before);
    const missing = await folder.run(["init", "--aws", "none/study.yaml"]);
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining("there is no such folder")]);
  });

  test("goes beside a study file elsewhere", async () => {
    mkdirSync(join(folder.path, "a folder"));
    const ended = await folder.run(["init", "--aws", "a folder/s.yaml", "--json"]);
    expect(JSON.parse(ended.stdout)).toEqual({
      study: "a folder/s.yaml",
      trial: "a folder/train/train.py",
      app: "a folder/infra.mjs",
      cdk: "a folder/cdk.json",
      package: "a folder/package.json",
    });
  });

  test("is a study for here and for AWS, its packages pinned", async () => {
    expect((await folder.run(["validate", "study.yaml"])).code).toBe(0);
    expect(read("study.yaml")).toContain("lambda: train");
    const { dependencies, devDependencies } = JSON.parse(read("package.json"));
    const versions = Object.values({ ...dependencies, ...devDependencies });
    expect(versions.filter((version) => /^\d+\.\d+\.\d+$/.test(String(version)))).toHaveLength(4);
  });

  test.runIf(hasPython)(
    "runs here as it stands (skipped without python3)",
    async () => {
      const { code, stdout: said } = await folder.run(["run", "study.yaml"]);
      expect([code, said]).toEqual([0, expect.stringContaining("30 of 30 trials ended: 30 succeeded")]);
    },
    60_000,
  );

  test(
    "is an app that synthesizes offline: Pegbox, and the function that the study names",
    () => {
      const root = process.cwd();
      mkdirSync(join(folder.path, "node_modules"));
      for (const [name, place] of [
        ["pegbox", root],
        ["aws-cdk-lib", join(root, "node_modules/aws-cdk-lib")],
        ["constructs", join(root, "node_modules/constructs")],
      ] as const) {
        symlinkSync(place, join(folder.path, "node_modules", name));
      }
      const { app, context } = JSON.parse(read("cdk.json"));
      const env = {
        ...process.env,
        CDK_OUTDIR: join(folder.path, "cdk.out"),
        CDK_CONTEXT_JSON: JSON.stringify(context),
      };
      execFileSync(app, { cwd: folder.path, env, shell: true });
      const { Resources, Outputs } = JSON.parse(read("cdk.out/Pegbox.template.json"));
      expect(Outputs).toHaveProperty("ApiUrl");
      const functions = Object.entries(
        Resources as Record<string, { Type: string; Properties: Record<string, unknown> }>,
      )
        .filter(([, { Type }]) => Type === "AWS::Lambda::Function")
        .map(([id, { Properties }]) => ({ id, ...Properties }));
      const [train] = functions.filter((each) => "Handler" in each && each.Handler === "train.handler");
      expect(train).toMatchObject({ Runtime: "python3.13", Timeout: 600, MemorySize: 1769 });
      const registries = JSON.stringify(functions).match(/train.{0,40}functionArn/g) ?? [];
      expect(registries.length).toBeGreaterThan(0);
    },
    SLOW,
  );
});
