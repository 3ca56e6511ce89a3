// npm run test:conformance: the project against what is not ours: Amazon DynamoDB Local (Java), an emulator of AWS that
// deploys the synthesized stack, cfn-lint, an API fuzzer (Python). What is absent is skipped, with the reason.
import { execFile, spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { ensureInstalled, node, root } from "./installed.mjs";

const run = promisify(execFile);
const oracle = join(root, "../shared/conformance");
const NO_ORACLE = existsSync(oracle) ? null : "there is no ../shared/conformance beside the repository";
const environment = join(root, ".cache/oracle");
const python = join(environment, "bin/python");
const cdkOut = join(root, ".cache/conformance/cdk.out");

/** What the suites of test/conformance/ need, by name; each answers why it cannot be had, or null. The fuzzer sees to itself. */
const NEEDS = [
  { suites: /^dynamodb/, prepare: startDynamoDb },
  { suites: /^fuzz/, prepare: async () => null },
  { suites: /^(?!dynamodb|fuzz)/, prepare: deployable },
];

const works = (command, ...args) =>
  run(command, args).then(
    () => true,
    () => false,
  );

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const listens = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });

/** Starts DynamoDB Local, which it downloads at first; it ends with this process. @returns why it cannot, or null. */
async function startDynamoDb() {
  if (NO_ORACLE !== null) return NO_ORACLE;
  if (!(await works("java", "-version"))) return "there is no java";
  const port = await freePort();
  const server = spawn(join(oracle, "ddb-local.sh"), ["run", String(port)], {
    env: { ...process.env, DDB_HOME: join(root, ".cache/ddb-local") },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let ended = null;
  let said = "";
  server.stderr.on("data", (text) => {
    said += text;
  });
  server.on("error", (error) => {
    ended = error.message;
  });
  server.on("exit", (code) => {
    ended = `exit ${code}: ${said.trim().split("\n").at(-1)}`;
  });
  process.on("exit", () => server.kill());
  for (let attempt = 0; attempt < 600; attempt++) {
    if (ended !== null) return `DynamoDB Local does not start (${ended})`;
    if (await listens(port)) {
      process.env.PEGBOX_DYNAMODB_ENDPOINT = `http://127.0.0.1:${port}`;
      return null;
    }
    await sleep(200);
  }
  return "DynamoDB Local does not start within two minutes";
}

/** Installs the emulator where it does not import. @returns why it cannot, or null. */
async function installEmulator() {
  const importsAll = () => works(python, "-c", "import moto, jsonata, cfnlint");
  if (await importsAll()) return null;
  if (!(await works("python3", "-c", "import sys; assert sys.version_info >= (3, 10)"))) {
    return "there is no python3, 3.10 or newer";
  }
  console.log("Installing the emulator into .cache/oracle (minutes, once) …");
  try {
    await run("python3", ["-m", "venv", environment]);
    await run(python, ["-m", "pip", "install", "--quiet", "-r", join(oracle, "requirements.txt")]);
  } catch (error) {
    return `the emulator cannot be installed (${error.message.trim().split("\n").at(-1)})`;
  }
  return (await importsAll()) ? null : "the emulator cannot be imported";
}

/** The emulator, and the stack synthesized for it, apart from the cdk.out of `npm run synth`. */
async function deployable() {
  if (NO_ORACLE !== null) return NO_ORACLE;
  const reason = await installEmulator();
  if (reason !== null) return reason;
  node("node_modules/aws-cdk/bin/cdk", "synth", "--quiet", "--no-notices", "--output", cdkOut);
  Object.assign(process.env, { PEGBOX_ORACLE: oracle, PEGBOX_ORACLE_PYTHON: python, PEGBOX_CDK_OUT: cdkOut });
  return null;
}

ensureInstalled();
node("scripts/build.mjs");

const all = readdirSync(join(root, "test/conformance")).filter((name) => name.endsWith(".conformance.ts"));
const prepared = await Promise.all(
  NEEDS.map(async ({ suites, prepare }) => {
    const wanted = all.filter((name) => suites.test(name));
    const reason = wanted.length === 0 ? null : await prepare();
    if (reason === null) return wanted;
    console.log(`conformance: skipped ${wanted.join(", ")}: ${reason}`);
    return [];
  }),
);
const files = prepared.flat().map((name) => join("test/conformance", name));
if (files.length > 0) {
  const report = process.env.PEGBOX_TEST_REPORT;
  const reporters = report === undefined ? [] : ["--reporter=default", "--reporter=json", `--outputFile=${report}`];
  node("node_modules/vitest/vitest.mjs", "run", "--config", "vitest.conformance.config.ts", ...reporters, ...files);
}
process.exit(0);
