import { readdirSync, readFileSync, statSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";

const folder = join(import.meta.dirname, "../../dist/functions");
const names = readdirSync(join(import.meta.dirname, "../../functions"))
  .filter((name) => name.endsWith(".ts"))
  .map((name) => name.replace(/\.ts$/, ""));

/** What a cold start reads; the whole archive, source map and data with it, is what Lambda stores. */
const LIMIT_BYTES = 1.5 * 1024 * 1024;

describe.each(names)("the bundle of %s", (name) => {
  const file = join(folder, name, "index.mjs");

  it("stays below 1.5 MB", () => {
    expect(statSync(file).size).toBeLessThan(LIMIT_BYTES);
  });

  it("needs nothing but Node", () => {
    const imported = [...readFileSync(file, "utf8").matchAll(/(?:^|;)import[^;"']*from\s*["']([^"']+)["']/g)];
    const specifiers = imported.map(([, specifier = ""]) => specifier);
    expect(specifiers).toContain("node:module");
    expect(specifiers.filter((specifier) => !isBuiltin(specifier))).toEqual([]);
  });

  it("comes with its source map", () => {
    const { sources } = JSON.parse(readFileSync(`${file}.map`, "utf8")) as { sources: readonly string[] };
    expect(sources.filter((source) => /\/(functions|lib|examples)\/.*\.ts$/.test(source))).not.toEqual([]);
  });
});

it("the bundled digits trial learns: it finds its data beside it", async () => {
  const { handler } = (await import(pathToFileURL(join(folder, "digits/index.mjs")).href)) as {
    handler: (request: object) => Promise<{ metrics: { error: number } }>;
  };
  const { metrics } = await handler({ parameters: { learningRate: 0.1 }, fixed: { epochs: 3 }, seed: 1 });
  expect(metrics.error).toBeLessThan(0.5);
});
