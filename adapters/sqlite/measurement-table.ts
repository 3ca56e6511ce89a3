import type { StudyStore } from "../../lib/store/study-store.ts";
import { MOST_MEASUREMENTS } from "../../lib/study/measurement.ts";
import type { Metrics } from "../../lib/study/records.ts";
import { latestOfEachStep } from "../arrows.ts";
import type { Database } from "./database.ts";
import type { StudyTable } from "./study-table.ts";

export function measurementTable(
  db: Database,
  studies: StudyTable,
): Pick<StudyStore, "addMeasurement" | "readMeasurements"> {
  const insert = db.prepare(
    `INSERT INTO measurement (study, trial, attempt, step, metrics) SELECT ?, ?, ?, ?, ?
     WHERE (SELECT count(*) FROM measurement WHERE study = ? AND trial = ?) < ${MOST_MEASUREMENTS}
     ON CONFLICT DO NOTHING`,
  );
  const select = db.prepare(
    "SELECT attempt, step, metrics FROM measurement WHERE study = ? AND trial = ? ORDER BY attempt, step",
  );
  return {
    async addMeasurement(id, number, { attempt, step, metrics }) {
      return db.write(() => {
        const key = studies.keyOf(id);
        return insert.run(key, number, attempt, step, JSON.stringify(metrics), key, number).changes === 1;
      });
    },

    async readMeasurements(id, number) {
      const rows = studies.has(id) ? select.all(studies.keyOf(id), number) : [];
      return latestOfEachStep(
        rows.map(([, step, metrics]) => ({
          step: step as number,
          metrics: JSON.parse(metrics as string) as Metrics,
        })),
      );
    },
  };
}
