import type { Hono } from "hono";
import { csvColumns, csvHeader, csvRow, noteReported } from "../../study/csv.ts";
import type { Study } from "../../study/records.ts";
import { type TrialView, trialViewIn } from "../../study/views.ts";
import { findStudy } from "../../tuner/workers/find.ts";
import type { ApiPorts } from "../ports.ts";
import { exportQuery, readQuery } from "../query.ts";

/** Trials read at a time: what a store reads in a few calls. */
const PAGE = 1000;

/** Every trial of a study, as `pegbox export` prints them. */
export function exportRoute(app: Hono, { tuner }: ApiPorts): void {
  app.get("/studies/:id/export", async (context) => {
    const { format } = readQuery(exportQuery, context);
    const study = await findStudy(context.req.param("id"), tuner);
    const trials: TrialView[] = [];
    for (let from = 1; from <= study.created; from += PAGE) {
      const to = Math.min(study.created, from + PAGE - 1);
      trials.push(...(await tuner.store.readTrials(study.id, { from, to })).map(trialViewIn(study.spec.space)));
    }
    const lines = format === "csv" ? csvOf(study, trials) : trials.map((trial) => JSON.stringify(trial));
    const type = format === "csv" ? "text/csv" : "application/jsonl";
    return context.body(lines.map((line) => `${line}\n`).join(""), 200, { "content-type": type });
  });
}

function csvOf({ spec }: Study, trials: readonly TrialView[]): readonly string[] {
  const names = { metrics: new Set<string>(), standardErrors: new Set<string>() };
  noteReported(trials, names);
  const columns = csvColumns(spec, names);
  return [csvHeader(columns), ...trials.map((trial) => csvRow(trial, columns))];
}
