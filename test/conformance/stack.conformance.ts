import { describe, expect, it } from "vitest";
import { emulator, runInEnvironment } from "./emulator.ts";

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

const script = "test/conformance/stack.py";
const run = await runInEnvironment("python", script, "--oracle", emulator.folder, "--cdk-out", emulator.cdkOut);
const checks = run.stdout
  .split("\n")
  .filter((line) => line.startsWith("{"))
  .map((line) => JSON.parse(line) as Check);

describe("the stack, deployed into an emulator", () => {
  it.each(checks)("$name", ({ ok, detail }) => expect(ok, detail).toBe(true));

  it("was checked to the end", () => {
    const failed = checks.filter(({ ok }) => !ok).length;
    expect(run.status, run.stderr.slice(-4000)).toBe(failed === 0 ? 0 : 1);
    expect(checks.at(-1)?.name).toContain("did only what its role allows");
  });
});
