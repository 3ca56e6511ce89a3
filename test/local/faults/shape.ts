import { randomStream } from "../../../lib/random/philox.ts";
import type { StrategyName, StudySpec } from "../../../lib/study/spec.ts";
import { spec } from "../../store/fixtures.ts";
import type { Strokes } from "./chaos.ts";
import { Purpose } from "./purposes.ts";

/** A random study, and what it is to go through. */
export interface Shape {
  readonly study: StudySpec;
  /** Share of the handlers' invocations that go wrong. */
  readonly rate: number;
  readonly strokes: Strokes;
  /** Whether its runner takes shifts. */
  readonly shifts: boolean;
  /** What a trial takes in the mean. */
  readonly trialSeconds: number;
}

/** Random search has all its trials proposed at once; the others begin in rounds, and go on in slots that are refilled. What fits a model is given few trials. */
const STRATEGIES: readonly (readonly [StrategyName, number])[] = [
  ["random", 150],
  ["random", 60],
  ["sobol", 100],
  ["evolution", 60],
  ["auto", 12],
];
const SLOTS = [1, 2, 4, 8, 10, 11, 16, 64];

export function shapeOf(seed: number): Shape {
  const stream = randomStream(seed, Purpose.shape);
  const pick = <T>(all: readonly T[]): T => all[stream.int(all.length)]!;
  const [strategy, most] = pick(STRATEGIES);
  const study = spec({
    name: "faulty",
    metrics: [{ name: "loss", goal: "minimize" }],
    space: {
      parameters: ["a", "b"].map((name) => ({ name, type: "float", min: 0, max: 1, scale: "linear" })),
      constraints: [],
    },
    strategy,
    seed,
    trials: 5 + stream.int(most - 4),
    parallel: Math.min(pick(SLOTS), most),
    retries: stream.int(3),
    budget: { wallClock: null, trialTimeout: 870 },
    ...(stream.int(8) === 0 ? { fidelity: { name: "epochs", min: 1, max: 9, rule: "asha" } as const } : {}),
  });
  const strokes = { takeovers: stream.int(3), aborts: stream.int(3), outages: stream.int(2) };
  const rate = 0.02 + 0.1 * stream.uniform();
  const shifts = stream.int(3) === 0;
  return { study, rate, strokes, shifts, trialSeconds: shifts ? 1 : 60 };
}
