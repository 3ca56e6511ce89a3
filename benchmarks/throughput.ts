// How many trials a second the machinery carries when the trial itself is nothing: the whole command, its workflow, its
// SQLite file and its worker threads. Beside it, in the same run, Optuna with SQLite and with its journal file.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { peakMemory } from "./process-tree.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

interface Measured {
  readonly name: string;
  readonly trials: number;
  readonly perSecond: number;
  readonly wallSeconds: number;
  readonly peakMb: number;
}

async function command(
  args: readonly string[],
  cwd: string,
): Promise<{ stdout: string; wallSeconds: number; peakMb: number }> {
  const startedAt = performance.now();
  const [program = "", ...rest] = args;
  const child = spawn(program, rest, { cwd, stdio: ["ignore", "pipe", "inherit"] });
  const done = new Promise<string>((resolve, reject) => {
    let stdout = "";
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve(stdout) : reject(new Error(`${program} ended with ${code}`))));
  });
  const { result, peakMb } = await peakMemory(child.pid ?? 0, done);
  return { stdout: result, wallSeconds: (performance.now() - startedAt) / 1000, peakMb };
}

function study(trials: number): string {
  const floats = ["a", "b", "c", "d", "e"].map((name) => `  ${name}: { type: float, min: 0, max: 1 }`);
  return [
    "name: noop",
    "metrics: [{ name: y, goal: minimize }]",
    "parameters:",
    ...floats,
    "strategy: random",
    `trials: ${trials}`,
    "parallel: 8",
    "runner: { function: noop.mjs }",
  ].join("\n");
}

async function pegbox(trials: number): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "pegbox-bench-"));
  try {
    writeFileSync(join(folder, "study.yaml"), study(trials));
    writeFileSync(
      join(folder, "noop.mjs"),
      "export default async ({ parameters }) => ({ metrics: { y: parameters.a } });\n",
    );
    const pegboxCommand = [process.execPath, join(root, "bin/pegbox.js")];
    const { wallSeconds, peakMb } = await command([...pegboxCommand, "run", "study.yaml", "--json"], folder);
    const { stdout } = await command([...pegboxCommand, "export", "noop", "--format", "jsonl"], folder);
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { startedAt: string; endedAt: string });
    const first = Math.min(...lines.map(({ startedAt }) => Date.parse(startedAt)));
    const last = Math.max(...lines.map(({ endedAt }) => Date.parse(endedAt)));
    return { name: "pegbox", trials, perSecond: (trials * 1000) / (last - first), wallSeconds, peakMb };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function optuna(python: string, storage: "sqlite" | "journal", trials: number): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "optuna-bench-"));
  try {
    const script = join(root, "benchmarks/optuna_throughput.py");
    const { stdout, wallSeconds, peakMb } = await command([python, script, storage, String(trials)], folder);
    return { name: `optuna ${storage}`, trials, perSecond: trials / Number(stdout.trim()), wallSeconds, peakMb };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const results = [await pegbox(1000), await pegbox(10_000)];
const python = process.env["PEGBOX_BENCH_PYTHON"];
if (python === undefined) {
  console.log("Optuna is left out: set PEGBOX_BENCH_PYTHON to a python that has it (pip install optuna)\n");
} else {
  // Optuna's SQLite storage takes minutes for 10,000 trials: a rate over 1,000 says the same
  results.push(await optuna(python, "sqlite", 1000), await optuna(python, "journal", 1000));
}
console.table(
  results.map(({ name, trials, perSecond, wallSeconds, peakMb }) => ({
    name,
    trials,
    "trials/s, first claim to last result": Math.round(perSecond),
    "wall s, whole command": Number(wallSeconds.toFixed(2)),
    "peak MB, all processes": Math.round(peakMb),
  })),
);
