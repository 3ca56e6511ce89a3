import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { transformSync } from "esbuild";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");

/** The programs of docs/aws.md as one app, in a project that has Pegbox as a package. */
it("docs/aws.md shows an app that synthesizes", () => {
  const blocks = [...readFileSync(join(root, "docs/aws.md"), "utf8").matchAll(/^```ts\n(.*?)^```/gms)];
  expect(blocks.length).toBeGreaterThan(2);
  const project = mkdtempSync(join(tmpdir(), "pegbox-docs-"));
  try {
    const modules = join(project, "node_modules");
    mkdirSync(join(modules, "pegbox"), { recursive: true });
    for (const packed of ["package.json", "dist"])
      cpSync(join(root, packed), join(modules, "pegbox", packed), { recursive: true });
    for (const peer of ["aws-cdk-lib", "constructs"])
      symlinkSync(join(root, "node_modules", peer), join(modules, peer));
    cpSync(join(root, "examples"), join(project, "examples"), { recursive: true });
    const source = blocks.map(([, text]) => text).join("\n");
    const program = `${transformSync(source, { loader: "ts" }).code}
      const { template } = app.synth().getStackByName("Pegbox");
      const registry = Object.values(template.Resources).find(({ Properties }) => Properties?.Environment?.Variables?.PEGBOX_RUNNERS);
      console.log(JSON.stringify(registry.Properties.Environment.Variables.PEGBOX_RUNNERS));`;
    writeFileSync(join(project, "app.mjs"), program);
    const registry = execFileSync(process.execPath, ["app.mjs"], { cwd: project, encoding: "utf8" });
    const added = [...source.matchAll(/addRunner\("([\w-]+)"/g)].map(([, id]) => id);
    for (const id of added) expect(registry).toContain(`\\"${id}\\":{\\"kind\\"`);
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}, 180_000);
