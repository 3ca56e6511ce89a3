import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Measurement } from "../../lib/study/measurement.ts";
import type { Trial } from "../../lib/study/records.ts";
import { stopTrial } from "../../lib/tuner/workers/stop-trial.ts";
import { runStudy } from "../../local/run-study.ts";
import { openState } from "../../local/state.ts";
import { readStudyFile } from "../../local/study-file.ts";

/** What a trial in a process of its own does with its request. */
const POSTS = `
async function posts({ report: { url, token } }) {
  const post = async (authorization, body) => {
    const headers = { "content-type": "application/json", authorization };
    const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
    return answer.status === 200 ? String((await answer.json()).stop) : answer.status;
  };
  const answers = [
    await post("Bearer " + token, { step: 1, metrics: { error: 0.5 } }),
    await post("Bearer " + token + "0", { step: 2, metrics: { error: 0.5 } }),
    await post("Bearer " + token, { step: 2.5, metrics: 1 }),
  ];
  if (answers.join() !== "false,401,400") return { error: { message: answers.join() } };
  return { metrics: { error: 1 }, measurements: [{ step: 1, metrics: { error: 9 } }, { step: 7, metrics: { error: 0 } }, 5] };
}`;

interface Ran {
  readonly trials: readonly Trial[];
  readonly measured: readonly Measurement[];
}

async function ran(
  folder: string,
  runner: object,
  onStart: (trial: number) => Promise<unknown> = async () => {},
): Promise<Ran> {
  const study = {
    ...{ metrics: [{ name: "error", goal: "minimize" }], parameters: { x: { type: "float", min: 0, max: 1 } } },
    ...{ strategy: "random", trials: 1, runner },
  };
  writeFileSync(join(folder, "study.json"), JSON.stringify(study));
  const { id } = await runStudy({
    ...{ file: await readStudyFile(join(folder, "study.json")), stateDirectory: join(folder, "state") },
    ...{ resume: false, durable: false, environment: process.env, onOpen: () => {} },
    observe: (event) => {
      if (event.type === "trialStarted") void onStart(event.trial.number);
    },
  });
  const store = await openState(join(folder, "state"), { create: false });
  const trials = await store.readTrials(id, { from: 1, to: 9 });
  const measured = await store.readMeasurements(id, 1);
  await store.close();
  return { trials, measured };
}

function folder(files: Readonly<Record<string, string>> = {}): string {
  const path = mkdtempSync(join(tmpdir(), "pegbox-reports-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true, maxRetries: 3 }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

const at = (step: number, error: number): Measurement => ({ step, metrics: { error } });

describe("a trial that reports to pegbox run", () => {
  it("is heard from a command, and its result is believed where it was not heard", async () => {
    const train = `${POSTS}
      const request = JSON.parse(require("node:fs").readFileSync(process.env.PEGBOX_REQUEST, "utf8"));
      posts(request).then((result) => console.log(JSON.stringify(result)));`;
    const { trials, measured } = await ran(folder({ "train.cjs": train }), { command: ["node", "train.cjs"] });
    expect(trials).toMatchObject([{ state: "SUCCEEDED", metrics: { error: 1 } }]);
    expect(measured).toEqual([at(1, 0.5), at(7, 0)]);
  });

  it("is heard from a server", async () => {
    const posts = new Function(`${POSTS}; return posts;`)() as (request: unknown) => Promise<unknown>;
    const server = createServer(async (incoming, response) => {
      let body = "";
      for await (const chunk of incoming) body += chunk;
      response.end(JSON.stringify(await posts(JSON.parse(body))));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { trials, measured } = await ran(folder(), {
      http: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    });
    expect(trials).toMatchObject([{ state: "SUCCEEDED", metrics: { error: 1 } }]);
    expect(measured).toEqual([at(1, 0.5), at(7, 0)]);
  });

  it("is heard from a function, and does not fail for what cannot be kept", async () => {
    const train = `export default async (request, { report }) => {
      const told = [[1, { error: 0.5 }], [2, { error: NaN }], [2.5, { error: 1 }], ["x", { error: 1 }], [3, 4], [-1, {}],
        [4, Object.fromEntries(Array.from({ length: 99 }, (_, i) => ["metric" + i, i / 7]))], [1, { error: 9 }]];
      for (const [step, metrics] of told) if ((await report(step, metrics)).stop) throw new Error("stopped");
      void report(9, { error: 0.25 });
      return { metrics: { error: 1 } };
    };`;
    const { trials, measured } = await ran(folder({ "train.mjs": train }), { function: "train.mjs" });
    expect(trials).toMatchObject([{ state: "SUCCEEDED", metrics: { error: 1 } }]);
    expect(measured).toEqual([at(1, 0.5), { step: 2, metrics: { error: null } }, at(9, 0.25)]);
  });

  it("hears when it is stopped, and keeps what it measured last", async () => {
    const path = folder();
    const train = `import { writeFileSync } from "node:fs";
      export default async (request, { report }) => {
        let step = 0;
        while (!(await report(step, { error: 0.5 })).stop) step = Math.min(step + 1, 5);
        writeFileSync(${JSON.stringify(join(path, "heard"))}, "");
        return { metrics: { error: 1 } };
      };`;
    writeFileSync(join(path, "train.mjs"), train);
    const stop = async (number: number): Promise<void> => {
      const store = await openState(join(path, "state"), { create: false });
      const [study] = (await store.listStudies({ limit: 1 })).items;
      const id = study?.id ?? "";
      // the trial's own messages come between two looks
      while ((await store.readMeasurements(id, number)).length === 0) await setImmediate();
      await stopTrial(id, number, null, { store, now: () => Date.now() } as never);
      await store.close();
    };
    const { trials } = await ran(path, { function: "train.mjs" }, stop);
    expect(trials).toMatchObject([{ state: "STOPPED", metrics: { error: 0.5 }, reason: { code: "STOPPED_BY_USER" } }]);
    expect(existsSync(join(path, "heard"))).toBe(true);
  });
});
