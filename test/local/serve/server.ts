import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type IncomingHttpHeaders, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TunerEvent } from "../../../lib/tuner/ports.ts";
import { type ServeOptions, type Server, serve } from "../../../local/serve/serve.ts";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A folder with a runner `noop` (`parallel: 2`, the error is x) and a state directory, and servers over them. */
export interface Workshop {
  readonly folder: string;
  readonly events: readonly TunerEvent[];
  readonly defects: readonly unknown[];
  serve(changes?: Partial<ServeOptions>): Promise<Server>;
  /** Resolves with the first event, past or future, that `wanted` takes. */
  until(wanted: (event: TunerEvent) => boolean): Promise<TunerEvent>;
  close(): Promise<void>;
}

/** @param trial body of the trial's function: `request`, `signal` and `gate()`, which waits for the file `open`. */
export async function workshop(trial = "return { metrics: { error: request.parameters.x } };"): Promise<Workshop> {
  const folder = await mkdtemp(join(tmpdir(), "pegbox-serve-"));
  await writeFile(
    join(folder, "trial.mjs"),
    `import { existsSync } from "node:fs";
     import { setTimeout as sleep } from "node:timers/promises";
     const open = new URL("./open", import.meta.url);
     export default async (request, { signal }) => {
       const gate = async () => { while (!existsSync(open) && !signal.aborted) await sleep(5); };
       ${trial}
     };`,
  );
  await writeFile(
    join(folder, "noop.yaml"),
    `metrics: [{ name: error, goal: minimize }]
parameters: { x: { type: float, min: 0, max: 1 } }
parallel: 2
runner: { function: trial.mjs }
`,
  );
  const events: TunerEvent[] = [];
  const defects: unknown[] = [];
  const servers: Server[] = [];
  const waiting: { readonly wanted: (event: TunerEvent) => boolean; readonly found: (event: TunerEvent) => void }[] =
    [];
  return {
    folder,
    events,
    defects,
    async serve(changes = {}) {
      const server = await serve({
        host: "127.0.0.1",
        port: 0,
        token: null,
        stateDirectory: join(folder, "state"),
        runners: new Map([["noop", join(folder, "noop.yaml")]]),
        environment: {},
        observe: (event) => {
          events.push(event);
          for (const { wanted, found } of waiting) if (wanted(event)) found(event);
        },
        onDefect: (error) => defects.push(error),
        ...changes,
      });
      servers.push(server);
      return server;
    },
    until(wanted) {
      const past = events.find(wanted);
      if (past !== undefined) return Promise.resolve(past);
      return new Promise((found) => waiting.push({ wanted, found }));
    },
    async close() {
      await Promise.all(servers.map((server) => server.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A request with every header as given: `fetch` would set Host and Origin itself. */
export function ask(
  server: Server,
  path: string,
  options: {
    readonly method?: string;
    readonly headers?: Record<string, string | string[]>;
    readonly body?: string;
  } = {},
): Promise<Answer> {
  const { hostname, port, host } = new URL(server.url);
  const { method = "GET", headers = {}, body } = options;
  return new Promise((done, fail) => {
    const call = request(
      { host: hostname.replace(/^\[|\]$/g, ""), port, path, method, headers: { host, ...headers }, agent: false },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => {
          text += part;
        });
        response.on("end", () => done({ status: response.statusCode ?? 0, headers: response.headers, text }));
      },
    );
    call.on("error", fail).end(body);
  });
}

export function post(server: Server, changes: object = {}, headers: Record<string, string> = {}): Promise<Answer> {
  const study = {
    name: "s",
    metrics: [{ name: "error", goal: "minimize" }],
    parameters: { x: { type: "float", min: 0, max: 1 } },
    strategy: "random",
    trials: 6,
    runner: { lambda: "noop" },
    ...changes,
  };
  const type = { "content-type": "application/json" };
  return ask(server, "/studies", { method: "POST", headers: { ...type, ...headers }, body: JSON.stringify(study) });
}
