import { execFile } from "node:child_process";
import { dirname, join } from "node:path";

/** How a program of the emulator's virtual environment ended. */
export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What `scripts/conformance.mjs` found and made: the environment's python, the emulator's folder, the synthesized app. */
export const emulator: Readonly<Record<"python" | "folder" | "cdkOut", string>> = {
  python: variable("PEGBOX_ORACLE_PYTHON"),
  folder: variable("PEGBOX_ORACLE"),
  cdkOut: variable("PEGBOX_CDK_OUT"),
};

/** Runs a program beside the environment's python, or python itself, from the root of the repository. */
export function runInEnvironment(program: string, ...args: readonly string[]): Promise<Ended> {
  const path = join(dirname(emulator.python), program);
  // a history of a failed execution may be long
  const options = { maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve) => {
    execFile(path, args, options, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
    });
  });
}

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`expected ${name}: run \`npm run test:conformance\``);
  return value;
}
