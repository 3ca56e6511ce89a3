import type { StudyStore } from "../../lib/store/study-store.ts";
import { MOST_MEASUREMENTS } from "../../lib/study/measurement.ts";
import type { Metrics } from "../../lib/study/records.ts";
import { latestOfEachStep } from "../arrows.ts";
import type { Database } from "./database.ts";
import type { StudyTable } from "./study-table.ts";

export function measurementTable(
  db: Database,
  studies: StudyTable,
): Pick<StudyStore, "addMeasurements" | "readMeasurements"> {
  const insert = db.prepare(
    "INSERT INTO measurement (study, trial, attempt, step, metrics) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const count = db.prepare("SELECT count(*) FROM measurement WHERE study = ? AND trial = ?");
  const select = db.prepare("SELECT attempt, step, metrics FROM measurement WHERE study = ? AND trial = ?");
  return {
    async addMeasurements(id, number, { attempt, measurements }) {
      return db.write(() => {
        const key = studies.keyOf(id);
        const [[kept = 0] = []] = count.all(key, number);
        if ((kept as number) + measurements.length > MOST_MEASUREMENTS) return false;
        const added = measurements.map(
          ({ step, metrics }) => insert.run(key, number, attempt, step, JSON.stringify(metrics)).changes,
        );
        return added.includes(1);
      });
    },

    async readMeasurements(id, number) {
      const rows = studies.has(id) ? select.all(studies.keyOf(id), number) : [];
      return latestOfEachStep(
        rows.map(([attempt, step, metrics]) => ({
          attempt: attempt as number,
          step: step as number,
          metrics: JSON.parse(metrics as string) as Metrics,
        })),
      );
    },
  };
}
