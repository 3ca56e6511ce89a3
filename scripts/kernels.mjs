// Compiles kernels/ (AssemblyScript) to a WebAssembly module, as a base64 string in a TypeScript file that git ignores:
// what runs is built from source wherever it is installed, and needs no file beside it. Skipped when it is up to date.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./installed.mjs";

const SOURCES = join(root, "kernels");
const GENERATED = join(root, "lib/linalg/generated/kernels-wasm.ts");
const FLAGS = ["--optimizeLevel", "3", "--noAssert", "--enable", "simd", "--runtime", "stub", "--memoryBase", "1024"];

/** Changes with the sources, the flags and the compiler. */
function fingerprint() {
  const hash = createHash("sha256").update(JSON.stringify(FLAGS));
  for (const name of readdirSync(SOURCES).sort()) hash.update(name).update(readFileSync(join(SOURCES, name)));
  hash.update(readFileSync(join(root, "node_modules/assemblyscript/package.json")));
  return `// ${hash.digest("hex")}\n`;
}

async function compile() {
  const { default: asc } = await import("assemblyscript/asc");
  let binary;
  const { error, stderr } = await asc.main(["index.ts", "--outFile", "kernels.wasm", ...FLAGS], {
    readFile: (name) => {
      const path = join(SOURCES, name);
      return existsSync(path) ? readFileSync(path, "utf8") : null;
    },
    writeFile: (name, contents) => {
      if (name === "kernels.wasm") binary = contents;
    },
    listFiles: () => [],
  });
  if (error !== null) throw new Error(`kernels/ did not compile\n${stderr.toString()}`);
  return Buffer.from(binary).toString("base64");
}

export async function buildKernels() {
  const head = fingerprint();
  if (existsSync(GENERATED) && readFileSync(GENERATED, "utf8").startsWith(head)) return;
  mkdirSync(dirname(GENERATED), { recursive: true });
  writeFileSync(GENERATED, `${head}export const KERNELS_WASM: string =\n  "${await compile()}";\n`);
}
