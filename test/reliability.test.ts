import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const textOf = (path: string): string => readFileSync(join(root, path), "utf8");

/** Of docs/reliability.md: what fails, with the tests that are named for it. */
const [promised = ""] = textOf("docs/reliability.md").split("## Not promised");
const faults = promised.split(/^(?=\*\*)/m).slice(1);
const named = faults.map((fault) =>
  [...fault.matchAll(/^- `([^`]+)`: (.+)$/gm)].map(([, file = "", name = ""]) => ({ file, name })),
);

describe("docs/reliability.md", () => {
  test("names for each fault a test that injects it, and no other lines", () => {
    expect(faults.length).toBeGreaterThan(20);
    for (const [i, tests] of named.entries()) expect(tests, faults[i]).not.toEqual([]);
    expect(promised.match(/^- /gm)).toHaveLength(named.flat().length);
  });

  test.each(named.flat())("$file has a test named: $name", ({ file, name }) => {
    // a text before the test's function
    const titles = [...textOf(file).matchAll(/("(?:[^"\\]|\\.)*"),(?: (?:async )?\(|$)/gm)].map(([, text = ""]) =>
      JSON.parse(text),
    );
    expect(titles).toContain(name);
  });
});
