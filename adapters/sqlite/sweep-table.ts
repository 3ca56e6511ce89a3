import type { StudyStore, Sweep } from "../../lib/store/study-store.ts";
import type { StudySpec } from "../../lib/study/spec.ts";
import type { Database } from "./database.ts";

export function sweepTable(db: Database): Pick<StudyStore, "putSweep" | "followSweep" | "getSweep" | "deleteSweep"> {
  const upsert = db.prepare(
    `INSERT INTO sweep (name, spec, schedule, overlap, updated_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET spec = excluded.spec, schedule = excluded.schedule, overlap = excluded.overlap,
       updated_at = excluded.updated_at`,
  );
  const follow = db.prepare("UPDATE sweep SET last = ? WHERE name = ? AND last IS ?");
  const select = db.prepare("SELECT spec, schedule, overlap, updated_at, last FROM sweep WHERE name = ?");
  const remove = db.prepare("DELETE FROM sweep WHERE name = ?");
  return {
    async putSweep({ name, spec, schedule, overlap, updatedAt }) {
      db.write(() => upsert.run(name, JSON.stringify(spec), schedule, overlap, updatedAt));
    },

    async followSweep(name, { study, last }) {
      return db.write(() => follow.run(study, name, last).changes === 1);
    },

    async getSweep(name): Promise<Sweep | null> {
      const row = select.get(name);
      if (row === undefined) return null;
      const [spec, schedule, overlap, updatedAt, last] = row;
      return {
        name,
        spec: JSON.parse(spec as string) as StudySpec,
        schedule: schedule as string,
        overlap: overlap as Sweep["overlap"],
        updatedAt: updatedAt as number,
        ...(last === null ? {} : { last: last as string }),
      };
    },

    async deleteSweep(name) {
      return db.write(() => remove.run(name).changes === 1);
    },
  };
}
