import { type Command, Option } from "commander";
import { PegboxError } from "../../lib/errors/pegbox-error.ts";
import type { Api } from "../../remote/api.ts";
import { STATE_DIRECTORY } from "../options.ts";
import { shellWord } from "../shell-word.ts";
import { readToken } from "../token-file.ts";
import type { Studies } from "./studies.ts";

/** Where the API is. */
export interface ServerFlags {
  readonly url?: string;
  readonly stack?: string;
  readonly tokenFile?: string;
}

/** Where a study is: here, or at an API. */
export interface PlaceFlags extends ServerFlags {
  readonly state?: string;
}

/** `--url`, `--stack`, `--token-file`: the same words on every command that may ask an API. */
export function serverOptions(command: Command): Command {
  return command
    .addOption(new Option("--url <url>", "the API to ask (default: PEGBOX_URL)").conflicts("stack"))
    .addOption(new Option("--stack <name>", "ask the API of this stack on AWS"))
    .addOption(new Option("--token-file <file>", "file with the token of a `pegbox serve` on another machine"));
}

/** Those, or `--state`. */
export function placeOptions(command: Command): Command {
  const state = new Option("--state <dir>", `directory of the local state (default: "${STATE_DIRECTORY}")`);
  return serverOptions(command.addOption(state.conflicts(["url", "stack", "tokenFile"])));
}

/** Does some work with the studies of a place: of an API where one is named, else of the local state. */
export async function withStudies(flags: PlaceFlags, work: (studies: Studies) => Promise<void>): Promise<void> {
  const studies = await openStudies(flags);
  try {
    await work(studies);
  } finally {
    await studies.close();
  }
}

/** Each kind loads what it needs: a look at the local state loads no AWS SDK, one at an API no database. */
async function openStudies(flags: PlaceFlags): Promise<Studies> {
  const place = flags.state === undefined ? serverOf(flags) : null;
  if (place !== null) return (await openServer(place, flags)).studies;
  if (flags.tokenFile !== undefined) {
    throw new PegboxError("INVALID_INPUT", "expected --url or PEGBOX_URL beside --token-file, got neither");
  }
  const { localStudies } = await import("./local-studies.ts");
  return localStudies(flags.state ?? STATE_DIRECTORY);
}

/** The API that is named; null where none is. */
export async function openNamedServer(flags: ServerFlags): Promise<Api | null> {
  const place = serverOf(flags);
  return place === null ? null : (await openServer(place, flags)).api;
}

/** The API that is named, or else that of the stack `Pegbox`. */
export function openAnyServer(flags: ServerFlags): Promise<{ readonly api: Api; readonly studies: Studies }> {
  return openServer(serverOf(flags) ?? { stack: "Pegbox", options: " --stack Pegbox" }, flags);
}

type Server = ({ readonly url: string } | { readonly stack: string }) & {
  /** What leads a further command there. */
  readonly options: string;
};

function serverOf({ url, stack }: ServerFlags): Server | null {
  if (url !== undefined) return { url, options: ` --url ${shellWord(url)}` };
  if (stack !== undefined) return { stack, options: ` --stack ${shellWord(stack)}` };
  const usual = process.env["PEGBOX_URL"];
  return usual ? { url: usual, options: "" } : null;
}

async function openServer(
  { options, ...place }: Server,
  { tokenFile }: ServerFlags,
): Promise<{ readonly api: Api; readonly studies: Studies }> {
  const token = tokenFile === undefined ? null : await readToken(tokenFile);
  const [{ connect }, { apiOf }, { remoteStudies }] = await Promise.all([
    import("../../remote/connect.ts"),
    import("../../remote/api.ts"),
    import("./remote-studies.ts"),
  ]);
  const connection = await connect(place, { token });
  const api = apiOf(connection);
  const withToken = tokenFile === undefined ? "" : ` --token-file ${shellWord(tokenFile)}`;
  return { api, studies: remoteStudies(api, connection.url, `${options}${withToken}`) };
}
