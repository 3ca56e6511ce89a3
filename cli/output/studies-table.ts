import { endedCount } from "../../lib/study/stopping.ts";
import type { StudyView } from "../../lib/study/views.ts";
import { plainTable } from "./table.ts";
import { metricsText } from "./trial-text.ts";

/** What `pegbox list` prints. */
export function studiesTable(views: readonly StudyView[]): string {
  const columns = [
    { head: "study" },
    { head: "status" },
    { head: "ended", right: true },
    { head: "best" },
    { head: "last change" },
  ];
  const rows = views.map((view) => [
    view.id,
    view.status,
    `${endedCount(view.trials) - (view.replicates ?? 0)}`,
    bestOf(view),
    view.updatedAt,
  ]);
  return plainTable(columns, rows);
}

function bestOf({ best, optimal }: StudyView): string {
  if (optimal !== undefined) return `${optimal.length} optimal`;
  return best === null ? "–" : metricsText(best.metrics);
}
