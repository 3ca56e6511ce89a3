// Builds what runs without TypeScript: the kernels, the command, the package's entries and the Lambda bundles. About a
// second, and some more when the kernels have changed.
// When npm packs or publishes, the declarations of the package's entries too.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { buildKernels } from "./kernels.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const at = (...parts) => join(root, ...parts);

/** What runs on a laptop keeps its packages in node_modules; the folders below dist mirror the sources. */
async function buildPackage() {
  await build({
    absWorkingDir: root,
    entryPoints: ["index.ts", "cli/main.ts", "infra/index.ts", "infra/app.ts"].filter((entry) => existsSync(at(entry))),
    outdir: "dist",
    outbase: ".",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    chunkNames: "chunks/[name]-[hash]",
    sourcemap: true,
    logLevel: "warning",
  });
  for (const file of readdirSync(at("local/runners")).filter((name) => name.endsWith(".mjs"))) {
    cpSync(at("local/runners", file), at("dist/local/runners", file));
  }
}

/** One folder a handler, with everything in it: Lambda unzips it and finds `index.handler`. */
async function buildFunctions() {
  const entries = readdirSync(at("functions")).filter((name) => name.endsWith(".ts"));
  await build({
    absWorkingDir: root,
    entryPoints: entries.map((name) => ({ in: `functions/${name}`, out: `${basename(name, ".ts")}/index` })),
    outdir: "dist/functions",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node22",
    minify: true,
    sourcemap: true,
    sourcesContent: false,
    mainFields: ["module", "main"],
    // CommonJS dependencies inside an ES module still call require
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    logLevel: "warning",
  });
  if (entries.includes("digits.ts")) cpSync(at("examples/digits/digits.bin"), at("dist/functions/digits/digits.bin"));
}

await buildKernels();
rmSync(at("dist"), { recursive: true, force: true });
await Promise.all([buildPackage(), buildFunctions()]);
if (["pack", "publish"].includes(process.env.npm_command)) {
  const tsc = at("node_modules/typescript/bin/tsc");
  const flags = ["--noEmit", "false", "--emitDeclarationOnly", "--outDir", at("dist/types")];
  execFileSync(process.execPath, [tsc, "-p", at("tsconfig.package.json"), ...flags], { cwd: root, stdio: "inherit" });
}
