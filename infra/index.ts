// `pegbox/cdk`: Pegbox inside an app of your own.
export { type LambdaRunnerProps, PegboxStack, type PegboxStackProps } from "./pegbox-stack.ts";
