import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Ended, Folder } from "./pegbox.ts";

/** What the processes inherit: the same text whoever runs the tests. */
vi.hoisted(() => {
  delete process.env["FORCE_COLOR"];
  process.env["NO_COLOR"] = "1";
});

const TRIAL = `export default ({ trial, parameters: { x } }) => {
  if (process.env.FAIL === "all" || trial === 4) throw new Error("no memory");
  return trial === 5 ? { metrics: { y: NaN } } : { metrics: { y: (x - 0.3) ** 2, seconds: trial } };
};
`;

const study = (name: string, more = "", runner = "{ function: trial.mjs }"): string => `
name: ${name}
metrics: [{ name: y, goal: minimize }]
parameters: { x: { type: float, min: 0, max: 1 } }
strategy: random
retries: 0
${more}
runner: ${runner}
`;

const WRONG = `
metrics: [{ name: y, goal: maximise }]
parameters: { x: { type: float, min: 2, max: 1 }, "a b": { type: int, min: 0, max: 3 } }
trails: 7
budget: { usd: 0 }
`;

let folder: Folder;
/** One study that others look at. */
let done: Ended;

beforeAll(async () => {
  folder = new Folder();
  folder.write("trial.mjs", TRIAL);
  folder.write("done.yaml", study("done", "trials: 6"));
  folder.write("wrong.yaml", WRONG);
  folder.write("tab.yaml", "metrics:\n\t- { name: y, goal: minimize }\n");
  folder.write("empty.yaml", "");
  folder.write("no-text", "not a folder");
  mkdirSync(join(folder.path, "a folder"));
  folder.write("a folder/stüdy.yaml", study("elsewhere", "trials: 2"));
  folder.write("a folder/trial.mjs", TRIAL);
  mkdirSync(join(folder.path, "strange"));
  folder.write("strange/pegbox.db", "not a database\n".repeat(300));
  done = await folder.run(["run", "done.yaml"]);
});
afterAll(() => folder.remove());

describe.concurrent("a wrong call ends with 2, a reason on stderr, and nothing on stdout", () => {
  test.each<[args: string[], reason: string | RegExp]>([
    [["rnu"], "error unknown command 'rnu'\nhint  did you mean run?"],
    [["run"], "missing required argument 'file'"],
    [["run", "done.yaml", "--resme"], "did you mean --resume?"],
    [["show", "a", "b"], "too many arguments"],
    [["show", "--trial", "0"], "the number of a trial"],
    [["export", "--format", "xml"], "Allowed choices are csv, jsonl"],
    [["export", "--state"], "argument missing"],
    [["run", "none.yaml"], /none\.yaml: there is none\nhint {2}`pegbox init`/],
    [["run", "a folder"], "a folder: it is a directory"],
    [["run", "done.yaml", "--state", "no-text"], /no-text, it is a file\nhint/],
    [["list", "--state", "strange"], "expected a SQLite file at strange/pegbox.db"],
    [["show", "--state", "none"], "expected studies in none"],
    [["show", "none"], 'id or name "none" in .pegbox'],
    [["export", "none"], 'id or name "none"'],
    [["init", "none/study.yaml"], "there is no such folder"],
    [["init", "done.yaml"], "expected no file at done.yaml"],
    [["validate", "empty.yaml"], "(file)  expected a mapping, got null"],
    [["validate", "tab.yaml"], "line 2  expected spaces before the first word, got a tab: - { name: y"],
  ])("%j", async (args, reason) => {
    const { code, stdout, stderr } = await folder.run(args);
    expect(stderr).toMatch(reason instanceof RegExp ? reason : new RegExp(quoted(reason)));
    expect(stderr).not.toMatch(/^\s+at /m);
    expect([code, stdout]).toEqual([2, ""]);
  });

  test("every problem of a file, each by its path", async () => {
    const { code, stderr } = await folder.run(["run", "wrong.yaml"]);
    expect(stderr).toContain("wrong.yaml: the study has 6 problems");
    for (const path of ["metrics.0.goal", "parameters.x", "parameters.a b", "trails", "budget.usd", "runner"]) {
      expect(stderr).toMatch(new RegExp(`^${quoted(path)}`, "m"));
    }
    expect(stderr).toContain('did you mean "trials"');
    expect(code).toBe(2);
  });
});

