import { describe, expect, it } from "vitest";
import { emulator, runInEnvironment } from "./emulator.ts";

const run = await runInEnvironment("python", "test/conformance/asl_compare.py", "--oracle", emulator.folder);
const verdicts = [...run.stdout.matchAll(/^(same|known|DIFFERS) {2}(.+)$/gm)].map(([, verdict = "", machine = ""]) => ({
  verdict,
  machine,
}));

describe("the interpreter ends machines as another one does", () => {
  it.each(verdicts)("$machine", ({ verdict }) => expect(verdict, run.stdout).not.toBe("DIFFERS"));

  it("all of them", () => {
    expect(run.stdout, run.stderr.slice(-4000)).toContain(`${verdicts.length} machines,`);
    expect(verdicts.length).toBeGreaterThan(0);
  });
});
