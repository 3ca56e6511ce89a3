import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** `pegbox optimize` in a process of its own: a line in, a line out. */
export class AskTellProcess {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  constructor() {
    const command = fileURLToPath(new URL("../bin/pegbox.js", import.meta.url));
    this.#child = spawn(process.execPath, [command, "optimize"], { stdio: ["pipe", "pipe", "inherit"] });
    this.#answers = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  /** @throws {Error} when the answer is an error, or the process has ended */
  async call(line: object): Promise<Readonly<Record<string, unknown>>> {
    this.#child.stdin!.write(`${JSON.stringify(line)}\n`);
    const { value, done } = await this.#answers.next();
    if (done === true) throw new Error("pegbox optimize ended before it answered");
    const answer = JSON.parse(value) as Readonly<Record<string, unknown>>;
    if (answer["error"] !== undefined) throw new Error(value);
    return answer;
  }

  /** Largest resident memory so far, in MB: Linux only, it reads /proc. */
  peakMb(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, "utf8");
    return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]) / 1024;
  }

  /** Milliseconds that its main thread has run so far, which do not grow while others have the core: Linux only. */
  cpuMs(): number {
    const [nanoseconds] = readFileSync(`/proc/${this.#child.pid}/schedstat`, "utf8").split(" ");
    return Number(nanoseconds) / 1e6;
  }

  close(): void {
    this.#child.stdin!.end();
  }
}
