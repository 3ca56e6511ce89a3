import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Libsql from "libsql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hasState, openState } from "../../local/state.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pegbox-state-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("is made where it shall be, with a word to git, and opened again where it is", async () => {
  const directory = join(folder, "new", "deep");
  expect(hasState(directory)).toBe(false);
  await (await openState(directory, { create: true })).close();
  expect(readFileSync(join(directory, ".gitignore"), "utf8")).toBe("*\n");
  expect(hasState(directory)).toBe(true);
  await (await openState(directory, { create: false })).close();
});

test("is not made by who only reads", async () => {
  const directory = join(folder, "none");
  await expect(openState(directory, { create: false })).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(existsSync(directory)).toBe(false);
});

test.each<[title: string, below: string, message: string]>([
  ["a file", "", "it is a file"],
  ["below a file", "below", "(ENOTDIR)"],
])("where it cannot be: %s", async (title, below, message) => {
  const file = join(folder, title);
  writeFileSync(file, "");
  await expect(openState(join(file, below), { create: true })).rejects.toMatchObject({
    code: "INVALID_INPUT",
    message: expect.stringContaining(message),
  });
});

test("of a newer Pegbox is left alone", async () => {
  await (await openState(folder, { create: true })).close();
  const database = new Libsql(join(folder, "pegbox.db"));
  database.exec("PRAGMA user_version = 999");
  database.close();
  await expect(openState(folder, { create: false })).rejects.toMatchObject({
    code: "UNAVAILABLE",
    hint: expect.stringContaining("update pegbox"),
  });
});
