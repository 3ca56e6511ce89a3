import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { StudyView } from "../../lib/study/views.ts";
import { type Server, serve } from "../../local/serve/serve.ts";
import { readStudyFile } from "../../local/study-file.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const env = { ...process.env, PYTHONPATH: join(root, "python"), PYTHONDONTWRITEBYTECODE: "1" };
const python = spawnSync("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 8))"]);
const why = python.status === 0 ? "" : " (skipped: there is no Python 3.8 or newer)";

describe.skipIf(python.status !== 0)(`examples/external${why}`, () => {
  let folder: string;
  let server: Server;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "pegbox-external-"));
    server = await serve({
      ...{ host: "127.0.0.1", port: 0, token: null, stateDirectory: folder, runners: new Map(), environment: {} },
      observe: () => {},
      onDefect: (error) => {
        throw error;
      },
    });
  });
  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function create(changes: object = {}): Promise<StudyView> {
    const { document } = await readStudyFile(join(root, "examples/external/study.yaml"));
    const body = JSON.stringify({ ...(document as object), ...changes });
    const headers = { "content-type": "application/json" };
    return (await fetch(`${server.url}/studies`, { method: "POST", headers, body })).json() as Promise<StudyView>;
  }

  const look = async <T>(path: string): Promise<T> => (await fetch(`${server.url}${path}`)).json() as Promise<T>;

  function work(...args: readonly string[]): Promise<{ readonly code: number | null; readonly stderr: string }> {
    const worker = spawn("python3", args, { env, stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    worker.stderr.on("data", (text) => {
      stderr += text;
    });
    return new Promise((done) => worker.on("close", (code) => done({ code, stderr })));
  }

  it("is worked off by two workers, and comes near the optimum", async () => {
    const { id } = await create();
    const workers = ["a", "b"].map((name) => work(join(root, "examples/external/worker.py"), server.url, id, name));
    expect(await Promise.all(workers)).toEqual(workers.map(() => ({ code: 0, stderr: "" })));
    const study = await look<StudyView>(`/studies/${id}`);
    expect(study).toMatchObject({ status: "COMPLETED", trials: { total: 30, succeeded: 30 } });
    expect(study.best?.metrics["value"]).toBeLessThan(1);
  });

  it("hears of a worker while it runs, and of what it leaves without a result", async () => {
    const { id } = await create({ trials: 3 });
    const script = `
import sys, time, pegbox
for trial in pegbox.worker(sys.argv[1], sys.argv[2], client="w", lease_seconds=0.3, scale=2):
    if trial.number == 1:
        continue
    if trial.number == 2:
        while not trial.report(0, value=1): time.sleep(0.01)
    trial.finish(value=trial["scale"])`;
    const working = work("-c", script, server.url, id);
    const heard = async (): Promise<boolean> =>
      (await look<{ measurements?: object[] }>(`/studies/${id}/trials/2`)).measurements !== undefined;
    while (!(await heard()));
    await fetch(`${server.url}/studies/${id}/trials/2/stop`, { method: "POST" });
    expect(await working).toEqual({ code: 0, stderr: "" });
    const { trials } = await look<{ trials: object[] }>(`/studies/${id}/trials`);
    expect(trials).toMatchObject([
      { state: "FAILED" },
      { state: "STOPPED", metrics: { value: 1 } },
      { state: "SUCCEEDED", metrics: { value: 2 } },
    ]);
  });
});
