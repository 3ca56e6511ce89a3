import { Command, Option } from "commander";
import { PegboxError } from "../../lib/errors/pegbox-error.ts";
import type { TunerEvent } from "../../lib/tuner/ports.ts";
import { isLoopback } from "../../local/serve/guard.ts";
import { serve } from "../../local/serve/serve.ts";
import { onInterrupt } from "../interrupt.ts";
import { stateOption } from "../options.ts";
import { readToken } from "../token-file.ts";

interface ServeFlags {
  readonly host: string;
  readonly port: string;
  readonly tokenFile?: string;
  readonly runner: readonly string[];
  readonly state: string;
}

export function serveCommand(): Command {
  return new Command("serve")
    .description("serve the HTTP API on this machine")
    .option("--port <n>", "port to listen on, 0 for any free one", "8377")
    .option("--host <host>", "address to listen on; beyond loopback needs --token-file", "127.0.0.1")
    .option("--token-file <file>", "file with the token that every request must bear")
    .addOption(runnerOption())
    .addOption(stateOption())
    .action(run);
}

function runnerOption(): Option {
  const what = "register the runner of a study file, for as many trials at once as its `parallel`; may be repeated";
  return new Option("--runner <id=studyfile>", what).argParser(collect).default([], "none");
}

const collect = (value: string, before: readonly string[]): string[] => [...before, value];

async function run(flags: ServeFlags): Promise<void> {
  const server = await serve({
    host: flags.host,
    port: portOf(flags.port),
    token: await tokenOf(flags),
    stateDirectory: flags.state,
    runners: new Map(flags.runner.map(runnerOf)),
    environment: process.env,
    observe: log,
    onDefect: reportDefect,
  });
  process.stdout.write(`${server.url}\n`);
  onInterrupt(() => server.close().catch(reportDefect));
}

/** What studies do, on stderr: a line when one starts and one when it ends. */
function log(event: TunerEvent): void {
  if (event.type === "studyStarted") process.stderr.write(`${event.study} started\n`);
  if (event.type === "studyEnded") process.stderr.write(`${event.study} ${event.status}: ${event.reason.message}\n`);
}

function reportDefect(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 1;
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw invalid("--port", "a number from 0 to 65535", text);
}

function runnerOf(text: string): [id: string, studyFile: string] {
  const match = /^([A-Za-z0-9][A-Za-z0-9_.-]{0,63})=(.+)$/.exec(text);
  if (match?.[1] !== undefined && match[2] !== undefined) return [match[1], match[2]];
  throw invalid("--runner", "ID=STUDYFILE, the id of letters, digits, `.`, `_` and `-`", text);
}

async function tokenOf({ host, tokenFile }: ServeFlags): Promise<string | null> {
  if (tokenFile === undefined) {
    if (isLoopback(host)) return null;
    throw invalid("--token-file", `a file with a token, for ${host} is not loopback`, "nothing");
  }
  return readToken(tokenFile);
}

function invalid(path: string, expected: string, got: string): PegboxError {
  return new PegboxError("INVALID_INPUT", `${path}: expected ${expected}, got ${got}`, {
    issues: [{ path, expected, got }],
  });
}
