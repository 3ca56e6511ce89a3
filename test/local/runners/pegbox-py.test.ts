import { spawnSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { RESULT_LIMIT_BYTES, type TrialRequest, type TrialResult } from "../../../lib/study/trial-contract.ts";
import { CommandRunner } from "../../../local/runners/command.ts";
import { calm, folder, request } from "./support.ts";

const PYTHONPATH = fileURLToPath(new URL("../../../python", import.meta.url));
const environment = { ...process.env, PYTHONPATH, PYTHONDONTWRITEBYTECODE: "1" };
const python = spawnSync("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 8))"]);
const why = python.status === 0 ? "" : " (skipped: there is no Python 3.8 or newer)";

async function run(script: string, trial: TrialRequest = request()): Promise<TrialResult> {
  const directory = folder();
  writeFileSync(join(directory, "train.py"), `import pegbox\n${script}\n`);
  const runner = new CommandRunner("python3 train.py", { directory, environment, temporary: folder() });
  const result = await runner.run(trial, calm());
  expect(readdirSync(directory)).toEqual(["train.py"]);
  return result;
}

function byHand(script: string): { stdout: string; stderr: string; status: number | null } {
  return spawnSync("python3", ["-c", `import pegbox\n${script}`], { env: environment, encoding: "utf8" });
}

describe.skipIf(python.status !== 0)(`pegbox.py${why}`, () => {
  it("gives the request and takes the result", async () => {
    const script = `
trial = pegbox.trial(learningRate=0.01, layers=2)
assert trial["learningRate"] == 0.5 and trial["layers"] == 2 and "layers" in trial
assert trial.get("momentum", 0.9) == 0.9 and trial.parameters["name"] == "é"
trial.artifacts["log"] = "run.log"
trial.usd = 0.5
print("the last line is not the result")
trial.finish(error=trial["learningRate"], seed=trial.seed, number=trial.number, digits=len(trial.fixed["dataset"]))`;
    expect(await run(script, request({ learningRate: 0.5, name: "é" }))).toEqual({
      metrics: { error: 0.5, seed: 123456, number: 12, digits: 6 },
      artifacts: { log: "run.log" },
      cost: { usd: 0.5 },
    });
  });

  it("says how far to train, and where from and where to", async () => {
    const script = `
trial = pegbox.trial()
far = trial.fidelity.get("epochs", 27)
places = "none" if trial.checkpoint is None else "%s %s" % (trial.checkpoint["from"], trial.checkpoint["to"])
trial.artifacts["places"] = places
trial.finish(error=far)`;
    const cut = { ...request(), fidelity: { epochs: 9 }, checkpoint: { from: null, to: "a" } };
    expect(await run(script, cut)).toEqual({ metrics: { error: 9 }, artifacts: { places: "None a" } });
    expect(await run(script)).toEqual({ metrics: { error: 27 }, artifacts: { places: "none" } });
  });

  it("says what is infeasible, what is not finite, and what went wrong", async () => {
    expect(await run("pegbox.trial().infeasible('no é')")).toEqual({ infeasible: "no é" });
    expect(await run("pegbox.trial().finish(error=float('nan'), n=None)")).toEqual({
      metrics: { error: null, n: null },
    });
    const { error } = await run("raise ValueError('no')");
    expect(error?.type).toBe("EXIT");
    expect(error?.message).toMatch(/^exit 1\nTraceback[\s\S]*ValueError: no$/);
  });

  it("turns the numbers of other libraries into its own", async () => {
    const script = `
from decimal import Decimal
from fractions import Fraction
pegbox.trial().finish(error=Decimal("0.25"), other=Fraction(1, 2), big=2**40, yes=True)`;
    expect(await run(script)).toEqual({ metrics: { error: 0.25, other: 0.5, big: 2 ** 40, yes: 1 } });
    expect((await run("pegbox.trial().finish(error='high')")).error?.message).toContain(
      "metric 'error': expected a number, got 'high'",
    );
  });

  it("is written for Python 3.8", () => {
    const parse = "import ast, sys; ast.parse(open(sys.argv[1]).read(), feature_version=(3, 8))";
    const { stderr } = spawnSync("python3", ["-c", parse, join(PYTHONPATH, "pegbox.py")], { encoding: "utf8" });
    expect(stderr).toBe("");
  });

  it("runs by hand, with the defaults", () => {
    const { stdout } = byHand(`
trial = pegbox.trial(learningRate=0.01)
assert trial.report(1, error=0.5) is False
trial.finish(error=trial["learningRate"])`);
    expect(JSON.parse(stdout)).toEqual({
      metrics: { error: 0.01 },
      measurements: [{ step: 1, metrics: { error: 0.5 } }],
    });
    expect(byHand('pegbox.trial(a=1)["b"]').stderr).toContain("known: a); give it a default: pegbox.trial(b=...)");
  });

  it("ends once", () => {
    const { stdout, stderr } = byHand("trial = pegbox.trial()\ntrial.finish(error=1)\ntrial.infeasible('no')");
    expect(JSON.parse(stdout)).toEqual({ metrics: { error: 1 } });
    expect(stderr).toContain("the trial has ended already");
  });

  it("thins what it reported, never the result", async () => {
    const result = await run(`
trial = pegbox.trial()
for step in range(5000):
    trial.report(step, **{"m" * 60: 0.123456789})
trial.finish(error=1)`);
    expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThan(RESULT_LIMIT_BYTES);
    const steps = (result.measurements ?? []).map(({ step }) => step);
    expect(steps.length).toBeGreaterThan(50);
    expect(new Set(steps.slice(1).map((step, index) => step - (steps[index] ?? 0))).size).toBe(1);
  });

  it("reports live, past a proxy, and hears when to stop", async () => {
    const seen: unknown[] = [];
    const server = createServer(async (incoming, response) => {
      let body = "";
      for await (const chunk of incoming) body += chunk;
      seen.push([incoming.method, incoming.headers.authorization, incoming.headers["content-type"], JSON.parse(body)]);
      if (seen.length === 2) response.writeHead(500);
      response.end(JSON.stringify({ stop: seen.length === 3 }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/report`;
    const script = `
import os
os.environ["http_proxy"] = "http://127.0.0.1:1"
trial = pegbox.trial()
answers = [trial.report(1, error=0.5), trial.report(2, error=float("inf")), trial.report(3, error=0.25)]
assert answers == [False, False, True], answers
trial.finish(error=1)`;
    const trial = { ...request(), report: { url, token: "secret" } };
    // what did not get through comes with the result
    expect(await run(script, trial)).toEqual({
      metrics: { error: 1 },
      measurements: [{ step: 2, metrics: { error: null } }],
    });
    const posted = (step: number, error: number | null): unknown => [
      "POST",
      "Bearer secret",
      "application/json",
      { step, metrics: { error } },
    ];
    expect(seen).toEqual([posted(1, 0.5), posted(2, null), posted(3, 0.25)]);
  });

  it("goes on where nobody hears it, and asks there once", async () => {
    let asked = 0;
    const server = createServer(({ socket }) => {
      asked += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/report`;
    for (const report of [{ url, token: "secret" }, { url: "nowhere", token: "" }, {}]) {
      const script = `
trial = pegbox.trial()
assert [trial.report(step, error=0.5) for step in range(3)] == [False] * 3
trial.finish(error=1)`;
      const result = await run(script, { ...request(), report } as TrialRequest);
      expect(result.measurements?.map(({ step }) => step)).toEqual([0, 1, 2]);
    }
    expect(asked).toBe(1);
  });
});
