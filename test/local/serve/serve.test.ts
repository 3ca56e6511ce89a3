import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { exitCodeOfError } from "../../../cli/exit-codes.ts";
import type { PegboxError } from "../../../lib/errors/pegbox-error.ts";
import type { TunerEvent } from "../../../lib/tuner/ports.ts";
import type { Server } from "../../../local/serve/serve.ts";
import { openState } from "../../../local/state.ts";
import { ask, post, type Workshop, workshop } from "./server.ts";

const GATED = "await gate(); return signal.aborted ? {} : { metrics: { error: request.parameters.x } };";

let shop: Workshop;
afterEach(() => shop.close());

const idOf = ({ text }: { readonly text: string }): string => JSON.parse(text).id;
const ended = (id: string) => (event: TunerEvent) => event.type === "studyEnded" && event.study === id;
const trialStarted = (id: string) => (event: TunerEvent) => event.type === "trialStarted" && event.study === id;
const open = (): Promise<void> => writeFile(join(shop.folder, "open"), "");

async function show(
  server: Server,
  id: string,
): Promise<{ status: string; reason: { code: string } | null; trials: object }> {
  return JSON.parse((await ask(server, `/studies/${id}`)).text);
}

describe("a study over HTTP", () => {
  it("runs on the registered runner to its end", async () => {
    shop = await workshop();
    const server = await shop.serve();
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const created = await post(server);
    expect([created.status, JSON.parse(created.text).status]).toEqual([201, "RUNNING"]);
    const id = idOf(created);
    expect(created.headers.location).toBe(`/studies/${id}`);
    await shop.until(ended(id));
    expect(await show(server, id)).toMatchObject({ status: "COMPLETED", trials: { total: 6, succeeded: 6 } });
    const { trials, next } = JSON.parse((await ask(server, `/studies/${id}/trials`)).text);
    expect(next).toBeNull();
    expect(trials.map((trial: { trial: number }) => trial.trial)).toEqual([1, 2, 3, 4, 5, 6]);
    for (const { parameters, metrics } of trials) expect(metrics.error).toBe(parameters.x);
    expect(shop.defects).toEqual([]);
  });

  it("runs once where the same request comes twice at once", async () => {
    shop = await workshop();
    const server = await shop.serve();
    const both = await Promise.all([1, 2].map(() => post(server, {}, { "idempotency-key": "k" })));
    expect(both.map(({ status }) => status)).toEqual([201, 201]);
    const [first, second] = both.map(idOf);
    expect(first).toBe(second);
    await shop.until(ended(first ?? ""));
    expect(shop.events.filter(({ type }) => type === "studyStarted")).toHaveLength(1);
    expect(shop.events.filter(({ type }) => type === "trialStarted")).toHaveLength(6);
    expect(idOf(await post(server, {}, { "idempotency-key": "k" }))).toBe(first);
    expect(shop.events.filter(({ type }) => type === "studyStarted")).toHaveLength(1);
  });

  it("fails for itself alone", async () => {
    shop = await workshop("throw new Error('no');");
    const server = await shop.serve();
    const id = idOf(await post(server, { retries: 0 }));
    await shop.until(ended(id));
    expect(await show(server, id)).toMatchObject({ status: "FAILED", reason: { code: "FAILURES" } });
    expect((await ask(server, "/studies")).status).toBe(200);
    expect(shop.defects).toEqual([]);
  });
});

