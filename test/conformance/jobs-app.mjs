// node test/conformance/jobs-app.mjs OUT: an app whose stack has a Batch runner, a callback runner and a guarded
// function, synthesized into OUT.
import { readFileSync } from "node:fs";
import { App, Duration } from "aws-cdk-lib";
import { Runtime } from "aws-cdk-lib/aws-lambda";
import { BatchRunner, CallbackRunner, LambdaRunner, PegboxStack } from "../../dist/infra/index.js";

const { context } = JSON.parse(readFileSync("cdk.json", "utf8"));
const app = new App({ outdir: process.argv[2], context });
const stack = new PegboxStack(app, "Pegbox");
const size = { vcpus: 1, memoryMb: 2048, timeout: Duration.minutes(5) };
stack.addRunner("job", new BatchRunner(stack, "Job", { ...size, image: "python:3.13" }));
const patience = { timeout: Duration.minutes(5), heartbeat: Duration.minutes(1) };
stack.addRunner("bridge", new CallbackRunner(stack, "Bridge", patience));
const code = { directory: "test/conformance/faulty", runtime: Runtime.NODEJS_24_X, handler: "index.handler" };
const guarded = { memoryMb: 256, timeout: Duration.minutes(1), guarded: true };
stack.addRunner("faulty", new LambdaRunner(stack, "Faulty", { ...code, ...guarded }));
app.synth();
