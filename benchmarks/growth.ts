// How the cost of the model grows with the trials: the fit, and one prediction from it. `--help` lists the options.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { randomStream } from "../lib/random/philox.ts";
import { fitGaussianProcess } from "../lib/surrogate/fit.ts";
import { GaussianProcess } from "../lib/surrogate/gaussian-process.ts";
import type { TrainingSet } from "../lib/surrogate/training-set.ts";
import { logLogPlot, type Series } from "./plot/log-log-plot.ts";
import { provenance } from "./provenance.ts";
import { slopeOfLogarithms } from "./runner/growth-exponent.ts";
import { writeResults } from "./runner/results.ts";
import { median } from "./runner/statistics.ts";
import { Stream } from "./streams.ts";

const HELP = `npm run bench -- growth [options]

  --dimension N       parameters; default: 20
  --repetitions N     of each fit; the median counts; default: 3
  --out FILE          write the results as JSON
  --plot FILE         write the plot as SVG
  --date YYYY-MM-DD   to write into the file; default: today`;

const { values: options } = parseArgs({
  options: {
    dimension: { type: "string", default: "20" },
    repetitions: { type: "string", default: "3" },
    out: { type: "string" },
    plot: { type: "string" },
    date: { type: "string", default: new Date().toISOString().slice(0, 10) },
    help: { type: "boolean", default: false },
  },
});

const SIZES = [50, 100, 200, 300, 400, 500, 700, 1000, 1400, 2000];
/** One prediction takes microseconds: the clock needs more of them at a time. */
const PREDICTIONS = 200;

interface Timed {
  readonly n: number;
  /** Milliseconds of this process's own time, so that others on the machine count less. */
  readonly fit: number;
  /** The part of the fit that every point takes part in, with hyperparameters given. */
  readonly condition: number;
  readonly prediction: number;
}

/** A wavy bowl with a little noise, standardised: what a fit has to work for. */
function example(n: number, d: number): TrainingSet {
  const stream = randomStream(1, Stream.growth, n, d);
  const points = Float64Array.from({ length: n * d }, () => stream.uniform());
  const raw = Array.from({ length: n }, (_, i) => {
    const x = points.subarray(i * d, (i + 1) * d);
    return x.reduce((sum, u, k) => sum + (u - 0.3) ** 2 / (1 + k) + 0.1 * Math.sin(6 * u), 0) + 0.01 * stream.normal();
  });
  const centre = raw.reduce((sum, y) => sum + y, 0) / n;
  const deviation = Math.sqrt(raw.reduce((sum, y) => sum + (y - centre) ** 2, 0) / n);
  return {
    n,
    points,
    hamming: new Uint8Array(d),
    targets: Float64Array.from(raw, (y) => (y - centre) / deviation),
    noiseShare: new Float64Array(n).fill(1),
  };
}

function milliseconds(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function time(n: number, d: number, repetitions: number): Timed {
  const data = example(n, d);
  const model = fitGaussianProcess(data, 1);
  const stream = randomStream(2, Stream.growth, n, d);
  const places = Array.from({ length: PREDICTIONS }, () => Float64Array.from({ length: d }, () => stream.uniform()));
  const medianOf = (work: () => unknown): number =>
    median(Array.from({ length: repetitions }, () => milliseconds(work)));
  return {
    n,
    fit: medianOf(() => fitGaussianProcess(data, 1)),
    condition: medianOf(() => GaussianProcess.condition(data, model.hyperparameters)),
    prediction: medianOf(() => places.map((x) => model.predict(x))) / PREDICTIONS,
  };
}

function run(): void {
  const [d, repetitions] = [Number(options.dimension), Number(options.repetitions)];
  time(SIZES[0]!, d, repetitions); // warm: the compiler's work is not the model's
  const timed = SIZES.map((n) => time(n, d, repetitions));
  console.table(
    timed.map(({ n, fit, condition, prediction }) => ({
      n,
      "fit ms": Number(fit.toPrecision(3)),
      "of it the posterior ms": Number(condition.toPrecision(3)),
      "prediction µs": Number((1000 * prediction).toPrecision(3)),
    })),
  );
  const series: readonly Series[] = [
    { name: "fit", points: timed.map(({ n, fit }) => ({ x: n, y: fit })), reference: 3 },
    { name: "posterior", points: timed.map(({ n, condition }) => ({ x: n, y: condition })), reference: 3 },
    { name: "one prediction", points: timed.map(({ n, prediction }) => ({ x: n, y: prediction })), reference: 2 },
  ];
  const exponents = Object.fromEntries(series.map(({ name, points }) => [name, slopeOfLogarithms(points)]));
  console.log("exponents, fitted to the upper half of n:", exponents);
  if (options.plot !== undefined) {
    const axes = { title: `Time of the Gaussian process, d = ${d}`, x: "trials n", y: "milliseconds" };
    writeFileSync(options.plot, logLogPlot(axes, series));
  }
  if (options.out !== undefined) {
    writeResults(options.out, { ...provenance(options.date), dimension: d, repetitions, exponents, timed });
  }
}

if (options.help) console.log(HELP);
else run();
