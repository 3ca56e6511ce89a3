import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";

const BRIDGE = join(import.meta.dirname, "../../examples/bridge/bridge.py");
const python = spawnSync("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 8))"]).status === 0;

/** In place of boto3, which `npm test` has not: a queue of two messages, and a workflow that has given up the first. */
const BOTO3 = `
import json, os

class Gone(Exception): pass

class Exceptions:
    TaskTimedOut = type("TaskTimedOut", (Gone,), {})
    TaskDoesNotExist = type("TaskDoesNotExist", (Gone,), {})
    InvalidToken = type("InvalidToken", (Gone,), {})

class Workflow:
    exceptions = Exceptions
    def send_task_heartbeat(self, taskToken): pass
    def send_task_success(self, **told): self.tell("success", told)
    def send_task_failure(self, **told): self.tell("failure", told)
    def tell(self, kind, told):
        print(kind, told["taskToken"], told.get("error", ""), flush=True)
        if told["taskToken"] == "given up":
            raise getattr(Exceptions, os.environ["REFUSED_WITH"])("refused")

class Queue:
    waiting = ["given up", "wanted"]
    def receive_message(self, **_):
        if not self.waiting: return {}
        request = {"parameters": {}}
        body = {"taskToken": self.waiting.pop(0), "heartbeatSeconds": 300, "request": request}
        return {"Messages": [{"ReceiptHandle": "r", "Body": json.dumps(body)}]}
    def delete_message(self, **_): pass

def client(name): return Queue() if name == "sqs" else Workflow()
`;

function bridge(REFUSED_WITH: string, script: string) {
  const folder = mkdtempSync(join(tmpdir(), "pegbox-bridge-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "boto3.py"), BOTO3);
  const env = { ...process.env, PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: "1", REFUSED_WITH };
  const args = [BRIDGE, "--queue-url", "q", "--once", "python3", "-c", script];
  const { status, stdout, stderr } = spawnSync("python3", args, { env, encoding: "utf8" });
  return { status, told: stdout.trim().split("\n"), stderr };
}

describe.skipIf(!python)("the bridge, of a trial that the workflow has given up (skipped without python3)", () => {
  it.each(["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])("that failed: goes on after %s", (refusal) => {
    const { status, told, stderr } = bridge(refusal, "raise SystemExit(3)");
    expect([status, told]).toEqual([0, ["failure given up EXIT", "failure wanted EXIT"]]);
    expect(stderr).toContain("the workflow has given this trial up");
  });

  it("that ended: goes on", () => {
    const { status, told } = bridge("TaskTimedOut", 'print(\'{"metrics": {"error": 1}}\')');
    expect([status, told.map((line) => line.trim())]).toEqual([0, ["success given up", "success wanted"]]);
  });

  it("that it was told to end with: ends without an error", () => {
    const { status, told } = bridge(
      "TaskTimedOut",
      "import os; os.kill(os.getppid(), 15); import time; time.sleep(60)",
    );
    expect([status, told]).toEqual([0, ["failure given up Pegbox.Interrupted"]]);
  });
});
