import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** What decides a result: the strategies and all below them, who runs them, and the problems. */
const SOURCES = [
  "lib",
  "kernels",
  "adapters",
  "local",
  "benchmarks/problems",
  "benchmarks/runner",
  "benchmarks/simulation",
  "benchmarks/wrappers",
  "package-lock.json",
];

export interface Provenance {
  readonly commit: string;
  /** Whether the code is the commit's. */
  readonly clean: boolean;
  /** Day, UTC. */
  readonly date: string;
  readonly node: string;
}

/** @param date of the run, YYYY-MM-DD */
export function provenance(date: string): Provenance {
  const git = (...args: readonly string[]): string =>
    execFileSync("git", args, { cwd: fileURLToPath(new URL("..", import.meta.url)), encoding: "utf8" }).trim();
  return {
    commit: git("rev-parse", "--short=10", "HEAD"),
    clean: git("status", "--porcelain", "--", ...SOURCES) === "",
    date,
    node: process.version,
  };
}
