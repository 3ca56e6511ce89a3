import type { StudyView } from "../../lib/study/views.ts";
import { short } from "./numbers.ts";
import { plainTable } from "./table.ts";

export function studiesTable(views: readonly StudyView[]): string {
  if (views.length === 0) return "no studies yet: `pegbox run FILE` makes one";
  const rows = views.map((view) => [
    view.id,
    view.status,
    `${view.trials.total}`,
    view.best === null
      ? "–"
      : (Object.entries(view.best.metrics).map(([name, value]) => `${name} ${short(value)}`)[0] ?? "–"),
    view.updatedAt,
  ]);
  return plainTable(["study", "status", "trials", "best", "last change"], rows);
}
