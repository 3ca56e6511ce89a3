import { once } from "node:events";
import { existsSync, readFileSync, watch } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CommandRunner } from "../../../local/runners/command.ts";
import { calm, folder, isAlive, request } from "./support.ts";

/** A command whose child ignores SIGTERM, and which says in `pids` who they are, the child last. */
const STUBBORN = `
  /bin/sh -c 'trap "" TERM; while :; do sleep 0.05; done' &
  echo $$ $! > pids.new; mv pids.new pids`;

function runnerIn(directory: string, command: string, graceMs = 200): CommandRunner {
  return new CommandRunner(command, { directory, environment: process.env, temporary: folder(), graceMs });
}

/** Settles when the command has written the file. */
async function written(directory: string, name: string): Promise<void> {
  const watcher = watch(directory);
  while (!existsSync(join(directory, name))) await once(watcher, "change");
  watcher.close();
}

const pids = (directory: string): number[] =>
  readFileSync(join(directory, "pids"), "utf8").trim().split(" ").map(Number);

function expectDead(directory: string): void {
  const named = pids(directory);
  expect(named).toHaveLength(2);
  expect(named.filter(isAlive)).toEqual([]);
}

describe("a command over its time limit", () => {
  it("ends with its children, also those that ignore SIGTERM", async () => {
    const directory = folder();
    const result = await runnerIn(directory, `${STUBBORN}; echo 'epoch 1' >&2; wait`).run(request(), calm(1_000));
    expect(result.error).toEqual({ type: "TIMEOUT", message: "exceeded 1 s\nepoch 1", retryable: true });
    expectDead(directory);
  });

  it("gets SIGTERM first, and time to react", async () => {
    const directory = folder();
    const polite = `trap 'touch saved; exit 0' TERM; touch ready; while :; do sleep 0.02; done`;
    const result = await runnerIn(directory, polite, 10_000).run(request(), calm(500));
    expect(result.error?.type).toBe("TIMEOUT");
    expect(existsSync(join(directory, "saved"))).toBe(true);
  });
});

describe("what a command leaves running", () => {
  it("is ended when the command ends, and its result counts", async () => {
    const directory = folder();
    const result = await runnerIn(directory, `${STUBBORN}; echo '{"metrics":{"error":1}}'`).run(request(), calm());
    expect(result).toEqual({ metrics: { error: 1 } });
    expectDead(directory);
  });

  it("may finish writing, as tee does", async () => {
    const late = `(sleep 0.1; echo '{"metrics":{"error":2}}') & exit 0`;
    expect(await runnerIn(folder(), late).run(request(), calm())).toEqual({ metrics: { error: 2 } });
  });
});

describe("an interrupted command", () => {
  it("ends with its children, and run rejects", async () => {
    const directory = folder();
    const person = new AbortController();
    const run = runnerIn(directory, `${STUBBORN}; wait`).run(request(), { signal: person.signal, timeoutMs: null });
    await written(directory, "pids");
    person.abort();
    await expect(run).rejects.toMatchObject({ name: "Pegbox.Interrupted" });
    expectDead(directory);
  });

  it("is stopped by close as well, and nothing runs afterwards", async () => {
    const directory = folder();
    const runner = runnerIn(directory, `${STUBBORN}; wait`);
    const run = expect(runner.run(request(), calm(null))).rejects.toMatchObject({ name: "Pegbox.Interrupted" });
    await written(directory, "pids");
    await runner.close();
    await run;
    expectDead(directory);
    await expect(runner.run(request(), calm())).rejects.toMatchObject({ name: "Pegbox.Interrupted" });
  });

  it("is not even started when the study was interrupted before", async () => {
    const directory = folder();
    const run = runnerIn(directory, "touch started").run(request(), { signal: AbortSignal.abort(), timeoutMs: null });
    await expect(run).rejects.toMatchObject({ name: "Pegbox.Interrupted" });
    expect(existsSync(join(directory, "started"))).toBe(false);
  });
});
