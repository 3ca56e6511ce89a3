import { setTimeout as sleep } from "node:timers/promises";
import { printJson } from "./output/json.ts";
import { reporterFor } from "./output/reporter.ts";
import { studySummary } from "./output/summary.ts";
import type { FoundStudy, Studies } from "./studies/studies.ts";
import { watchStudy } from "./watch-study.ts";

/**
 * Shows a study that runs elsewhere as `run` shows its own, until it has ended or rests; the exit code is 1 where it FAILED.
 * Ctrl-C ends the watching alone: the study runs on.
 */
export async function watch(
  { view, spec }: FoundStudy,
  studies: Studies,
  { json }: { readonly json: boolean },
): Promise<void> {
  const reporter = await reporterFor(spec, { json });
  try {
    const { id, trials: counts, replicates = 0, best } = view;
    reporter.open({ study: { id, spec, counts, best }, how: "watched", replicates, unfinished: null });
    const last = await watchStudy(id, studies, { sleep, tell: reporter.event });
    reporter.close();
    if (last.status === "FAILED") process.exitCode = 1;
    if (json) return printJson(last);
    const now = await studies.find(id);
    const { options } = studies;
    process.stdout.write(`${studySummary(last, now.spec.trials, { goOn: studies.howToGoOn(now), options })}\n`);
  } finally {
    reporter.close();
  }
}
