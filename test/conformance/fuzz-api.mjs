// The HTTP API of `pegbox serve` under schemathesis, a property-based fuzzer of OpenAPI documents (Python): about a
// minute, always the same requests. Exit code 0 when nothing was found, or when it cannot run here, with the reason.
//
//     node scripts/build.mjs && node test/conformance/fuzz-api.mjs [SEED]
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const command = join(root, "bin/pegbox.js");
const home = join(root, ".cache/fuzz");
const environment = join(home, "venv");
const schemathesis = join(environment, "bin/schemathesis");
const VERSION = "4.32.5";
const seed = process.argv[2] ?? "1";

const ANSWERS = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_headers_conformance",
  "response_schema_conformance",
];

/** Requests of every kind as the document makes them; then, with hooks, studies that are created, run and are read. */
const PASSES = [
  {
    title: "requests that are right and wrong",
    checks: [
      ...ANSWERS,
      "negative_data_rejection",
      "unsupported_method",
      "allow_header_conformance",
      "missing_required_header",
    ],
    flags: ["--phases", "coverage,fuzzing", "--max-examples", "100"],
    env: {},
  },
  {
    title: "studies that run",
    checks: [...ANSWERS, "use_after_free", "ensure_resource_availability"],
    flags: ["--phases", "fuzzing,stateful", "--max-examples", "60", "--mode", "positive"],
    env: { SCHEMATHESIS_HOOKS: "fuzz_hooks" },
  },
];

/** @returns why it cannot be had, or null. */
async function installFuzzer() {
  const has = await run(schemathesis, ["--version"]).then(
    ({ stdout }) => stdout.includes(VERSION),
    () => false,
  );
  if (has) return null;
  await mkdir(home, { recursive: true });
  try {
    await run("python3", ["-m", "venv", environment]);
    await run(join(environment, "bin/pip"), ["install", "--quiet", `schemathesis==${VERSION}`]);
    return null;
  } catch (error) {
    return String(error.stderr || error.message)
      .trim()
      .split("\n")
      .at(-1);
  }
}

/** A server with a runner `noop` of four slots, and its URL from its first line. */
async function startServer(folder) {
  await writeFile(join(folder, "noop.mjs"), "export default async () => ({ metrics: { error: 0 } });\n");
  const study = {
    metrics: [{ name: "error", goal: "minimize" }],
    parameters: { x: { type: "float", min: 0, max: 1 } },
    parallel: 4,
    runner: { function: "noop.mjs" },
  };
  await writeFile(join(folder, "noop.json"), JSON.stringify(study));
  const flags = [
    "serve",
    "--port",
    "0",
    "--state",
    join(folder, "state"),
    "--runner",
    `noop=${join(folder, "noop.json")}`,
  ];
  const server = spawn(process.execPath, [command, ...flags], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  server.stderr.on("data", (text) => {
    said += text;
  });
  const ended = new Promise((resolve) => server.on("exit", resolve));
  for await (const url of createInterface({ input: server.stdout })) return { server, url, ended, said: () => said };
  throw new Error(`the server ended before it had an address: ${said}`);
}

function fuzz(url, { checks, flags, env }) {
  const common = [
    "run",
    `${url}/openapi.json`,
    "--url",
    url,
    "--seed",
    seed,
    "--generation-database",
    "none",
    "--no-shrink",
  ];
  const more = ["--continue-on-failure", "--max-time", "30", "--warnings", "off"];
  const child = spawn(schemathesis, [...common, ...more, "--checks", checks.join(","), ...flags], {
    cwd: home,
    env: { ...process.env, ...env, PYTHONPATH: join(root, "test/conformance"), PYTHONDONTWRITEBYTECODE: "1" },
    stdio: "inherit",
  });
  return new Promise((resolve) => child.on("exit", (code) => resolve(code ?? 1)));
}

async function main() {
  if (!existsSync(join(root, "dist"))) return skip("there is no dist: run `node scripts/build.mjs` first");
  const reason = await installFuzzer();
  if (reason !== null) return skip(reason);
  const folder = await mkdtemp(join(tmpdir(), "pegbox-fuzz-"));
  const { server, url, ended, said } = await startServer(folder);
  let found = false;
  for (const pass of PASSES) {
    console.log(`\n# ${pass.title}`);
    found = (await fuzz(url, pass)) !== 0 || found;
  }
  const studies = (await (await fetch(`${url}/studies?limit=1000`)).json()).studies;
  const finished = studies.filter(({ status }) => status === "COMPLETED").length;
  server.kill("SIGINT");
  const code = await ended;
  await rm(folder, { recursive: true, force: true });
  console.log(`${studies.length} studies were created, ${finished} had completed; the server ended with ${code}`);
  const defects = said().match(/^\s+at .*$/m);
  if (defects !== null) console.error(said());
  if (found || defects !== null || code !== 0 || finished === 0) process.exitCode = 1;
}

function skip(reason) {
  console.log(`skipped: ${reason}`);
}

await main();
