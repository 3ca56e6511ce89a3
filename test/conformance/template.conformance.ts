import { join } from "node:path";
import { expect, it } from "vitest";
import { emulator, runInEnvironment } from "./emulator.ts";

it("cfn-lint finds no error in the template", async () => {
  const template = join(emulator.cdkOut, "Pegbox.template.json");
  const { status, stdout, stderr } = await runInEnvironment("cfn-lint", "--non-zero-exit-code", "error", template);
  expect(status, stdout + stderr).toBe(0);
});
