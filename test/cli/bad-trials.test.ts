import { afterAll, beforeAll, expect, test } from "vitest";
import { Folder } from "./pegbox.ts";

/** Each trial is bad in its own way; the last one is good. All of a trial but its number is left to chance. */
const FUNCTION = `export default async ({ trial }) => {
  switch (trial) {
    case 1: throw new TypeError("thrown");
    case 2: return "garbage";
    case 3: return { metrics: { y: NaN } };
    case 4: process.exit(1);
    case 5: for (;;);
    case 6: return { metrics: { y: 1 }, text: "x".repeat(2 ** 20) };
    case 7: return { metrics: {} };
    case 8: return { infeasible: "not allowed" };
    case 9: return { error: { type: "Unlucky", message: "each time", retryable: true } };
    default: return { metrics: { y: trial } };
  }
};
`;

/** The child of trial 5 and its own shell ignore SIGTERM. */
const COMMAND = `case $(sed 's/.*"trial":\\([0-9]*\\).*/\\1/' "$PEGBOX_REQUEST") in
  1) echo boom >&2; kill -SEGV $$;;
  2) echo garbage;;
  3) echo '{"metrics": {"y": NaN}}';;
  4) echo why >&2; exit 1;;
  5) trap '' TERM; sleep 60 & sleep 60; sleep 60;;
  6) head -c 1048576 /dev/zero | tr '\\0' x > "$PEGBOX_RESULT";;
  7) echo '{"metrics": {}}';;
  8) echo '{"infeasible": "not allowed"}';;
  9) echo '{"error": {"type": "Unlucky", "message": "each time", "retryable": true}}';;
  *) echo '{"metrics": {"y": 10}}';;
esac
`;

const study = (runner: string): string => `
name: bad
metrics: [{ name: y, goal: minimize }]
parameters: { x: { type: float, min: 0, max: 1 } }
strategy: random
trials: 10
parallel: 5
retries: 1
budget: { trialTimeout: 1s }
runner: ${runner}
`;

let folder: Folder;
beforeAll(() => {
  folder = new Folder();
  folder.write("bad.mjs", FUNCTION);
  folder.write("bad.sh", COMMAND);
  folder.write("function.yaml", study("{ function: bad.mjs }"));
  folder.write("command.yaml", study("{ command: sh bad.sh }"));
});
afterAll(() => folder.remove());

const failed = (code: string, attempts = 1): object => ({ state: "FAILED", attempts, code });

test.each([
  ["function", [failed("TypeError"), failed("RESULT_INVALID")], failed("EXIT")],
  ["command", [failed("EXIT"), failed("RESULT_INVALID")], failed("EXIT")],
])("a study of bad trials, %s: each ends for its own reason, and the study goes on", async (runner, first, exited) => {
  const { code, stdout } = await folder.run(["run", `${runner}.yaml`, "--state", runner, "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ status: "COMPLETED", reason: { code: "TRIALS" }, best: { trial: 10 } });
  const trials = await folder.trials(runner);
  expect(trials.map(({ state, attempts, reason }) => ({ state, attempts, code: reason?.code }))).toEqual([
    ...first,
    { state: "INFEASIBLE", attempts: 1, code: "NOT_FINITE" },
    exited,
    failed("TIMEOUT", 2),
    failed("RESULT_TOO_LARGE"),
    failed("RESULT_INVALID"),
    { state: "INFEASIBLE", attempts: 1, code: "INFEASIBLE" },
    failed("Unlucky", 2),
    { state: "SUCCEEDED", attempts: 1, code: undefined },
  ]);
});
