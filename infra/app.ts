import { App, Duration, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { Handler } from "./handler.ts";
import { PegboxStack } from "./pegbox-stack.ts";

/** The app that `npm run synth` and `npx cdk deploy` build: the stack with the digits example as its first runner. */
export const app: App = new App();
const stack = new PegboxStack(app, "Pegbox");
const timeout = Duration.minutes(5);
const digits = new Handler(stack, "Digits", { name: "digits", memoryMb: 1769, timeout });
stack.addRunner("digits", { function: digits.function, timeout });
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
