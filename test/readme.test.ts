import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { AskTellSession } from "../lib/tuner/ask-tell/session.ts";

const root = join(import.meta.dirname, "..");
const readme = readFileSync(join(root, "README.md"), "utf8");

/** The first block of a language, with what it holds. */
function block(language: string, holding = ""): string {
  const blocks = [...readme.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"))].map(
    ([, text = ""]) => text,
  );
  const found = blocks.find((text) => text.includes(holding));
  if (found === undefined) throw new Error(`expected a ${language} block with ${holding} in README.md`);
  return found;
}

test("the first screen: a sentence, code by line 15, real output, the two commands", () => {
  const screen = readme.split("\n").slice(0, 45);
  expect(screen.findIndex((line) => line.startsWith("```yaml"))).toBeLessThan(15);
  expect(screen.join("\n")).toMatch(/npm start[\s\S]*npm test[\s\S]*COMPLETED/);
});

test("the dialog of `pegbox optimize` is what it says", () => {
  const session = new AskTellSession();
  const lines = block("text", '{"type":"study"').trim().split("\n");
  const asked = lines.filter((line) => line.startsWith(">")).map((line) => JSON.parse(line.slice(2)));
  const answered = lines.filter((line) => line.startsWith("<")).map((line) => JSON.parse(line.slice(2)));
  expect(asked.map((line) => session.answer(line))).toEqual(answered);
});

const python = spawnSync("python3", ["--version"]).status === 0;

test.skipIf(!python)("the study and its Python program run as they stand (skipped without python3)", () => {
  const folder = mkdtempSync(join(tmpdir(), "pegbox-readme-"));
  try {
    writeFileSync(
      join(folder, "study.yaml"),
      block("yaml").replace("trials: 40", "trials: 6").replace("python ", "python3 "),
    );
    writeFileSync(join(folder, "train.py"), block("python"));
    const output = execFileSync(process.execPath, [join(root, "bin/pegbox.js"), "run", "study.yaml", "--json"], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(JSON.parse(output)).toMatchObject({ status: "COMPLETED", trials: { succeeded: 6 } });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
