import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";
import { PegboxError } from "../../lib/errors/pegbox-error.ts";

/**
 * Serves an app.
 *
 * @param port 0: any free one.
 * @throws {PegboxError} `INVALID_INPUT` for a port that is taken.
 */
export function listen(
  app: Pick<Hono, "fetch">,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
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
