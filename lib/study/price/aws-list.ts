/**
 * List prices of AWS in us-east-1, in US dollars, on demand, without free tier, discounts or tax. What is not marked was
 * found alike in two public records of 2026 at least, or in one that was taken from the AWS Price List API; AWS itself was not
 * asked. `docs/cost.md` shows them all.
 */
export const AWS_LIST = {
  date: "2026-08-17",
  region: "us-east-1",
  /** Lambda: a second of a GB of memory, and a request. */
  lambda: { arm64: 0.0000133334, x86_64: 0.0000166667, request: 0.0000002 },
  /** Fargate: an hour of a processor and of a GB of memory; Linux. */
  fargate: {
    x86_64: { vcpuHour: 0.04048, gbHour: 0.004445 },
    arm64: { vcpuHour: 0.03238, gbHour: 0.00356 },
  },
  /** Step Functions: a transition of a standard workflow. */
  transition: 0.000025,
  /** DynamoDB on demand: a write unit and a read unit. */
  dynamodb: { write: 0.000000625, read: 0.000000125 },
  /** EC2: an hour of an instance; Linux. */
  ec2: {
    "c7g.large": 0.0725,
    "c7g.xlarge": 0.145,
    "c7g.2xlarge": 0.29,
    "c7g.4xlarge": 0.58,
    "m7g.large": 0.0816,
    "m7g.xlarge": 0.1632,
    "m7g.2xlarge": 0.3264,
    "g4dn.xlarge": 0.526,
    "g4dn.2xlarge": 0.752,
    "g5.xlarge": 1.006,
    "g5.2xlarge": 1.212,
    "g6.xlarge": 0.8048,
    "g6.2xlarge": 0.9776,
    "g6e.xlarge": 1.861,
    "p4d.24xlarge": 21.957642,
  },
  /** SageMaker: an hour of training on an instance. */
  sagemaker: {
    "ml.m5.large": 0.115,
    "ml.m5.xlarge": 0.23,
    "ml.m5.2xlarge": 0.461,
    "ml.g4dn.xlarge": 0.7364,
    "ml.g5.xlarge": 1.408,
    "ml.g5.2xlarge": 1.515,
    "ml.g6e.xlarge": 2.61,
  },
} as const;

/** Of the instances above those whose price was found in one record alone, or in others otherwise. */
export const UNVERIFIED: ReadonlySet<string> = new Set(["p4d.24xlarge", "ml.m5.2xlarge", "ml.g6e.xlarge"]);
