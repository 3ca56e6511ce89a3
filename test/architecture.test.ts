import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";

/**
 * Holds the code against the two tables of ARCHITECTURE.md: the layers of lib/ and the arrows between folders. It reads
 * imports as text, so that it cannot be fooled by a tool that found no files.
 */
const root = join(import.meta.dirname, "..");
const architecture = readFileSync(join(root, "ARCHITECTURE.md"), "utf8");

interface Arrow {
  readonly from: string;
  readonly to: string;
}

const sources = ["bin", "cli", "remote", "infra", "functions", "local", "adapters", "lib", "examples"].flatMap(
  (folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(ts|mjs|js)$/.test(name) && !name.includes("node_modules"))
      .map((name) => join(folder, name)),
);

const textOf = (file: string): string => readFileSync(join(root, file), "utf8");

const specifiers = (text: string): string[] =>
  [...text.matchAll(/^(?:import|export)\b[^"'`;]*?from\s+"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)/gms)].map(
    (match) => match[1] ?? match[2] ?? "",
  );

const arrows: Arrow[] = sources.flatMap((from) =>
  specifiers(textOf(from))
    .filter((specifier) => specifier.startsWith("."))
    .map((specifier) => ({ from, to: relative(root, join(root, dirname(from), specifier)) })),
);

/** `| 4 | study design surrogate | … |` → study: 4, design: 4, surrogate: 4 */
const layers = new Map(
  [...architecture.matchAll(/^\| (\d) +\| ([a-z ]+?) +\|/gm)].flatMap(([, layer, folders]) =>
    (folders ?? "").split(" ").map((folder): [string, number] => [folder, Number(layer)]),
  ),
);

/** `| cli | local lib |` → cli: [local, lib] */
const allowed = new Map(
  [...architecture.matchAll(/^\| `([a-z/]+)` +\| ([^|]*) \|/gm)].map(([, from, to]): [string, string[]] => [
    from ?? "",
    [...(to ?? "").matchAll(/`([\w/.-]+)`/g)].map((match) => match[1] ?? ""),
  ]),
);

const within = (file: string, place: string): boolean => file === place || file.startsWith(`${place}/`);

/** The row that speaks for a file: the longest place that holds it. */
const rowOf = (file: string): string | undefined =>
  [...allowed.keys()].filter((place) => within(file, place)).sort((a, b) => b.length - a.length)[0];

describe("the arrows of ARCHITECTURE.md", () => {
  test("the tables and the import graph were read", () => {
    expect(layers.size).toBeGreaterThan(10);
    expect(allowed.size).toBeGreaterThan(5);
    expect(arrows.length).toBeGreaterThan(100);
  });

  test("a file of lib/ imports only from layers above its own, or its own folder", () => {
    const folder = (file: string): string => file.split("/")[1] ?? "";
    const wrong = arrows.filter(({ from, to }) => {
      if (!within(from, "lib") || folder(from) === folder(to)) return false;
      const [own, other] = [layers.get(folder(from)), layers.get(folder(to))];
      return !within(to, "lib") || own === undefined || other === undefined || other >= own;
    });
    expect(wrong).toEqual([]);
  });

  test("other folders import only where their row points", () => {
    const wrong = arrows.filter(({ from, to }) => {
      if (within(from, "lib")) return false;
      const row = rowOf(from);
      if (row === undefined) return true;
      return !within(to, row) && !(allowed.get(row) ?? []).some((place) => within(to, place));
    });
    expect(wrong).toEqual([]);
  });

  test("every folder of lib/ that has files stands in a layer", () => {
    const folders = new Set(sources.filter((file) => within(file, "lib")).map((file) => file.split("/")[1] ?? ""));
    expect([...folders].filter((folder) => !layers.has(folder))).toEqual([]);
  });
});

describe("lib/ is pure", () => {
  const impure = [
    { what: "reads the clock", pattern: /\bDate\b|\bperformance\.|\bhrtime\b/ },
    { what: "uses ambient randomness", pattern: /Math\.random|\bcrypto\b/ },
    {
      what: "reads the environment",
      pattern: /\bprocess\.(?:env|argv|cwd|exit|std|pid|platform|hrtime|memory|version|on\b)|globalThis/,
    },
    { what: "touches the machine", pattern: /from "node:|\bimport\("node:|\bfetch\(/ },
    { what: "sets a timer", pattern: /\bset(?:Timeout|Interval|Immediate)\b/ },
  ];
  const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, "");

  test.each(impure)("nothing in it $what", ({ pattern }) => {
    const files = sources.filter((file) => within(file, "lib"));
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((file) => pattern.test(withoutComments(textOf(file))))).toEqual([]);
  });
});
