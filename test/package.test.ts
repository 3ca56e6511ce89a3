import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const read = (file: string) => JSON.parse(readFileSync(join(import.meta.dirname, "..", file), "utf8"));

interface Locked {
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
const locked: Readonly<Record<string, Locked>> = read("package-lock.json").packages;

test("every dependency is pinned exactly", () => {
  const { dependencies, devDependencies } = read("package.json");
  const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
    ([, range]) => !/^\d/.test(String(range)),
  );
  expect(loose).toEqual([]);
});

test("the lock names no registry", () => {
  expect(Object.entries(locked).filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});

// A lock that a mirror has left holes in installs where it was made and nowhere else: scripts/complete-lock.mjs mends it.
test("the lock has an entry for every platform's package", () => {
  const missing = Object.entries(locked).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .map((name) => `node_modules/${name}`)
      .filter((place) => !(place in locked) && !(`${path}/${place}` in locked)),
  );
  expect(missing).toEqual([]);
});
