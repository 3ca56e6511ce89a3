// How quickly `pegbox serve` answers a crowd of external workers, and that it loses nothing of theirs. `--help` lists the options.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type CrowdReport, workCrowd } from "../test/local/serve/crowd.ts";
import { provenance } from "./provenance.ts";

const HELP = `npm run bench -- workers [options]

  --workers N         that ask and tell at once; default: 200
  --trials N          of the study; default: 10000
  --dying SHARE       of trials whose worker dies between ask and tell; default: 0.05
  --trial-ms N        what a trial takes in the mean; default: 1000
  --strategy NAME     default: random
  --out FILE          write the results as JSON
  --date YYYY-MM-DD   to write into the file; default: today`;

const { values: options } = parseArgs({
  options: {
    workers: { type: "string", default: "200" },
    trials: { type: "string", default: "10000" },
    dying: { type: "string", default: "0.05" },
    "trial-ms": { type: "string", default: "1000" },
    strategy: { type: "string", default: "random" },
    out: { type: "string" },
    date: { type: "string", default: new Date().toISOString().slice(0, 10) },
    help: { type: "boolean", default: false },
  },
});

/** Longer than any answer takes here, so that no living worker is given up; short, for the last lost trials are waited for. */
const LEASE_SECONDS = 10;

/** As the server's Retry-After says. */
const LOOK_MS = 2000;

const quantile = (sorted: readonly number[], share: number): number =>
  Number((sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN).toFixed(2));

const milliseconds = (sorted: readonly number[]): object => ({
  p50: quantile(sorted, 0.5),
  p90: quantile(sorted, 0.9),
  p99: quantile(sorted, 0.99),
  max: quantile(sorted, 1),
});

interface View {
  readonly id: string;
  readonly status: string;
  readonly trials: Readonly<Record<string, number>>;
}

async function withServer<T>(work: (url: string) => Promise<T>): Promise<T> {
  const state = mkdtempSync(join(tmpdir(), "pegbox-workers-"));
  const bin = fileURLToPath(new URL("../bin/pegbox.js", import.meta.url));
  const server = spawn(process.execPath, [bin, "serve", "--port", "0", "--state", state], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = new Promise((done) => server.once("exit", done));
  try {
    const url = await new Promise<string>((found, fail) => {
      createInterface(server.stdout).once("line", found);
      server.once("exit", (code) => fail(new Error(`the server ended with ${code}`)));
    });
    return await work(url);
  } finally {
    server.kill("SIGINT");
    await ended;
    rmSync(state, { recursive: true, force: true });
  }
}

async function json<T>(url: string, body?: object): Promise<T> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(url, body === undefined ? {} : { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** Trials that the store holds with another result than the worker's that it said it had taken. */
async function misremembered(url: string, id: string, told: CrowdReport["told"]): Promise<number> {
  let wrong = 0;
  for (let next: string | null = "1"; next !== null; ) {
    const page: { trials: { trial: number; metrics: { error: number } | null }[]; next: string | null } = await json(
      `${url}/studies/${id}/trials?limit=1000&next=${next}`,
    );
    wrong += page.trials.filter(({ trial, metrics }) => metrics?.error !== told.get(trial)).length;
    next = page.next;
  }
  return wrong;
}

async function run(): Promise<void> {
  const workers = Number(options.workers);
  const trials = Number(options.trials);
  const result = await withServer(async (url) => {
    const study = await json<View>(`${url}/studies`, {
      name: "crowd",
      metrics: [{ name: "error", goal: "minimize" }],
      parameters: Object.fromEntries(["x", "y", "z"].map((name) => [name, { type: "float", min: 0, max: 1 }])),
      strategy: options.strategy,
      trials,
      parallel: Math.min(workers, trials),
      runner: { external: true },
    });
    const trialMs = Number(options["trial-ms"]);
    const leaseSeconds = LEASE_SECONDS + (1.5 * trialMs) / 1000;
    const crowd = { workers, trialMs, dying: Number(options.dying), leaseSeconds, lookMs: LOOK_MS };
    const report = await workCrowd(url, study.id, crowd);
    const { status, trials: counts } = await json<View>(`${url}/studies/${study.id}`);
    return {
      ...{ workers, trials, trialMs, strategy: options.strategy, cores: cpus().length, status, died: report.died },
      succeeded: counts["succeeded"],
      lost: trials - report.told.size,
      toldTwice: report.toldTwice.length,
      misremembered: await misremembered(url, study.id, report.told),
      seconds: Number(report.seconds.toFixed(1)),
      trialsPerSecond: Math.round(trials / report.seconds),
      firstSuggestMs: milliseconds(report.firstMs),
      suggestMs: milliseconds(report.askMs),
      completeMs: milliseconds(report.tellMs),
    };
  });
  console.log(JSON.stringify(result, null, 2));
  if (options.out !== undefined) {
    writeFileSync(options.out, `${JSON.stringify({ provenance: provenance(options.date), result }, null, 2)}\n`);
  }
  if (result.lost + result.toldTwice + result.misremembered > 0) process.exitCode = 1;
}

if (options.help) console.log(HELP);
else await run();
