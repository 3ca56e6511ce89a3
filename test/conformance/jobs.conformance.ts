import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { emulator, runInEnvironment } from "./emulator.ts";

const out = join(emulator.cdkOut, "../cdk.out.jobs");
execFileSync(process.execPath, ["test/conformance/jobs-app.mjs", out]);
const run = await runInEnvironment("python", "test/conformance/jobs.py", "--oracle", emulator.folder, "--cdk-out", out);
const checks = run.stdout
  .split("\n")
  .filter((line) => line.startsWith("{"))
  .map((line) => JSON.parse(line) as { readonly name: string; readonly ok: boolean; readonly detail: string });

describe("jobs and callbacks, in an emulator", () => {
  it.each(checks)("$name", ({ ok, detail }) => expect(ok, detail).toBe(true));

  it("were checked to the end", () => {
    expect(run.status, run.stderr.slice(-4000)).toBe(checks.every(({ ok }) => ok) ? 0 : 1);
    expect(checks.at(-1)?.name).toBe("bridges end when they are told to");
  });
});
