import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { TrialRequest } from "../../../lib/study/trial-contract.ts";
import type { RunOptions } from "../../../local/runners/runner.ts";

/** A folder that lives as long as the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "pegbox-runners-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true, maxRetries: 3 }));
  return path;
}

export function request(parameters: TrialRequest["parameters"] = { learningRate: 0.003 }): TrialRequest {
  return { study: "s-1", trial: 12, attempt: 1, seed: 123456, parameters, fixed: { dataset: "digits" }, context: {} };
}

/** Nobody interrupts, and the limit, where there is one, is far away. */
export function calm(timeoutMs: number | null = 60_000): RunOptions {
  return { signal: new AbortController().signal, timeoutMs };
}

/** Whether a process lives; one that has ended and that nobody has waited for does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = `/proc/${pid}/stat`;
  return !(existsSync(stat) && /\) [ZX] /.test(readFileSync(stat, "utf8")));
}
