import { describe, expect, test } from "vitest";
import { awsPrice, type Hardware } from "../../../../lib/study/price/aws.ts";
import { attemptCost } from "../../../../lib/study/price/meter.ts";

/** Without what Pegbox itself uses. */
function thousand(hardware: Hardware, seconds: number): number {
  const price = awsPrice(hardware);
  if (price === null) throw new Error("there is no price");
  return 1000 * attemptCost({ ...price, usdPerAttempt: 0 }, seconds);
}

const LAMBDA = { kind: "lambda", memoryMb: 1769, architecture: "arm64" } as const;
const FARGATE = { kind: "batch", vcpus: 1, memoryMb: 2048, architecture: "arm64" } as const;

describe("what a thousand attempts cost", () => {
  test.each<[what: string, hardware: Hardware, seconds: number, usd: number]>([
    ["a minute of a whole processor of Lambda, arm64", LAMBDA, 60, 1.382],
    ["ten minutes of it", LAMBDA, 600, 13.82],
    ["a minute of it, x86", { ...LAMBDA, architecture: "x86_64" }, 60, 1.728],
    ["a minute of it behind a guard of 256 MB", { ...LAMBDA, guardMb: 256 }, 60, 1.582],
    ["ten minutes of Fargate", FARGATE, 600, 6.583],
    ["a second of Fargate: a minute", FARGATE, 1, 0.658],
    ["an hour of one GPU", { ...FARGATE, instanceTypes: ["g5.xlarge"] }, 3600, 1006],
    [
      "an hour of what may be either: the dearer",
      { ...FARGATE, instanceTypes: ["g4dn.xlarge", "g6.xlarge"] },
      3600,
      804.8,
    ],
    ["an hour of SageMaker", { kind: "sagemaker", instanceType: "ml.g5.xlarge" }, 3600, 1408],
  ])("%s", (_, hardware, seconds, usd) => {
    expect(thousand(hardware, seconds)).toBeCloseTo(usd, 2);
  });

  test("of Pegbox itself: about ten cents", () => {
    const control =
      1000 * attemptCost(awsPrice(FARGATE) ?? { usdPerSecond: 0, usdPerAttempt: 0 }, 0) - thousand(FARGATE, 0);
    expect(control).toBeGreaterThan(0.08);
    expect(control).toBeLessThan(0.12);
  });
});

test("an instance that is not on the list has no price", () => {
  expect(awsPrice({ kind: "sagemaker", instanceType: "toString" })).toBeNull();
  expect(awsPrice({ ...FARGATE, instanceTypes: ["g5.xlarge", "x9.huge"] })).toBeNull();
});
