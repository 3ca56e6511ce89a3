import { App, Duration, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { Handler } from "./handler.ts";
import { PegboxStack } from "./pegbox-stack.ts";
import { LambdaRunner } from "./runners/lambda-runner.ts";

/** The app that `npm run synth` and `npx cdk deploy` build: the stack with the digits example as its first runner. */
export const app: App = new App();
const stack = new PegboxStack(app, "Pegbox");
const size = { memoryMb: 1769, timeout: Duration.minutes(5) };
const digits = new Handler(stack, "Digits", { name: "digits", ...size });
stack.addRunner(
  "digits",
  new LambdaRunner(stack, "DigitsRunner", { ...size, function: digits.function, guarded: false, shifts: true }),
);
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
