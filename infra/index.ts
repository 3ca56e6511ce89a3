// `pegbox/cdk`: Pegbox inside an app of your own.
export { PegboxStack, type PegboxStackProps } from "./pegbox-stack.ts";
export { LambdaRunner, type LambdaRunnerProps } from "./runners/lambda-runner.ts";
export type { Runner, RunnerHost } from "./runners/runner.ts";
