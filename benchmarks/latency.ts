// How long one waits for the next suggestions: ask and tell by `pegbox optimize`, with n trials known. `--help` lists the
// options.
import { availableParallelism, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { randomStream } from "../lib/random/philox.ts";
import { AskTellProcess } from "./ask-tell-process.ts";
import { provenance } from "./provenance.ts";
import { writeResults } from "./runner/results.ts";
import { median, quantile } from "./runner/statistics.ts";
import { Stream } from "./streams.ts";

const HELP = `npm run bench -- latency [options]

  --repetitions N     ask and tell so often; default: 5
  --warm N            before that, without counting; default: 1
  --out FILE          write the results as JSON
  --date YYYY-MM-DD   to write into the file; default: today`;

const { values: options } = parseArgs({
  options: {
    repetitions: { type: "string", default: "5" },
    warm: { type: "string", default: "1" },
    out: { type: "string" },
    date: { type: "string", default: new Date().toISOString().slice(0, 10) },
    help: { type: "boolean", default: false },
  },
});

interface Case {
  /** Trials known before. */
  readonly n: number;
  /** Parameters. */
  readonly d: number;
  /** Suggestions asked for at a time. */
  readonly q: number;
}

const CASES: readonly Case[] = [
  { n: 50, d: 10, q: 1 },
  { n: 200, d: 20, q: 1 },
  { n: 1000, d: 20, q: 1 },
  { n: 50, d: 10, q: 100 },
  { n: 200, d: 20, q: 100 },
  { n: 1000, d: 20, q: 100 },
];

interface Latency extends Case {
  readonly medianMs: number;
  /** Of the process's own time on a core: about what the median is on a machine with nothing else to do. */
  readonly medianCpuMs: number;
  readonly p95Ms: number;
  readonly peakMb: number;
}

type Parameters = Readonly<Record<string, number>>;

/** A sphere off the middle, exact: the values cost nothing and are what a model can learn. */
function loss(parameters: Parameters): number {
  return Object.values(parameters).reduce((sum, x) => sum + (x - 0.3) ** 2, 0);
}

async function measure({ n, d, q }: Case, warm: number, repetitions: number): Promise<Latency> {
  const names = Array.from({ length: d }, (_, k) => `x${k + 1}`);
  const stream = randomStream(1, Stream.latency, n, d);
  const known = Array.from({ length: n }, (_, i) => {
    const params = Object.fromEntries(names.map((name) => [name, stream.uniform()]));
    return { id: `known-${i}`, params, metrics: { loss: loss(params) } };
  });
  const optimizer = new AskTellProcess();
  try {
    const milliseconds: number[] = [];
    const cpuMilliseconds: number[] = [];
    for (let i = 0; i < warm + repetitions; i++) {
      // A study of its own each time: one that went on would know q trials more with every repetition.
      await optimizer.call({
        type: "study",
        space: names.map((name) => ({ type: "float", name, low: 0, high: 1 })),
        objectives: [{ name: "loss", goal: "minimize" }],
        strategy: "bayesian",
        seed: i,
        budget: n + q,
        batch: q,
      });
      await optimizer.call({ type: "tell", results: known });
      const cpuBefore = optimizer.cpuMs();
      const askedAt = performance.now();
      const { suggestions } = await optimizer.call({ type: "ask", n: q });
      const asked = performance.now() - askedAt;
      const results = (suggestions as readonly { readonly id: string; readonly params: Parameters }[]).map(
        ({ id, params }) => ({ id, metrics: { loss: loss(params) } }),
      );
      const toldAt = performance.now();
      await optimizer.call({ type: "tell", results });
      if (i < warm) continue;
      milliseconds.push(asked + performance.now() - toldAt);
      cpuMilliseconds.push(optimizer.cpuMs() - cpuBefore);
    }
    const peakMb = Math.round(optimizer.peakMb());
    return {
      n,
      d,
      q,
      medianMs: median(milliseconds),
      medianCpuMs: median(cpuMilliseconds),
      p95Ms: quantile(milliseconds, 0.95),
      peakMb,
    };
  } finally {
    optimizer.close();
  }
}

async function run(): Promise<void> {
  const [warm, repetitions] = [Number(options.warm), Number(options.repetitions)];
  const load = loadavg()[0]! / availableParallelism();
  const measured: Latency[] = [];
  for (const one of CASES) measured.push(await measure(one, warm, repetitions));
  console.table(
    measured.map(({ n, d, q, medianMs, medianCpuMs, p95Ms, peakMb }) => ({
      n,
      d,
      q,
      "median ms": Math.round(medianMs),
      "median CPU ms": Math.round(medianCpuMs),
      "p95 ms": Math.round(p95Ms),
      "peak MB": peakMb,
    })),
  );
  console.log(
    `${load.toFixed(1)} processes a core were running when it began: above 0.5, the times are other people's too`,
  );
  if (options.out !== undefined) {
    writeResults(options.out, { ...provenance(options.date), warm, repetitions, load, cases: measured });
  }
}

if (options.help) console.log(HELP);
else await run();
