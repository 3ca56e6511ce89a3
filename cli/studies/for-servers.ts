import { PegboxError } from "../../lib/errors/pegbox-error.ts";
import type { StudyFile } from "../../local/study-file.ts";

/** What runs trials on the machine of a file, and is no business of a server's. */
const LOCAL_RUNNERS: ReadonlySet<string> = new Set(["function", "command", "http", "memory"]);

/** The file as an API takes it: of its runner only what a server knows. */
export function forServers({ document, spec }: StudyFile, path: string): object {
  const runner = Object.entries(spec.runner).filter(([key]) => !LOCAL_RUNNERS.has(key));
  if (runner.length > 0) return { ...(document as object), runner: Object.fromEntries(runner) };
  throw new PegboxError("RUNNER_MISSING", `${path}: the study has no runner for AWS`, {
    issues: [
      {
        path: "runner.lambda",
        expected: "the id of a runner that was registered at deploy",
        got: "nothing",
        hint: "add `lambda: ID` under `runner`, beside what runs it here; `pegbox init --aws` writes a stack with one",
      },
    ],
  });
}
