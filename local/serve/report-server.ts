import type { Hono } from "hono";
import { createReportApp } from "../../lib/api/app.ts";
import type { Reports, TunerPorts } from "../../lib/tuner/ports.ts";
import { guard } from "./guard.ts";
import { listen } from "./listen.ts";
import { openSeal } from "./report-key.ts";

export interface ReportServer {
  readonly reports: Reports;
  close(): Promise<void>;
}

/**
 * Takes what trials report, at a free port of loopback.
 *
 * @param ports of who runs them; asked for when the first of them reports.
 */
export async function openReportServer(stateDirectory: string, ports: () => TunerPorts): Promise<ReportServer> {
  const seal = await openSeal(stateDirectory);
  // a report that is not taken is the trial's to tell of, and fails nothing
  const make = (): Hono => createReportApp({ tuner: ports() }, () => {}, guard({ token: null, loopback: true }));
  let app: Hono | undefined;
  const fetch: Hono["fetch"] = (...request) => {
    app ??= make();
    return app.fetch(...request);
  };
  const { url, stop } = await listen({ fetch }, { host: "127.0.0.1", port: 0 });
  return { reports: { url: () => `${url}/report`, seal }, close: stop };
}
