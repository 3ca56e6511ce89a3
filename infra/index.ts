// `pegbox/cdk`: Pegbox inside an app of your own.
export { PegboxStack, type PegboxStackProps, type RunnerOptions } from "./pegbox-stack.ts";
export { BatchRunner, type BatchRunnerProps } from "./runners/batch-runner.ts";
export { CallbackRunner, type CallbackRunnerProps } from "./runners/callback-runner.ts";
export { LambdaRunner, type LambdaRunnerProps } from "./runners/lambda-runner.ts";
export type { Runner, RunnerHost } from "./runners/runner.ts";
export { SageMakerRunner, type SageMakerRunnerProps } from "./runners/sagemaker-runner.ts";
