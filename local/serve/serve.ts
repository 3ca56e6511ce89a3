import { createHash, randomBytes } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { createApp } from "../../lib/api/app.ts";
import { PegboxError } from "../../lib/errors/pegbox-error.ts";
import type { TunerEvent } from "../../lib/tuner/ports.ts";
import { createEngine } from "../engine.ts";
import { lockStudy } from "../lock.ts";
import { createRunner } from "../runners/create.ts";
import type { LocalRunner } from "../runners/runner.ts";
import { openState } from "../state.ts";
import { readStudyFile } from "../study-file.ts";
import { guard } from "./guard.ts";
import { continueStudies, pauseStudies } from "./studies.ts";

export interface ServeOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** What every request must bear; null on loopback alone. */
  readonly token: string | null;
  readonly stateDirectory: string;
  /** Study files by runner id: the `runner` of the file is what the id runs. */
  readonly runners: ReadonlyMap<string, string>;
  readonly environment: NodeJS.ProcessEnv;
  readonly observe: (event: TunerEvent) => void;
  readonly onDefect: (error: unknown) => void;
}

export interface Server {
  readonly url: string;
  /** Gives running trials back, pauses their studies and closes. */
  close(): Promise<void>;
}

/**
 * The HTTP API on this machine: the same app as on AWS, over the local state and registered local runners. Studies that
 * an earlier server left unfinished go on.
 *
 * @throws {PegboxError} `INVALID_INPUT` for a port that is taken, `STATE_BUSY` while another server uses the state.
 */
export async function serve(options: ServeOptions): Promise<Server> {
  const stateDirectory = resolve(options.stateDirectory);
  const store = await openState(stateDirectory, { create: true });
  const temporary = join(stateDirectory, "tmp", String(process.pid));
  const close = [() => store.close(), () => rm(temporary, { recursive: true, force: true })];
  const closeAll = async (): Promise<void> => {
    for (const step of close.splice(0).reverse()) await step();
  };
  try {
    close.push(await lockStudy(stateDirectory, "serve"));
    const runners = await createRunners(options, temporary);
    for (const runner of runners.values()) close.push(() => runner.close());
    const engine = createEngine({ store, runners, observe: options.observe });
    close.push(async () => {
      await pauseStudies(runners, engine);
      engine.interrupt();
      await engine.idle();
    });
    const app = new Hono().use(guard(options.token)).route(
      "/",
      createApp(
        {
          tuner: engine.ports,
          launcher: engine.launcher,
          scheduler: null,
          newToken: () => randomBytes(4).readUInt32BE().toString(36).padStart(7, "0"),
          fingerprint: (text) => createHash("sha256").update(text).digest("hex"),
        },
        options.onDefect,
      ),
    );
    const { url, stop } = await listen(app, options);
    close.push(stop);
    await continueStudies(runners, engine);
    return { url, close: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function createRunners(options: ServeOptions, temporary: string): Promise<ReadonlyMap<string, LocalRunner>> {
  await mkdir(temporary, { recursive: true });
  const runners = new Map<string, LocalRunner>();
  for (const [id, path] of options.runners) {
    const { spec, directory } = await readStudyFile(path);
    const shape = { directory, parallel: spec.parallel, environment: options.environment };
    runners.set(id, await createRunner(spec.runner, { ...shape, temporary: join(temporary, id) }));
  }
  return runners;
}

function listen(app: Hono, { host, port }: ServeOptions): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = createAdaptorServer({ fetch: app.fetch });
  const stop = (): Promise<void> =>
    new Promise((done) => {
      server.close(() => done());
      if ("closeAllConnections" in server) server.closeAllConnections();
    });
  return new Promise((done, fail) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const message = `${host}:${port} cannot be listened on: ${cause.code}`;
      fail(new PegboxError("INVALID_INPUT", message, { cause, hint: "--port 0 takes any free port" }));
    });
    server.listen(port, host, () => {
      const { address, family, port: taken } = server.address() as AddressInfo;
      done({ url: `http://${family === "IPv6" ? `[${address}]` : address}:${taken}`, stop });
    });
  });
}