describe("the slots of a runner", () => {
  it("are shared: who finds none free waits for its turn, in order", async () => {
    shop = await workshop(GATED);
    const server = await shop.serve();
    const wide = idOf(await post(server, { name: "wide", parallel: 10_000, trials: 1e9 - 1, stopping: { target: 2 } }));
    const second = idOf(await post(server, { name: "second" }));
    const third = idOf(await post(server, { name: "third", trials: 1 }));
    await shop.until(trialStarted(wide));
    expect(await show(server, second)).toMatchObject({ status: "PAUSED", reason: { code: "QUEUED" } });
    expect(await show(server, third)).toMatchObject({ status: "PAUSED", reason: { code: "QUEUED" } });
    expect(await show(server, wide)).toMatchObject({ status: "RUNNING", trials: { running: 2 } });
    await open();
    await Promise.all([wide, second, third].map((id) => shop.until(ended(id))));
    expect(shop.events.filter(({ type }) => type === "studyStarted").map(({ study }) => study)).toEqual([
      wide,
      second,
      third,
    ]);
    expect(await show(server, wide)).toMatchObject({ status: "COMPLETED", reason: { code: "TARGET" } });
  });

  it("bear many studies that are asked for at once", async () => {
    shop = await workshop();
    const server = await shop.serve();
    const answers = await Promise.all(Array.from({ length: 60 }, () => post(server, { trials: 1 })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    await Promise.all(answers.map((answer) => shop.until(ended(idOf(answer)))));
    const { studies } = JSON.parse((await ask(server, "/studies?limit=1000")).text);
    expect(studies.filter(({ status }: { status: string }) => status === "COMPLETED")).toHaveLength(60);
  });
});

describe("a wish", () => {
  const wish = (server: Server, id: string, action: string, body: object = {}) =>
    ask(server, `/studies/${id}/${action}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const status = async (server: Server, id: string) => (await show(server, id)).status;

  it("takes a study that waits out of the queue; resumed, it waits for its turn again", async () => {
    shop = await workshop(GATED);
    const server = await shop.serve();
    const first = idOf(await post(server, { name: "first", parallel: 2 }));
    const paused = idOf(await post(server, { name: "paused", trials: 1 }));
    const stopped = idOf(await post(server, { name: "stopped", trials: 1 }));
    const last = idOf(await post(server, { name: "last", trials: 1 }));
    await shop.until(trialStarted(first));
    await wish(server, paused, "pause");
    await wish(server, stopped, "stop");
    await open();
    await Promise.all([first, last].map((id) => shop.until(ended(id))));
    expect(await show(server, paused)).toMatchObject({ status: "PAUSED", reason: { code: "PAUSED_BY_USER" } });
    expect(await show(server, stopped)).toMatchObject({ status: "STOPPED", reason: { code: "STOPPED_BY_USER" } });
    const started = shop.events.filter(({ type }) => type === "studyStarted").map(({ study }) => study);
    expect(started).toEqual([first, last]);

    for (const id of [paused, stopped]) expect((await wish(server, id, "resume")).status).toBe(202);
    await Promise.all([paused, stopped].map((id) => shop.until(ended(id))));
    for (const id of [paused, stopped]) expect(await status(server, id)).toBe("COMPLETED");
    expect(shop.defects).toEqual([]);
  });

  it("to stop now ends the trials that run, though they would run on for ever", async () => {
    shop = await workshop(GATED);
    const server = await shop.serve();
    const id = idOf(await post(server, { parallel: 2 }));
    await shop.until(trialStarted(id));
    expect(JSON.parse((await wish(server, id, "stop", { now: true })).text)).toMatchObject({ status: "STOPPING" });
    await shop.until(ended(id));
    expect(await show(server, id)).toMatchObject({
      status: "STOPPED",
      reason: { code: "STOPPED_BY_USER" },
      trials: { running: 0, proposed: 0, succeeded: 0 },
    });
    expect(shop.defects).toEqual([]);
  });

  it("that a killed server did not live to fulfil, the next one fulfils", async () => {
    shop = await workshop(GATED);
    const server = await shop.serve();
    const [paused, stopped] = [
      idOf(await post(server, { name: "paused", parallel: 1 })),
      idOf(await post(server, { name: "stopped", parallel: 1 })),
    ];
    await Promise.all([paused, stopped].map((id) => shop.until(trialStarted(id))));
    await server.close();
    const state = await openState(join(shop.folder, "state"), { create: false });
    const move = (id: string, to: "PAUSING" | "STOPPING", code: string): Promise<boolean> =>
      state.moveStudy(id, { from: ["PAUSED"], to, reason: { code, message: "by request" }, at: Date.now() });
    await move(paused, "PAUSING", "PAUSED_BY_USER");
    await move(stopped, "STOPPING", "STOPPED_BY_USER");
    await state.close();

    const next = await shop.serve();
    await shop.until(ended(stopped));
    expect(await status(next, stopped)).toBe("STOPPED");
    await expect.poll(() => status(next, paused)).toBe("PAUSED");
    expect(shop.defects).toEqual([]);
  });
});

describe("the end of a server", () => {
  it("pauses what runs; the next one goes on with it, every trial once", async () => {
    shop = await workshop(GATED);
    const first = await shop.serve();
    const running = idOf(await post(first, { name: "running", parallel: 2 }));
    const waiting = idOf(await post(first, { name: "waiting" }));
    const created = JSON.parse(
      (
        await ask(first, "/studies?start=false", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({
            metrics: [{ name: "error", goal: "minimize" }],
            parameters: { x: { type: "float", min: 0, max: 1 } },
            runner: { lambda: "noop" },
          }),
        })
      ).text,
    ).id;
    await shop.until(trialStarted(running));
    await first.close();

    const state = await openState(join(shop.folder, "state"), { create: false });
    expect(await state.getStudy(running)).toMatchObject({ status: "PAUSED", reason: { code: "INTERRUPTED" } });
    expect(await state.getStudy(waiting)).toMatchObject({ status: "PAUSED", reason: { code: "QUEUED" } });
    await state.close();

    await open();
    const second = await shop.serve();
    await Promise.all([running, waiting].map((id) => shop.until(ended(id))));
    for (const id of [running, waiting]) {
      expect(await show(second, id)).toMatchObject({ status: "COMPLETED", trials: { total: 6, succeeded: 6 } });
      const { trials } = JSON.parse((await ask(second, `/studies/${id}/trials`)).text);
      expect(trials.map((trial: { attempts: number }) => trial.attempts)).toEqual([1, 1, 1, 1, 1, 1]);
    }
    expect((await show(second, created)).status).toBe("CREATED");
    expect(shop.defects).toEqual([]);
  });

  it("goes on with what a killed server left running, and leaves the studies of `pegbox run` alone", async () => {
    shop = await workshop();
    const state = await openState(join(shop.folder, "state"), { create: true });
    const { readStudyFile } = await import("../../../local/study-file.ts");
    const { spec } = await readStudyFile(join(shop.folder, "noop.yaml"));
    const begin = { generation: 1, execution: "e", at: 0 };
    for (const [id, runner] of [
      ["ours", { lambda: "noop" }],
      ["theirs", { function: "trial.mjs", lambda: "noop" }],
      ["elsewhere", { lambda: "other" }],
    ] as const) {
      await state.createStudy(id, { ...spec, strategy: "random", trials: 4, runner }, 0);
      await state.beginGeneration(id, begin);
    }
    await state.close();
    const server = await shop.serve();
    await shop.until(ended("ours"));
    expect(await show(server, "ours")).toMatchObject({ status: "COMPLETED", trials: { total: 4 } });
    expect((await show(server, "theirs")).status).toBe("RUNNING");
    expect((await show(server, "elsewhere")).status).toBe("RUNNING");
  });

  it("leaves nothing but the state behind, and is free for the next", async () => {
    shop = await workshop();
    const first = await shop.serve();
    await first.close();
    await first.close();
    await expect(ask(first, "/studies")).rejects.toThrow();
    expect(await readdir(join(shop.folder, "state", "running"))).toEqual([]);
    expect(await readdir(join(shop.folder, "state", "tmp"))).toEqual([]);
  });
});

describe("a server that cannot start", () => {
  const refusal = async (start: Promise<unknown>): Promise<PegboxError> => {
    const error = await start.then(
      () => null,
      (thrown: PegboxError) => thrown,
    );
    if (error === null) throw new Error("it started");
    return error;
  };

  it("says that the port is taken, exit code 2, and lets go of the state", async () => {
    shop = await workshop();
    const first = await shop.serve();
    const port = Number(new URL(first.url).port);
    const stateDirectory = join(shop.folder, "other");
    const error = await refusal(shop.serve({ port, stateDirectory }));
    expect([error.code, exitCodeOfError(error)]).toEqual(["INVALID_INPUT", 2]);
    expect(error.message).toContain(`127.0.0.1:${port}`);
    await shop.serve({ stateDirectory });
  });

  it("says which runner's file is wrong", async () => {
    shop = await workshop();
    const absent = new Map([["noop", join(shop.folder, "absent.yaml")]]);
    expect((await refusal(shop.serve({ runners: absent }))).code).toBe("NOT_FOUND");
    await writeFile(join(shop.folder, "trial.mjs"), "export default 5;");
    expect((await refusal(shop.serve())).code).toBe("INVALID_INPUT");
  });
});
