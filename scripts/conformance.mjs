// npm run test:conformance: the project against services that are not ours: Amazon DynamoDB Local (Java), an emulator of
// AWS that deploys the synthesized stack (Python), cfn-lint. What is absent is skipped, with the reason.
import { execFile, spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { ensureInstalled, node, root } from "./installed.mjs";

const run = promisify(execFile);
const emulator = join(root, "../shared/conformance");
const environment = join(root, ".cache/oracle");
const python = join(environment, "bin/python");
const cdkOut = join(root, ".cache/conformance/cdk.out");

/** What the suites of test/conformance/ need, by the beginning of their names; the others need Python. */
const needsJava = (suite) => suite.startsWith("dynamodb");

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
  if (!(await works("java", "-version"))) return "there is no java";
  const port = await freePort();
  const server = spawn(join(emulator, "ddb-local.sh"), ["run", String(port)], {
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

/** Installs the emulator where it is not. @returns why it cannot, or null. */
async function installEmulator() {
  const importsAll = () => works(python, "-c", "import moto, jsonata, cfnlint");
  if (!(await works("python3", "-c", "import sys; assert sys.version_info >= (3, 10)"))) {
    return "there is no python3, 3.10 or newer";
  }
  if (!(await importsAll())) {
    console.log("Installing the emulator into .cache/oracle (minutes, once) …");
    try {
      await run("python3", ["-m", "venv", environment]);
      await run(python, ["-m", "pip", "install", "--quiet", "-r", join(emulator, "requirements.txt")]);
    } catch (error) {
      return `it cannot be installed (${error.message.trim().split("\n").at(-1)})`;
    }
    if (!(await importsAll())) return "it does not import after its installation";
  }
  Object.assign(process.env, {
    PEGBOX_EMULATOR: emulator,
    PEGBOX_EMULATOR_PYTHON: python,
    PEGBOX_CDK_OUT: cdkOut,
  });
  return null;
}

if (!existsSync(join(emulator, "oracle.py"))) {
  console.log("conformance: skipped, there is no ../shared/conformance beside the repository");
  process.exit(0);
}
ensureInstalled();
node("scripts/build.mjs");
const [noJava, noPython] = await Promise.all([startDynamoDb(), installEmulator()]);
if (noPython === null) node("node_modules/aws-cdk/bin/cdk", "synth", "--quiet", "--no-notices", "--output", cdkOut);

const suites = readdirSync(join(root, "test/conformance")).filter((name) => name.endsWith(".conformance.ts"));
const wanted = suites.filter((suite) => {
  const reason = needsJava(suite) ? noJava : noPython;
  if (reason !== null) console.log(`conformance: ${suite} skipped, ${reason}`);
  return reason === null;
});
if (wanted.length > 0) {
  const report = process.env.PEGBOX_TEST_REPORT;
  const reporters = report === undefined ? [] : ["--reporter=default", "--reporter=json", `--outputFile=${report}`];
  node(
    "node_modules/vitest/vitest.mjs",
    ...["run", "--config", "vitest.conformance.config.ts", ...reporters],
    ...wanted.map((suite) => join("test/conformance", suite)),
  );
}
process.exit(0);
