import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PegboxError } from "../../lib/errors/pegbox-error.ts";
import { readStudyFile } from "../../local/study-file.ts";
import { LEAST } from "../lib/study/file-builder.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pegbox-file-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (name: string, content: string | Buffer): ReturnType<typeof readStudyFile> => {
  writeFileSync(join(folder, name), content);
  return readStudyFile(join(folder, name));
};
const refused = (name: string, content: string | Buffer): Promise<PegboxError> =>
  read(name, content).then(
    () => expect.unreachable(`${name} was accepted`),
    (error: PegboxError) => error,
  );

describe("a study file", () => {
  test.each<[title: string, name: string, content: string]>([
    ["JSON", "a.json", JSON.stringify(LEAST)],
    ["JSON with tabs", "b.json", JSON.stringify(LEAST, null, "\t")],
    ["JSON under the name of YAML, with a mark of its byte order", "c.yaml", `\ufeff${JSON.stringify(LEAST)}`],
    [
      "YAML with anchors",
      "d.yml",
      `metrics: [{ name: error, goal: minimize }]\nparameters: { a: &p { type: float, min: 0, max: 1 }, b: *p }\nrunner: { command: a }\r\n`,
    ],
  ])("may be %s", async (_, name, content) => {
    const { spec, directory } = await read(name, content);
    expect([spec.metrics[0]?.name, directory]).toEqual(["error", folder]);
  });

  test.each<[name: string, content: string | Buffer, path: string, expected: string, got: string]>([
    ["tab.yaml", "metrics:\n\t- { name: y }\n", "line 2", "spaces before the first word", "a tab: - { name: y }"],
    ["twice.yaml", "seed: 1\nseed: 2\n", "line 2", "every key once", "one of them again: seed: 2"],
    ["two.yaml", "seed: 1\n---\nseed: 2\n", "line 2", "one study a file", "the start of a second document: ---"],
    ["tag.yaml", "metrics: !mine []\n", "line 1", "YAML without tags of its own", "metrics: !mine []"],
    ["open.yaml", "seed: [1\n", "line 2", "YAML", "Flow sequence"],
    ["broken.json", '{ "seed": 1,, }', "line 1", "JSON", '{ "seed": 1,, } ('],
    ["alias.yaml", "seed: *none\n", "", "YAML", "Unresolved alias"],
    ["binary.yaml", Buffer.from([0x89, 0x50, 0, 1]), "", "text in UTF-8", "bytes that no text has"],
    ["latin.yaml", Buffer.from("name: caf\xe9", "latin1"), "", "text in UTF-8", "text in another encoding"],
    ["large.yaml", "#".repeat(262_145), "", "a study file of at most 256 KiB", "a larger one"],
  ])("%s cannot be read, and says where and why", async (name, content, path, expected, got) => {
    const error = await refused(name, content);
    expect(error).toMatchObject({ code: "INVALID_STUDY", message: expect.stringContaining(name) });
    expect(error.issues[0]).toMatchObject({ path, expected, got: expect.stringContaining(got) });
  });

  test("aliases of aliases that grow without end are refused", async () => {
    const levels = Array.from({ length: 12 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(9)}]`);
    expect((await refused("bomb.yaml", ["l0: &l0 [a]", ...levels].join("\n"))).code).toBe("INVALID_STUDY");
  });

  test("problems of the study name the file", async () => {
    const error = await refused("study.json", JSON.stringify({ ...LEAST, trails: 3 }));
    expect(error.message).toMatch(/study\.json: the study has 1 problem$/);
    expect(error.issues).toEqual([expect.objectContaining({ path: "trails" })]);
  });

  test.each([
    ["none.yaml", "there is none"],
    [".", "it is a directory"],
  ])("where there is none: %s", async (name, why) => {
    await expect(readStudyFile(join(folder, name))).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringContaining(why),
    });
  });
});
