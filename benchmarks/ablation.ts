// What a change is worth: the strategies at a commit, with a patch and without, on the same problems, seeds and noise draws;
// the row for docs/ablations.md. npm run bench -- ablation PATCH [--base COMMIT] [options of optimize]
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { compare } from "./runner/compare.ts";
import { type Results, readResults } from "./runner/results.ts";
import { comparisonRow } from "./runner/tables.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const STRATEGY = "bayesian";

/** The results of the code of `commit`, with `patch` applied where there is one, on the problems of this checkout. */
function measure(folder: string, commit: string, patch: string | null, options: readonly string[]): Results {
  const run = (program: string, ...args: readonly string[]): void => {
    execFileSync(program, args, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  };
  execFileSync("git", ["clone", "--quiet", "--shared", "--no-checkout", root, folder]);
  run("git", "checkout", "--quiet", "--detach", commit);
  rmSync(join(folder, "benchmarks"), { recursive: true });
  cpSync(join(root, "benchmarks"), join(folder, "benchmarks"), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  if (patch !== null) run("git", "apply", patch);
  run(process.execPath, "scripts/build.mjs");
  const out = join(folder, "results.json");
  run(
    process.execPath,
    "--import",
    "tsx",
    "benchmarks/optimize.ts",
    "--strategies",
    STRATEGY,
    ...options,
    "--out",
    out,
  );
  return readResults(out);
}

const [given, ...rest] = process.argv.slice(2);
if (given === undefined) throw new Error("expected the path of a patch of lib/");
const patch = resolve(given);
const at = rest.indexOf("--base");
const options = at < 0 ? rest : rest.toSpliced(at, 2);
// a patch kept with its results says what it applies to
const commit = (at < 0 ? /^Base: (\S+)$/m.exec(readFileSync(patch, "utf8"))?.[1] : rest[at + 1]) ?? "HEAD";
const scratch = mkdtempSync(join(tmpdir(), "pegbox-ablation-"));
try {
  const base = measure(join(scratch, "base"), commit, null, options);
  const changed = measure(join(scratch, "changed"), commit, patch, options);
  console.table([{ base: base.commit, ...comparisonRow(compare(base, changed, STRATEGY)) }]);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