const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

describe.concurrent("--json: one document on stdout, whatever happens", () => {
  test.each<[args: string[], code: number, document: object]>([
    [["validate", "done.yaml", "--json"], 0, { valid: true }],
    [["list", "--state", "none", "--json"], 0, { studies: [], next: null }],
    [["show", "done", "--json"], 0, { name: "done", status: "COMPLETED", trials: { total: 6, succeeded: 4 } }],
    [["list", "--json"], 0, { studies: [{ name: "done", best: { trial: expect.any(Number) } }], next: null }],
    [["show", "done", "--trial", "1", "--json"], 0, { trial: 1, state: "SUCCEEDED" }],
    [["show", "done", "--trial", "99", "--json"], 2, { error: { code: "NOT_FOUND", issues: [] } }],
    [["show", "none", "--json"], 2, { error: { code: "NOT_FOUND", issues: [] } }],
    [["validate", "wrong.yaml", "--json"], 2, { error: { code: "INVALID_STUDY" } }],
    [["run", "none.yaml", "--json"], 2, { error: { code: "NOT_FOUND" } }],
    [["export", "--format", "xml", "--json"], 2, { error: { code: "INVALID_INPUT" } }],
    [["rnu", "--json"], 2, { error: { code: "INVALID_INPUT", hint: "did you mean run?" } }],
  ])("%j", async (args, code, document) => {
    const ended = await folder.run(args);
    expect(JSON.parse(ended.stdout)).toMatchObject(document);
    expect([ended.code, ended.stderr]).toEqual([code, ""]);
  });

  test("the view of a study has the keys of its contract", async () => {
    const view = JSON.parse((await folder.run(["show", "--json"])).stdout) as Record<string, object>;
    expect(Object.keys(view)).toEqual(
      "id name status reason seed strategy trials best spend createdAt updatedAt".split(" "),
    );
    expect(Object.keys(view["trials"] ?? {})).toEqual(
      "total proposed running paused succeeded infeasible failed stopped cancelled".split(" "),
    );
  });
});

describe.concurrent("what a finished study prints", () => {
  test("run: a line a trial, the winner, and commands that work when pasted", async () => {
    expect(done.code).toBe(0);
    expect(done.stdout).toMatch(/^done-\w{7} started: 6 trials, 1 at a time, strategy random, seed 0$/m);
    expect(done.stdout).toMatch(/^4\/6 {2}trial 4 {2}FAILED Error: no memory/m);
    expect(done.stdout).toMatch(/^6 of 6 trials ended: 4 succeeded, 1 infeasible, 1 failed$/m);
    expect(done.stdout).toMatch(/^best: trial \d, y=[\d.e-]+ seconds=\d$/m);
    const pasted = /^look again +(?:pegbox|node \S+) (show \S+)$/m.exec(done.stdout)?.[1]?.split(" ") ?? [];
    const { code, stdout } = await folder.run(pasted);
    expect([code, stdout.split("\n")[1]]).toEqual([0, "6 of 6 trials ended: 4 succeeded, 1 infeasible, 1 failed"]);
  });

  test("export: all metrics as columns, and as JSON lines in order of number", async () => {
    const csv = (await folder.run(["export"])).stdout.split("\n");
    expect(csv[0]).toBe("trial,state,feasible,p.x,m.y,m.seconds,attempts,reason,startedAt,endedAt");
    expect(csv[4]).toMatch(/^4,FAILED,,0\.\d+,,,1,Error,2\d{3}-.*Z,2\d{3}-.*Z$/);
    const lines = (await folder.run(["export", "done", "--format", "jsonl"])).stdout.split("\n");
    const trials = lines.map((line) => JSON.parse(line) as { trial: number });
    expect(trials.map(({ trial }) => trial)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(Object.keys(trials[0] ?? {})).toEqual(
      "trial state feasible parameters metrics attempts fidelity reason startedAt endedAt cost decision".split(" "),
    );
  });

  test("list, and a folder where nothing ran yet", async () => {
    expect((await folder.run(["list"])).stdout).toMatch(/^done-\w{7} +COMPLETED +6 +y=/m);
    const { code, stdout } = await folder.run(["list", "--state", "none"]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^no studies in none yet: .* run FILE makes one$/)]);
  });

  test("a study in a folder with a space runs there, and its state stays here", async () => {
    const { code, stdout } = await folder.run(["run", "a folder/stüdy.yaml", "--state", "a state"]);
    expect([code, stdout]).toEqual([0, expect.stringContaining("--state 'a state'")]);
    expect(readFileSync(join(folder.path, "a state/.gitignore"), "utf8")).toBe("*\n");
  });
});

