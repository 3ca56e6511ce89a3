import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { RESULT_LIMIT_BYTES, type TrialRequest, type TrialResult } from "../../../lib/study/trial-contract.ts";
import { type FunctionRunnerOptions, functionRunner } from "../../../local/runners/function.ts";
import type { LocalRunner } from "../../../local/runners/runner.ts";
import { calm, folder, request } from "./support.ts";

interface Module extends Pick<FunctionRunnerOptions, "parallel" | "memoryBytes"> {
  readonly name: string;
  /** Others beside it, by path. */
  readonly files: Record<string, string>;
}

/** A runner for a module of the given text. */
async function runnerOf(
  text: string,
  { name = "trial.mjs", files = {}, ...limits }: Partial<Module> = {},
): Promise<LocalRunner> {
  const directory = folder();
  for (const [path, content] of Object.entries({ ...files, [name]: text })) {
    mkdirSync(join(directory, path, ".."), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  const shared = { parallel: 1, environment: { ...process.env, GREETING: "hello" }, temporary: folder() };
  const runner = await functionRunner(join(directory, name), { ...shared, ...limits });
  onTestFinished(() => runner.close());
  return runner;
}

async function run(text: string, trial: TrialRequest = request()): Promise<TrialResult> {
  return (await runnerOf(text)).run(trial, calm());
}

const body = (statements: string): string => `export default async (request, { report, signal }) => { ${statements} };`;

describe("the result of a function", () => {
  it("is what it returns for the request", async () => {
    const trial = request({ learningRate: 0.5, name: "café 😀" });
    expect(
      await run(body("return { metrics: { error: request.parameters.learningRate }, got: request };"), trial),
    ).toEqual({
      metrics: { error: 0.5 },
      got: trial,
    });
  });

  it("may come from a plain function, and from CommonJS", async () => {
    expect(await run("export default () => ({ metrics: { error: 1 } })")).toEqual({ metrics: { error: 1 } });
    const common = await runnerOf("module.exports = () => ({ infeasible: 'why' });", { name: "trial.js" });
    expect(await common.run(request(), calm())).toEqual({ infeasible: "why" });
  });

  it("has null for what is not finite", async () => {
    expect(await run(body("return { metrics: { a: NaN, b: -Infinity } };"))).toEqual({ metrics: { a: null, b: null } });
  });

  it("sees the environment", async () => {
    expect(await run(body("return { infeasible: process.env.GREETING };"))).toEqual({ infeasible: "hello" });
  });

  it.each([
    ["undefined", ""],
    ["undefined", "return undefined;"],
    ["null", "return null;"],
    ["number", "return 0.03;"],
    ["function", "return () => 1;"],
    ["an array", "return [1];"],
    ["circular", "const a = {}; a.a = a; return a;"],
    ["BigInt", "return { metrics: { error: 1n } };"],
    ["is not an object", "return new Date(0);"],
  ])("is RESULT_INVALID: %s", async (got, statements) => {
    const { error } = await run(body(statements));
    expect(error?.type).toBe("RESULT_INVALID");
    expect(error?.message).toContain(got);
  });

  it("is RESULT_TOO_LARGE from 1 MB on, and the next trial goes on", async () => {
    const runner = await runnerOf(body("return { log: 'x'.repeat(request.parameters.size) };"));
    expect((await runner.run(request({ size: 1 << 20 }), calm())).error).toMatchObject({
      type: "RESULT_TOO_LARGE",
      message: expect.stringContaining("artifacts"),
    });
    expect(await runner.run(request({ size: 1 }), calm())).toEqual({ log: "x" });
  });
});

describe("a function that fails", () => {
  it("says the error's name, message and place, and the end of what was printed", async () => {
    const { error } = await run(
      "export default async () => {\n  console.log('epoch 1');\n  throw new RangeError('diverged');\n};",
    );
    expect(error?.type).toBe("RangeError");
    expect(error?.message).toMatch(/^diverged\n\s+at .*trial\.mjs:3:9\)?\nepoch 1$/);
    expect(error?.retryable).toBeUndefined();
  });

  it("may throw anything", async () => {
    expect((await run(body("throw 'no';"))).error).toEqual({ type: "Error", message: "threw no" });
    expect((await run(body("throw null;"))).error?.message).toBe("threw null");
  });

  it("fails when a promise that nobody awaits does, and the next trial gets a new thread", async () => {
    const runner = await runnerOf(
      body(
        "if (request.parameters.bad) { Promise.reject(new TypeError('lost')); await new Promise(() => {}); } return { metrics: {} };",
      ),
    );
    expect((await runner.run(request({ bad: true }), calm())).error).toMatchObject({
      type: "TypeError",
      message: expect.stringMatching(/^lost\n\s+at/),
    });
    expect(await runner.run(request({ bad: false }), calm())).toEqual({ metrics: {} });
  });

  it("cannot end Pegbox", async () => {
    const runner = await runnerOf(body("if (request.parameters.bad) process.exit(3); return { metrics: {} };"));
    const bad = await runner.run(request({ bad: true }), calm());
    expect(bad.error).toEqual({ type: "EXIT", message: "the trial ended its thread with exit code 3" });
    expect(await runner.run(request({ bad: false }), calm())).toEqual({ metrics: {} });
  });

  it("is OUT_OF_MEMORY when its heap is full, and Pegbox goes on", () => {
    const directory = folder();
    writeFileSync(join(directory, "trial.mjs"), body("const all = []; for (;;) all.push(new Array(1e5).fill(0.5));"));
    const here = fileURLToPath(new URL("../../../local/runners/function.ts", import.meta.url));
    writeFileSync(
      join(directory, "pegbox.mts"),
      `import { type FunctionRunnerOptions, functionRunner } from ${JSON.stringify(here)};
       const options = { parallel: 1, environment: process.env, temporary: "." };
       const runner = await functionRunner(${JSON.stringify(join(directory, "trial.mjs"))}, options);
       const signal = new AbortController().signal;
       console.log(JSON.stringify(await runner.run({ parameters: {} }, { signal, timeoutMs: null })));
       await runner.close();`,
    );
    // Not the heap of this machine's size.
    const flags = ["--max-old-space-size=100", "--import", import.meta.resolve("tsx"), "pegbox.mts"];
    const { stdout } = spawnSync(process.execPath, flags, { cwd: directory, encoding: "utf8" });
    expect(JSON.parse(stdout).error).toMatchObject({ type: "OUT_OF_MEMORY", retryable: false });
  });

  it("is OUT_OF_MEMORY over its own limit, and the next trial gets a new thread", async () => {
    const greedy = "const all = []; while (request.parameters.bad) all.push(new Array(1e5).fill(0.5));";
    const runner = await runnerOf(body(`${greedy} return { metrics: {} };`), { memoryBytes: 50 * 2 ** 20 });
    const bad = await runner.run(request({ bad: true }), calm());
    expect(bad.error).toMatchObject({ type: "OUT_OF_MEMORY", retryable: false });
    expect(await runner.run(request({ bad: false }), calm())).toEqual({ metrics: {} });
  });

  it("is TIMEOUT when it does not end, also in a busy loop, and the next trial gets a new thread", async () => {
    const runner = await runnerOf(body("if (request.parameters.bad) for (;;); return { metrics: {} };"));
    expect((await runner.run(request({ bad: true }), calm(50))).error).toEqual({
      type: "TIMEOUT",
      message: "exceeded 0.05 s",
      retryable: true,
    });
    expect(await runner.run(request({ bad: false }), calm())).toEqual({ metrics: {} });
  });

  it("hears of its time-out by its signal", async () => {
    const file = join(folder(), "heard");
    const runner = await runnerOf(
      `import { writeFileSync } from "node:fs";
       export default (_, { signal }) => new Promise((resolve) => signal.addEventListener("abort", () => {
         writeFileSync(${JSON.stringify(file)}, "yes"); resolve({ metrics: {} });
       }));`,
    );
    expect((await runner.run(request(), calm(50))).error?.type).toBe("TIMEOUT");
    expect(readFileSync(file, "utf8")).toBe("yes");
  });
});

describe("an interrupted function", () => {
  it("is terminated, and run rejects; those that wait do as well", async () => {
    const runner = await runnerOf(body("await new Promise(() => {});"));
    const person = new AbortController();
    const runs = [1, 2].map(() => runner.run(request(), { signal: person.signal, timeoutMs: null }));
    const rejected = Promise.all(runs.map((one) => expect(one).rejects.toMatchObject({ name: "Pegbox.Interrupted" })));
    person.abort();
    await rejected;
  });

  it("is terminated by close, and nothing runs afterwards", async () => {
    const runner = await runnerOf(body("for (;;);"));
    const rejected = expect(runner.run(request(), calm(null))).rejects.toMatchObject({ name: "Pegbox.Interrupted" });
    await Promise.resolve();
    await runner.close();
    await rejected;
    await expect(runner.run(request(), calm())).rejects.toMatchObject({ name: "Pegbox.Interrupted" });
  });
});

describe("report", () => {
  it("answers that the trial goes on, and its measurements come with the result", async () => {
    const text = body(`
      const metrics = { error: 1 };
      const answer = await report(1, metrics);
      metrics.error = NaN;
      await report(2, metrics);
      return { metrics: {}, answer };`);
    expect(await run(text)).toEqual({
      metrics: {},
      answer: { stop: false },
      measurements: [
        { step: 1, metrics: { error: 1 } },
        { step: 2, metrics: { error: null } },
      ],
    });
  });

  it("never makes a result too large: the series is thinned evenly", async () => {
    const text = body(`
      for (let step = 0; step < 10_000; step++) await report(step, { ["x".repeat(300)]: 0.5 });
      return { log: "x".repeat(20_000) };`);
    const result = await run(text);
    expect(result.error).toBeUndefined();
    expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThanOrEqual(RESULT_LIMIT_BYTES);
    const steps = (result.measurements ?? []).map(({ step }) => step);
    expect(steps.length).toBeGreaterThan(10);
    expect(new Set(steps.slice(1).map((step, index) => step - (steps[index] ?? 0))).size).toBe(1);
  });

  it("yields to measurements that the trial returns itself, and to a result that leaves no room", async () => {
    const own = await run(body("await report(1, { a: 1 }); return { metrics: {}, measurements: [] };"));
    expect(own).toEqual({ metrics: {}, measurements: [] });
    const full = await run(body("await report(1, { a: 1 }); return { log: 'x'.repeat(32_750) };"));
    expect(full.measurements).toBeUndefined();
  });
});

describe("threads", () => {
  it("are started when needed, used again, and no more than there are slots", async () => {
    const runner = await runnerOf(
      `import { threadId } from "node:worker_threads";
       export default async () => { await new Promise((done) => setTimeout(done, 20)); return { thread: threadId }; };`,
      { parallel: 2 },
    );
    const one = async (): Promise<number> => ((await runner.run(request(), calm())) as { thread: number }).thread;
    const first = await one();
    expect(await one()).toBe(first);
    const many = await Promise.all(Array.from({ length: 8 }, one));
    expect(new Set(many).size).toBe(2);
  });
});

describe("TypeScript", () => {
  const files = {
    "lib/scale.ts": `import { readFileSync } from "node:fs";
      export const factor: number = Number(readFileSync(new URL("./factor.txt", import.meta.url), "utf8"));
      export const here: string = import.meta.dirname;`,
    "lib/factor.txt": "3",
    "node_modules/esm-only/package.json": `{ "name": "esm-only", "type": "module", "exports": { "import": "./main.js" } }`,
    "node_modules/esm-only/main.js": "export const one = 1;",
  };

  it("is bundled with its imports; files and packages are found from where they stand", async () => {
    const text = `import { basename } from "node:path";
      import { one } from "esm-only";
      import type { Nothing } from "nowhere";
      import { factor, here } from "./lib/scale.ts";
      export default async (request: { trial: number }) =>
        ({ metrics: { error: factor * one * request.trial }, infeasible: basename(here) });`;
    const runner = await runnerOf(text, { name: "trial.ts", files });
    expect(await runner.run(request(), calm())).toEqual({ metrics: { error: 36 }, infeasible: "lib" });
  });

  it("has its own lines in stack traces", async () => {
    const text = `interface Unused { a: number }\n\nexport default async (): Promise<never> => {\n  throw new Error("here");\n};`;
    const { error } = await (await runnerOf(text, { name: "trial.ts" })).run(request(), calm());
    expect(error?.message).toMatch(/trial\.ts:4:\d+/);
  });

  it("is refused with the position of each error", async () => {
    await expect(runnerOf("const a: number = 1\nexport defaul a;", { name: "trial.ts" })).rejects.toMatchObject({
      code: "INVALID_INPUT",
      issues: [{ path: "runner.function", got: expect.stringMatching(/^trial\.ts:2:8: /) }],
    });
    await expect(runnerOf("import './gone.ts';", { name: "trial.ts" })).rejects.toMatchObject({
      issues: [{ got: expect.stringContaining("./gone.ts") }],
    });
    await expect(runnerOf("import 'gone';", { name: "trial.ts" })).rejects.toMatchObject({
      issues: [{ got: expect.stringContaining("gone") }],
    });
  });
});

describe("a module that cannot be used is refused before the first trial:", () => {
  it.each([
    ["no default export", "export const a = 1;", /no default export/],
    ["a default that is no function", "export default 3;", /no default export that is a function/],
    ["a syntax error", "export default async () => {\n  const = 1;\n};", /trial\.mjs:2:\d+: /],
    ["an error on import", "throw new Error('no data');", /no data/],
    ["an end on import", "process.exit(0);", /exit code 0/],
    ["a missing package", "import 'no-such-package';", /no-such-package/],
  ])("%s", async (_, text, message) => {
    await expect(runnerOf(text)).rejects.toMatchObject({
      code: "INVALID_INPUT",
      message: expect.stringMatching(message),
    });
  });

  it("another language", async () => {
    await expect(runnerOf("", { name: "train.py" })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });

  it("no file", async () => {
    const options = { parallel: 1, environment: {}, temporary: folder() };
    await expect(functionRunner(join(folder(), "gone.mjs"), options)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
