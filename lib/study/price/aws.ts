import { AWS_LIST } from "./aws-list.ts";
import type { Price } from "./meter.ts";

type Architecture = "arm64" | "x86_64";

/** What a runner on AWS runs on, as the stack registers it. */
export type Hardware =
  | {
      readonly kind: "lambda";
      readonly memoryMb: number;
      readonly architecture: Architecture;
      /** Of a function on arm64 that waits while the trial runs. @default there is none */
      readonly guardMb?: number;
    }
  /** On Fargate, or, where instance types are named, on one of those. */
  | {
      readonly kind: "batch";
      readonly vcpus: number;
      readonly memoryMb: number;
      readonly architecture: Architecture;
      readonly instanceTypes?: readonly string[];
    }
  | { readonly kind: "sagemaker"; readonly instanceType: string };

const MB_PER_GB = 1024;
const SECONDS_PER_HOUR = 3600;

/** Fargate and EC2 bill a minute at least. */
const MINUTE = 60;

/**
 * What Pegbox itself uses for an attempt: NextTrial, Route and RunTrial; the writes of a claim, a result and a new best in a
 * study with a cap; what two calls of NextTrial read, and the seconds of its 512 MB.
 */
const CONTROL_USD: number =
  3 * AWS_LIST.transition +
  19 * AWS_LIST.dynamodb.write +
  40 * AWS_LIST.dynamodb.read +
  2 * (AWS_LIST.lambda.request + 0.5 * 0.2 * AWS_LIST.lambda.arm64);

/**
 * What an attempt costs on AWS by its list prices; null for an instance that is not on the list. Spot capacity is priced as
 * if it were not: its price changes, and does not exceed that. A job that shares an instance is priced as if it had it to
 * itself, and of several instance types the dearest counts.
 */
export function awsPrice(hardware: Hardware): Price | null {
  switch (hardware.kind) {
    case "lambda": {
      const { memoryMb, architecture, guardMb = 0 } = hardware;
      const { lambda } = AWS_LIST;
      const gbSeconds = memoryMb * lambda[architecture] + guardMb * lambda.arm64;
      const requests = (guardMb === 0 ? 1 : 2) * lambda.request;
      return { usdPerSecond: gbSeconds / MB_PER_GB, usdPerAttempt: requests + CONTROL_USD };
    }
    case "batch":
      return hardware.instanceTypes === undefined
        ? hourly(fargateHour(hardware), MINUTE)
        : hourly(dearest(hardware.instanceTypes), MINUTE);
    case "sagemaker":
      return hourly(priceOf(AWS_LIST.sagemaker, hardware.instanceType));
  }
}

function hourly(usd: number | null, minSeconds = 0): Price | null {
  return usd === null ? null : { usdPerSecond: usd / SECONDS_PER_HOUR, usdPerAttempt: CONTROL_USD, minSeconds };
}

function fargateHour({ vcpus, memoryMb, architecture }: Extract<Hardware, { kind: "batch" }>): number {
  const { vcpuHour, gbHour } = AWS_LIST.fargate[architecture];
  return vcpus * vcpuHour + (memoryMb / MB_PER_GB) * gbHour;
}

function dearest(types: readonly string[]): number | null {
  const prices = types.map((type) => priceOf(AWS_LIST.ec2, type));
  return prices.some((price) => price === null) ? null : Math.max(...prices.map(Number));
}

function priceOf(list: Readonly<Record<string, number>>, type: string): number | null {
  return Object.hasOwn(list, type) ? (list[type] ?? null) : null;
}