describe.concurrent("help and version", () => {
  test("of the whole, with every command", async () => {
    const { code, stdout } = await folder.run(["--help"]);
    expect(code).toBe(0);
    for (const name of ["init", "validate", "run", "list", "show", "export", "serve", "optimize"]) {
      expect(stdout).toMatch(new RegExp(`^ {2}${name}\\b`, "m"));
    }
  });

  test("without a word: the help, as a wrong call", async () => {
    const { code, stdout, stderr } = await folder.run([]);
    expect([code, stdout, stderr]).toEqual([2, "", expect.stringContaining("Usage: pegbox")]);
  });

  test("of a command, and the version", async () => {
    const [help, version] = await Promise.all([folder.run(["help", "run"]), folder.run(["-v"])]);
    expect([help.code, help.stdout]).toEqual([0, expect.stringContaining("--resume")]);
    expect([version.code, version.stdout]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+$/)]);
  });
});

describe.concurrent("the end of a study", () => {
  const dear = '{ command: "echo \'{\\"metrics\\":{\\"y\\":1},\\"cost\\":{\\"usd\\":0.01}}\'" }';
  const slow = '{ command: "sleep 0.3; echo \'{\\"metrics\\":{\\"y\\":1}}\'" }';
  test.each<[name: string, more: string, runner: string | undefined, status: string, code: number]>([
    ["TARGET", "trials: 50\nstopping: { target: 10 }", undefined, "COMPLETED", 0],
    ["NO_PROGRESS", "trials: 200\nstopping: { noProgress: 5 }", undefined, "COMPLETED", 0],
    ["REGRET", "trials: 50\nstopping: { regret: 0.1 }", undefined, "COMPLETED", 0],
    ["EXHAUSTED", "trials: 50\nenqueue: [{ x: 0.1 }, { x: 0.2 }]", undefined, "COMPLETED", 0],
    ["WALL_CLOCK", "trials: 50\nbudget: { wallClock: 100ms }", slow, "STOPPED", 3],
    ["BUDGET_USD", "trials: 50\nbudget: { usd: 0.025, usdPerHour: 0 }", dear, "STOPPED", 3],
    ["FAILURES", "trials: 50", '{ command: "exit 3" }', "FAILED", 1],
  ])("%s", async (reason, more, runner, status, code) => {
    const text = study(reason.toLowerCase(), more, runner);
    const file = `${reason}.yaml`;
    folder.write(file, reason === "EXHAUSTED" ? text.replace("strategy: random", "strategy: manual") : text);
    const ended = await folder.run(["run", file, "--json", "--state", reason]);
    expect([ended.code, JSON.parse(ended.stdout)]).toEqual([
      code,
      expect.objectContaining({ status, reason: { code: reason, message: expect.any(String) } }),
    ]);
  });
});

test("init writes a study that runs, and overwrites nothing", async () => {
  const empty = new Folder();
  try {
    expect((await empty.run(["init"])).code).toBe(0);
    const again = await empty.run(["init"]);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining("nothing is overwritten")]);
    const { code, stdout } = await empty.run(["run", "study.yaml"]);
    expect([code, stdout]).toEqual([0, expect.stringContaining("30 of 30 trials ended: 30 succeeded")]);
  } finally {
    empty.remove();
  }
});
