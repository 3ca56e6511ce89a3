import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { TrialRequest, TrialResult } from "../../../lib/study/trial-contract.ts";
import { CommandRunner } from "../../../local/runners/command.ts";
import { calm, folder, request } from "./support.ts";

/** Runs one trial in `directory` and sees that no file of it is left. */
async function run(
  command: string | readonly string[],
  { directory = folder(), trial = request(), environment = {} as NodeJS.ProcessEnv } = {},
): Promise<TrialResult> {
  const temporary = folder();
  const inherited = { PATH: process.env["PATH"], ...environment };
  const runner = new CommandRunner(command, { directory, environment: inherited, temporary, graceMs: 100 });
  const result = await runner.run(trial, calm());
  expect(readdirSync(temporary)).toEqual([]);
  await runner.close();
  return result;
}

const node = (code: string): string[] => [process.execPath, "-e", code];

describe("the result of a command", () => {
  it("is the last line of stdout that is not empty", async () => {
    expect(await run(`echo training; echo '{"metrics":{"error":0.03}}'; echo; echo '  '`)).toEqual({
      metrics: { error: 0.03 },
    });
  });

  it("is the file rather than stdout", async () => {
    expect(await run(`echo '{"metrics":{"error":0.5}}' > "$PEGBOX_RESULT"; echo '{"metrics":{"error":1}}'`)).toEqual({
      metrics: { error: 0.5 },
    });
  });

  it("may have no end of line, carriage returns, a byte order mark, any language", async () => {
    expect(await run(`printf '{"infeasible":"café 😀"}'`)).toEqual({ infeasible: "café 😀" });
    expect(await run(`printf '{"infeasible":"why"}\\r\\n'`)).toEqual({ infeasible: "why" });
    expect(await run(`printf '\\357\\273\\277{"infeasible":"why"}' > "$PEGBOX_RESULT"`)).toEqual({ infeasible: "why" });
  });

  it("may hold NaN as Python writes it", async () => {
    expect(await run(`echo '{"metrics": {"error": NaN}}'`)).toEqual({ metrics: { error: null } });
  });

  it("passes through what the trial declares", async () => {
    expect(await run(`echo '{"error":{"type":"Diverged","message":"loss","retryable":true}}'`)).toEqual({
      error: { type: "Diverged", message: "loss", retryable: true },
    });
  });

  it("is RESULT_INVALID when there is none, or garbage", async () => {
    const none = await run("echo warning >&2");
    expect(none.error?.type).toBe("RESULT_INVALID");
    expect(none.error?.message).toMatch(/neither the file PEGBOX_RESULT nor a line on stdout\nwarning$/);
    expect((await run("echo Done.")).error?.message).toContain("got Done.");
    expect((await run("echo 0.03")).error?.message).toContain("is not an object");
    expect((await run('mkdir "$PEGBOX_RESULT"')).error?.message).toContain("cannot be read");
  });

  it("is RESULT_TOO_LARGE on stdout and in the file", async () => {
    const huge = `JSON.stringify({ metrics: { error: 1 }, artifacts: { log: "x".repeat(SIZE) } })`;
    for (const size of ["40000", "1 << 20"]) {
      const text = huge.replace("SIZE", size);
      expect((await run(node(`console.log(${text})`))).error?.type).toBe("RESULT_TOO_LARGE");
      const file = await run(node(`require("fs").writeFileSync(process.env.PEGBOX_RESULT, ${text})`));
      expect(file.error).toMatchObject({ type: "RESULT_TOO_LARGE", message: expect.stringContaining("artifacts") });
    }
  });

  it("is found behind any amount of output", async () => {
    const chatty = `for (let i = 0; i < 2e5; i++) console.log("step " + i); console.log('{"metrics":{"error":1}}')`;
    expect(await run(node(chatty))).toEqual({ metrics: { error: 1 } });
  });
});

