import { deriveSeed, randomStream } from "../../../lib/random/philox.ts";
import { RESULT_LIMIT_BYTES, type ShiftRequest, type TrialRequest } from "../../../lib/study/trial-contract.ts";
import type { Clock } from "../../../local/asl/frame.ts";
import { Purpose } from "./purposes.ts";
import type { Shape } from "./shape.ts";

/** What the service refuses to pass on: it ends an execution, whatever the definition says. */
const ENDS_EXECUTION = 300_000;
/** Longer than any trial of these may take. */
const FOR_EVER = 100_000;

const FATES = [
  ...new Array<"succeeds">(12).fill("succeeds"),
  "infeasible",
  "is not finite",
  "throws",
  "says too much",
  "crashes always",
  "crashes once",
  "is throttled",
  "is asked for again",
  "ends its slot once",
  "ends its slot always",
  "never answers once",
] as const;

type Fate = (typeof FATES)[number];

function fateOf(seed: number, trial: number): Fate {
  return FATES[deriveSeed(seed, Purpose.fate, trial) % FATES.length]!;
}

/** What a trial that succeeds measures: a function of its parameters. */
function lossOf(parameters: TrialRequest["parameters"]): number {
  return Object.values(parameters).reduce<number>((sum, value) => sum + (Number(value) - 0.3) ** 2, 0);
}

const thrown = (name: string): Error => Object.assign(new Error("a fault of the trial"), { name });

/** Of so many trials of shifts the answer says nothing of one. */
const UNSAID = 31;

/**
 * A function that runs trials, each of which has its fate; the first time may be another than the next. Of a shift, a trial that
 * crashes or never ends takes the others with it.
 */
export function fatedTrials(
  seed: number,
  { trialSeconds }: Pick<Shape, "trialSeconds">,
  clock: Clock,
): (request: TrialRequest | ShiftRequest, signal: AbortSignal) => Promise<unknown> {
  const times = new Map<number, number>();

  async function runShift({ trials }: ShiftRequest, signal: AbortSignal): Promise<unknown> {
    const results: unknown[] = [];
    for (const request of trials) {
      const result = await run(request, signal).catch((error: Error) => {
        if (error.name.startsWith("Lambda.")) throw error;
        return { error: { type: error.name, message: error.message } };
      });
      results.push(deriveSeed(seed, Purpose.fate, request.trial) % UNSAID === 0 ? null : result);
    }
    return { results };
  }

  async function run({ trial, parameters }: TrialRequest, signal: AbortSignal): Promise<unknown> {
    const time = (times.get(trial) ?? 0) + 1;
    times.set(trial, time);
    const fate = fateOf(seed, trial);
    if (fate === "is throttled" && time <= 2) throw thrown("Lambda.TooManyRequestsException");
    const stream = randomStream(seed, Purpose.duration, trial, time);
    const seconds = trialSeconds * Math.exp(stream.normal() - 0.5);
    const waits = fate === "never answers once" && time === 1 ? FOR_EVER : seconds;
    await clock.sleep(1000 * waits, signal);
    switch (fate) {
      case "infeasible":
        return { infeasible: "no" };
      case "is not finite":
        return { metrics: { loss: null } };
      case "throws":
        throw thrown("TypeError");
      case "says too much":
        return { metrics: { loss: 1 }, notes: "x".repeat(RESULT_LIMIT_BYTES) };
      case "crashes always":
        throw thrown("Lambda.Unknown");
      case "crashes once":
        if (time === 1) throw thrown("Lambda.Unknown");
        break;
      case "is asked for again":
        if (time === 1) return { error: { message: "no luck", retryable: true } };
        break;
      case "ends its slot once":
        if (time > 1) break;
        return { notes: "x".repeat(ENDS_EXECUTION) };
      case "ends its slot always":
        return { notes: "x".repeat(ENDS_EXECUTION) };
    }
    return { metrics: { loss: lossOf(parameters) }, cost: { usd: 0.01 } };
  }

  return (request, signal) => ("trials" in request ? runShift(request, signal) : run(request, signal));
}
