import { AWS_LIST } from "../../lib/study/price/aws-list.ts";
import type { Simulated } from "./simulate.ts";

/** What trials cost, in US dollars, by what is billed. */
export interface Cost {
  readonly name: string;
  /** Machines while they run trials. */
  readonly trials: number;
  /** Machines while they wait for one, start or stop. */
  readonly idle: number;
  /** What hands the trials out: the workflow, its functions and the table; a head node. */
  readonly control: number;
  readonly total: number;
}

/** Units of the table, a trial. */
interface Units {
  readonly write: number;
  readonly read: number;
}

interface Way {
  readonly name: string;
  readonly run: Simulated;
  readonly units: Units | undefined;
}

const HOUR = 3600;

/**
 * Each trial has one processor: a Lambda function of 1,769 MB (the memory with a whole one) on arm64; half a c7g.large in the
 * cluster. A training job has the smallest instance that SageMaker tunes on, which has two.
 */
const FUNCTION_GB = 1769 / 1024;
const CLUSTER_NODE = { usdPerHour: AWS_LIST.ec2["c7g.large"], trials: 2 };
const CLUSTER_HEAD = AWS_LIST.ec2["m7g.large"];
const TRAINING_JOB = AWS_LIST.sagemaker["ml.m5.large"];

/** A cluster is billed from its first node's start to its last one's end: five minutes to start and join, and none to be told to stop. */
const CLUSTER_START_SECONDS = 300;

/** Calls of NextTrial, one more than a slot has trials; 0.2 s of 512 MB each, as the estimate of `budget.usd` has it. */
const NEXT_TRIAL = AWS_LIST.lambda.request + 0.5 * 0.2 * AWS_LIST.lambda.arm64;
/** A plan, or a refill: 1,769 MB for what planning took here, at most some seconds. */
const PLAN_SECONDS = 2;
const PLAN = AWS_LIST.lambda.request + FUNCTION_GB * PLAN_SECONDS * AWS_LIST.lambda.arm64;

/** What a study costs with Pegbox on Lambda, and with others; trials take what they took in the last of the runs. */
export function costOf(
  ways: readonly Way[],
  { trials, slots }: { readonly trials: number; readonly slots: number },
): Cost[] {
  // Who hands out the next trial as soon as one ends is as busy as the last of the ways.
  const { busySeconds, seconds } = (ways.at(-1) as Way).run;
  const pegbox = ways.map(({ name, run, units }): Cost => {
    const { transitions, epochs, refills } = run;
    const table = (units?.write ?? 0) * AWS_LIST.dynamodb.write + (units?.read ?? 0) * AWS_LIST.dynamodb.read;
    const calls = (trials + epochs * slots) * NEXT_TRIAL + (epochs + 1 + refills) * PLAN;
    return summed(name, {
      trials: busySeconds * FUNCTION_GB * AWS_LIST.lambda.arm64 + trials * AWS_LIST.lambda.request,
      idle: 0,
      control: transitions * AWS_LIST.transition + trials * table + calls,
    });
  });
  const node = CLUSTER_NODE.usdPerHour / HOUR;
  const nodes = Math.ceil(slots / CLUSTER_NODE.trials);
  const used = (busySeconds / CLUSTER_NODE.trials) * node;
  const open = seconds + CLUSTER_START_SECONDS;
  return [
    ...pegbox,
    summed("SageMaker AMT", { trials: (busySeconds * TRAINING_JOB) / HOUR, idle: 0, control: 0 }),
    summed("a Ray cluster, stopped at the end", {
      trials: used,
      idle: nodes * node * open - used,
      control: (CLUSTER_HEAD / HOUR) * open,
    }),
  ];
}

function summed(name: string, parts: Omit<Cost, "name" | "total">): Cost {
  return { name, ...parts, total: parts.trials + parts.idle + parts.control };
}
