import type { Price } from "../study/price/meter.ts";

/** What a runner of the stack runs on: what its price depends on. */
interface LambdaRecord {
  readonly kind: "lambda";
  /** What the workflow invokes. */
  readonly functionArn: string;
  /** The runner's own time limit. */
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly architecture: "arm64" | "x86_64";
  /** What it costs, where that is not what AWS lists for it. */
  readonly price?: Price;
}

/** A runner as the stack registers it at deploy, for the handlers that resolve the ids of study files. */
export type RunnerRecord = LambdaRecord;
