// How far one study goes: up to 100,000 trials on 1,000 slots, on a clock that costs no time. `--help` lists the options.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openSqliteStore } from "../adapters/sqlite/store.ts";
import type { StrategyName } from "../lib/study/spec.ts";
import { HISTORY_LIMIT } from "../lib/workflow/limits.ts";
import { logLogPlot } from "./plot/log-log-plot.ts";
import { provenance } from "./provenance.ts";
import { slopeOfLogarithms } from "./runner/growth-exponent.ts";
import { writeResults } from "./runner/results.ts";
import { lognormalDurations } from "./simulation/durations.ts";
import { profiled } from "./simulation/profile.ts";
import { simulate } from "./simulation/simulate.ts";
import { simulatedSpec } from "./simulation/spec.ts";

const HELP = `npm run bench -- scale [options]

  --most N            trials of the largest study of random search; default: 100000
  --adaptive N        trials of the study with \`auto\` on 200 slots, 0 for none; default: 5000
  --out FILE          write the results as JSON
  --plot FILE         write the plot as SVG
  --date YYYY-MM-DD   to write into the file; default: today`;

const { values: options } = parseArgs({
  options: {
    most: { type: "string", default: "100000" },
    adaptive: { type: "string", default: "5000" },
    out: { type: "string" },
    plot: { type: "string" },
    date: { type: "string", default: new Date().toISOString().slice(0, 10) },
    /** One study in this process, which measures its own memory: STRATEGY,TRIALS,SLOTS. */
    one: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

const SIZES = [100, 300, 1000, 3000, 10_000, 30_000, 100_000];
const SLOTS = 1000;
const ADAPTIVE_SLOTS = 200;
const MEAN_SECONDS = 60;
const SIGMA = 1;
/** Trials of the study that runs first in each process: by then the compiler has done its work. */
const WARM_TRIALS = 1000;

/** What one study came to. */
interface Measured {
  readonly strategy: StrategyName;
  readonly trials: number;
  readonly slots: number;
  readonly succeeded: number;
  readonly wallSeconds: number;
  /** Of this process: about the time on a machine that has nothing else to do. */
  readonly cpuSeconds: number;
  readonly peakMb: number;
  /** On the study's own clock. */
  readonly studyHours: number;
  readonly utilisation: number;
  readonly executions: number;
  readonly mostEvents: number;
  readonly transitionsPerTrial: number;
  /** Of the wall time. */
  readonly shares: Readonly<Record<string, number>>;
}

async function measureHere(strategy: StrategyName, trials: number, slots: number): Promise<Measured> {
  const durations = lognormalDurations(MEAN_SECONDS, SIGMA);
  const warm = openSqliteStore({ memory: true });
  await simulate(warm, simulatedSpec({ strategy: "random", trials: WARM_TRIALS, parallel: slots }), durations);
  await warm.close();

  const store = openSqliteStore({ memory: true });
  const [before, start] = [process.cpuUsage(), performance.now()];
  const { result, shares } = await profiled(() =>
    simulate(store, simulatedSpec({ strategy, trials, parallel: slots }), durations),
  );
  const [{ user, system }, wall] = [process.cpuUsage(before), performance.now() - start];
  const { study, seconds, utilisation, executions, mostEvents, transitions } = result;
  return {
    ...{ strategy, trials, slots, succeeded: study.counts.succeeded },
    ...{ wallSeconds: wall / 1000, cpuSeconds: (user + system) / 1e6, peakMb: process.resourceUsage().maxRSS / 1024 },
    ...{ studyHours: seconds / 3600, utilisation, executions, mostEvents },
    transitionsPerTrial: transitions / trials,
    shares,
  };
}

/** In a process of its own, for its memory. */
function measure(strategy: StrategyName, trials: number, slots: number): Measured {
  const script = fileURLToPath(import.meta.url);
  const command = ["--import", "tsx", script, "--one", `${strategy},${trials},${slots}`];
  const text = execFileSync(process.execPath, command, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  const measured = JSON.parse(text) as Measured;
  console.log(`${strategy}, ${trials} trials on ${slots} slots: ${measured.wallSeconds.toFixed(1)} s`);
  return measured;
}

interface Bar {
  readonly what: string;
  readonly measured: number;
  readonly most: number;
}

/** What the largest study is held against. */
function barsOf(studies: readonly Measured[], largest: Measured): readonly Bar[] {
  const perTrial = ({ cpuSeconds, trials }: Measured): number => cpuSeconds / trials;
  const thousand = studies.find(({ trials }) => trials === 1000) ?? largest;
  return [
    { what: "wall, s", measured: largest.wallSeconds, most: 300 },
    { what: "slots' time without a trial, %", measured: 100 * (1 - largest.utilisation), most: 15 },
    { what: "events of one execution", measured: largest.mostEvents, most: HISTORY_LIMIT - 1 },
    { what: "peak memory, MB", measured: largest.peakMb, most: 1000 },
    { what: "CPU time a trial, × that at 1,000 trials", measured: perTrial(largest) / perTrial(thousand), most: 1.5 },
    { what: "trials that did not succeed", measured: largest.trials - largest.succeeded, most: 0 },
  ];
}

function run(): void {
  const sizes = SIZES.filter((trials) => trials <= Number(options.most));
  const random = sizes.map((trials) => measure("random", trials, SLOTS));
  const adaptive = Number(options.adaptive) === 0 ? [] : [measure("auto", Number(options.adaptive), ADAPTIVE_SLOTS)];
  const studies = [...random, ...adaptive];
  console.table(
    studies.map(({ strategy, trials, slots, wallSeconds, cpuSeconds, peakMb, studyHours, utilisation, ...rest }) => ({
      ...{ strategy, trials, slots, "wall s": round(wallSeconds), "CPU s": round(cpuSeconds) },
      ...{ "CPU ms/trial": round((1000 * cpuSeconds) / trials), "peak MB": Math.round(peakMb) },
      ...{ "study h": round(studyHours), "utilisation %": round(100 * utilisation), events: rest.mostEvents },
      "transitions/trial": round(rest.transitionsPerTrial),
    })),
  );
  console.log("where the time went, %");
  console.table(
    studies.map(({ strategy, trials, shares }) => ({
      ...{ strategy, trials },
      ...Object.fromEntries(Object.entries(shares).map(([part, share]) => [part, round(100 * share)])),
    })),
  );
  const largest = random.at(-1)!;
  const bars = barsOf(random, largest);
  console.table(bars.map((bar) => ({ ...bar, measured: round(bar.measured), met: bar.measured <= bar.most })));
  const points = random.map(({ trials, cpuSeconds }) => ({ x: trials, y: cpuSeconds }));
  if (options.plot !== undefined) {
    const axes = { title: `CPU time of a study on ${SLOTS} slots`, x: "trials n", y: "seconds" };
    writeFileSync(options.plot, logLogPlot(axes, [{ name: "random search", points, reference: 1 }]));
  }
  if (options.out !== undefined) {
    const exponent = slopeOfLogarithms(points);
    writeResults(options.out, { ...provenance(options.date), exponent, bars, studies });
  }
}

const round = (value: number): number => Number(value.toPrecision(3));

if (options.help) console.log(HELP);
else if (options.one === undefined) run();
else {
  const [strategy, trials, slots] = options.one.split(",") as [StrategyName, string, string];
  console.log(JSON.stringify(await measureHere(strategy, Number(trials), Number(slots))));
}
