import packageJson from "../../package.json" with { type: "json" };
import { studyTemplate } from "./templates.ts";

/** What `pegbox init --aws` writes beside the study: a CDK app with one runner, and the trial that it runs. */
export const AWS_STUDY_TEMPLATE: string = studyTemplate(
  10,
  `# pegbox run takes the command, pegbox start the function that infra.mjs registers
runner: { command: "python3 train/train.py", lambda: train }
`,
);

export const APP_TEMPLATE = `import { App, Duration } from "aws-cdk-lib";
import { Runtime } from "aws-cdk-lib/aws-lambda";
import { LambdaRunner, PegboxStack } from "pegbox/cdk";

const stack = new PegboxStack(new App(), "Pegbox");
const code = { directory: "train", runtime: Runtime.PYTHON_3_13, handler: "train.handler" };
const size = { memoryMb: 1769, timeout: Duration.minutes(10) };
stack.addRunner("train", new LambdaRunner(stack, "Train", { ...code, ...size }));
`;

export const HANDLER_TEMPLATE = `"""Put your training here: parameters come in, metrics go out. This one has its best at 0.003, 2 layers, adam."""
import json
import math
import os


def handler(request, context=None):
    p = request["parameters"]
    loss = math.log10(p["learningRate"] / 0.003) ** 2 + 0.3 * (p["layers"] - 2) ** 2
    if p["optimizer"] == "sgd":
        loss += 0.2 + (0.9 - p["momentum"]) ** 2
    return {"metrics": {"loss": loss}}


if __name__ == "__main__":  # pegbox run: the request is in a file, the result is the last line
    with open(os.environ["PEGBOX_REQUEST"]) as file:
        print(json.dumps(handler(json.load(file))))
`;

/** The same flags as Pegbox itself is deployed with: fewer, smaller policies. */
export const CDK_TEMPLATE: string = pretty({
  app: "node infra.mjs",
  output: "cdk.out",
  versionReporting: false,
  context: { "@aws-cdk/aws-iam:minimizePolicies": true, "@aws-cdk/core:checkSecretUsage": true },
});

/** With the versions of CDK that this version of Pegbox was tested with. */
export const PACKAGE_TEMPLATE: string = pretty({
  name: "first-study",
  private: true,
  type: "module",
  dependencies: {
    "aws-cdk-lib": packageJson.devDependencies["aws-cdk-lib"],
    constructs: packageJson.devDependencies.constructs,
    pegbox: packageJson.version,
  },
  devDependencies: { "aws-cdk": packageJson.devDependencies["aws-cdk"] },
});

function pretty(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