describe("a command that fails", () => {
  it("says its exit code and the last of stderr, and no result counts", async () => {
    const result = await run(`echo '{"metrics":{"error":0}}'; echo 'ValueError: no' >&2; exit 3`);
    expect(result).toEqual({ error: { type: "EXIT", message: "exit 3\nValueError: no" } });
  });

  it("keeps the end of a long stderr", async () => {
    const { error } = await run(node(`process.stderr.write("x".repeat(1e6) + " last words", () => process.exit(1))`));
    expect(error?.message).toMatch(/^exit 1\nx+ last words$/);
    expect(error?.message.length).toBeLessThan(2_100);
  });

  it("names the signal that killed it", async () => {
    expect((await run(["/bin/sh", "-c", "kill -SEGV $$"])).error).toEqual({
      type: "SIGNAL",
      message: "killed by SIGSEGV",
    });
    expect((await run(`/bin/sh -c 'kill -ABRT $$'; exit $?`)).error?.message).toContain("exit 134 (SIGABRT)");
  });

  it("takes SIGKILL for a lack of memory, also through a shell", async () => {
    expect((await run(["/bin/sh", "-c", "kill -KILL $$"])).error?.type).toBe("OUT_OF_MEMORY");
    expect((await run("exit 137")).error?.type).toBe("OUT_OF_MEMORY");
  });

  it("says why it could not be started", async () => {
    expect((await run(["no-such-program"])).error).toEqual({
      type: "SPAWN",
      message: 'cannot start "no-such-program": no such program (ENOENT)',
      retryable: false,
    });
    const directory = folder();
    writeFileSync(join(directory, "plain"), "text");
    expect((await run(["./plain"], { directory })).error?.message).toContain("not executable (EACCES)");
    expect((await run("no-such-program")).error?.message).toMatch(/^exit 127\n.*not found/);
    expect((await run("true", { trial: request({ name: "a\0b" }) })).error?.type).toBe("SPAWN");
  });
});

describe("what a command is given", () => {
  it("is the request, as a file", async () => {
    const trial: TrialRequest = { ...request(), deadline: "2026-11-23T12:00:00Z" };
    const read = `const r = JSON.parse(require("fs").readFileSync(process.env.PEGBOX_REQUEST)); console.log(JSON.stringify({ infeasible: r }))`;
    expect(await run(node(read), { trial })).toEqual({ infeasible: trial });
  });

  it("is each active parameter: strings bare, other values JSON, inherited ones unset", async () => {
    const trial = request({ learningRate: 1e-7, layers: 3, optimizer: "sgd momentum", nesterov: true, decay: null });
    const names = `Object.fromEntries(Object.entries(process.env).filter(([name]) => /^(PEGBOX_PARAM_|HOME)/.test(name)))`;
    const environment = { PEGBOX_PARAM_momentum: "0.9", PEGBOX_PARAM_layers: "9", HOME: "/home/me" };
    expect(await run(node(`console.log(JSON.stringify(${names}))`), { trial, environment })).toEqual({
      PEGBOX_PARAM_learningRate: "1e-7",
      PEGBOX_PARAM_layers: "3",
      PEGBOX_PARAM_optimizer: "sgd momentum",
      PEGBOX_PARAM_nesterov: "true",
      PEGBOX_PARAM_decay: "null",
      HOME: "/home/me",
    });
  });

  it("never gets a value into the shell", async () => {
    const directory = folder();
    const trial = request({ optimizer: "; touch stolen; $(touch stolen) `touch stolen`" });
    const echo = `printf '%s' "$PEGBOX_PARAM_optimizer" > seen; echo '{"metrics":{}}'`;
    expect(await run(echo, { directory, trial })).toEqual({ metrics: {} });
    expect(readdirSync(directory)).toEqual(["seen"]);
  });

  it("is a shell for a string, and none for a list", async () => {
    const shown = `console.log(JSON.stringify({ infeasible: process.argv[1] }))`;
    const environment = { WORD: "shell" };
    const string = await run(`"${process.execPath}" -e '${shown}' $WORD`, { environment });
    expect(string).toEqual({ infeasible: "shell" });
    expect(await run([...node(shown), "$WORD; *"], { environment })).toEqual({ infeasible: "$WORD; *" });
  });

  it("is the study's folder, from which relative programs are found", async () => {
    const directory = folder();
    mkdirSync(join(directory, "bin"));
    writeFileSync(join(directory, "bin", "train.sh"), `#!/bin/sh\ntouch here\necho '{"metrics":{}}'\n`, {
      mode: 0o755,
    });
    expect(await run(["./bin/train.sh"], { directory })).toEqual({ metrics: {} });
    expect(existsSync(join(directory, "here"))).toBe(true);
  });

  it("is no input: a command that reads it goes on", async () => {
    expect(await run(`cat; echo '{"metrics":{}}'`)).toEqual({ metrics: {} });
  });
});
