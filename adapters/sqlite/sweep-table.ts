import type { StudyStore, Sweep } from "../../lib/store/study-store.ts";
import type { StudySpec } from "../../lib/study/spec.ts";
import type { Database } from "./database.ts";

export function sweepTable(db: Database): Pick<StudyStore, "putSweep" | "getSweep" | "deleteSweep"> {
  const upsert = db.prepare(
    `INSERT INTO sweep (name, spec, schedule, updated_at) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET spec = excluded.spec, schedule = excluded.schedule, updated_at = excluded.updated_at`,
  );
  const select = db.prepare("SELECT spec, schedule, updated_at FROM sweep WHERE name = ?");
  const remove = db.prepare("DELETE FROM sweep WHERE name = ?");
  return {
    async putSweep({ name, spec, schedule, updatedAt }) {
      db.write(() => upsert.run(name, JSON.stringify(spec), schedule, updatedAt));
    },

    async getSweep(name): Promise<Sweep | null> {
      const row = select.get(name);
      if (row === undefined) return null;
      const [spec, schedule, updatedAt] = row;
      return {
        name,
        spec: JSON.parse(spec as string) as StudySpec,
        schedule: schedule as string,
        updatedAt: updatedAt as number,
      };
    },

    async deleteSweep(name) {
      return db.write(() => remove.run(name).changes === 1);
    },
  };
}
