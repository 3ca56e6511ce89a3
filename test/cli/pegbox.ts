import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const BIN = join(import.meta.dirname, "../../bin/pegbox.js");

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Watch {
  readonly start?: (child: ChildProcess) => void;
  readonly line?: (line: string, child: ChildProcess) => void;
  /** Beside what this process has. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A folder with a study in it, where the real command is run. */
export class Folder {
  readonly path: string = mkdtempSync(join(tmpdir(), "pegbox-cli-"));

  write(name: string, text: string): void {
    writeFileSync(join(this.path, name), text);
  }

  has(name: string): boolean {
    return existsSync(join(this.path, name));
  }

  /** @param watch told of the process as it starts, and of each line of its stdout. */
  run(args: readonly string[], watch: Watch = {}): Promise<Ended> {
    const env = { ...process.env, ...watch.env };
    const child = spawn(process.execPath, [BIN, ...args], { cwd: this.path, env, stdio: ["ignore", "pipe", "pipe"] });
    watch.start?.(child);
    const lines: string[] = [];
    let stderr = "";
    createInterface({ input: child.stdout }).on("line", (line) => {
      lines.push(line);
      watch.line?.(line, child);
    });
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) => resolve({ code, signal, stdout: lines.join("\n"), stderr }));
    });
  }

  /** The trials of the newest study of the state directory, as `export` gives them. */
  async trials(state: string): Promise<readonly ExportedTrial[]> {
    const { stdout } = await this.run(["export", "--format", "jsonl", "--state", state]);
    return stdout.split("\n").map((line) => JSON.parse(line) as ExportedTrial);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export interface ExportedTrial {
  readonly trial: number;
  readonly state: string;
  readonly parameters: object;
  readonly metrics: object | null;
  readonly attempts: number;
  readonly reason: { readonly code: string; readonly message: string } | null;
}
