import type { Hono } from "hono";
import { PegboxError } from "../../errors/pegbox-error.ts";
import { readReportToken } from "../../tuner/reports/report-token.ts";
import { measure } from "../../tuner/workers/measure.ts";
import { readResultBody } from "../body.ts";
import { readShape } from "../body-issues.ts";
import type { ApiPorts } from "../ports.ts";
import { Refusal } from "../problem.ts";
import { reportSchema } from "../worker-bodies.ts";

/** Live measurements of a trial that runs: the one route whose key is the trial's own token. */
export function reportRoutes(app: Hono, { tuner }: Pick<ApiPorts, "tuner">): void {
  app.post("/report", async (context) => {
    const { reports } = tuner;
    if (reports === undefined) {
      throw new PegboxError("UNAVAILABLE", "trials are given no `report` here");
    }
    const token = /^bearer +(.+)$/i.exec(context.req.header("authorization") ?? "")?.[1] ?? "";
    const claim = readReportToken(token, tuner.now(), reports);
    if (claim === null) {
      throw new Refusal(401, "Token needed", "expected `Authorization: Bearer` with the token of the trial's `report`");
    }
    const measured = readShape(reportSchema, await readResultBody(context), "the body");
    return context.json(await measure(claim.study, claim.trial, claim.attempt, measured, tuner));
  });
}
