import type { StudyStore, Sweep } from "../../lib/store/study-store.ts";
import type { Context } from "./context.ts";
import { parsed } from "./items.ts";

export function sweeps({ db, keys }: Context): Pick<StudyStore, "putSweep" | "getSweep" | "deleteSweep"> {
  return {
    async putSweep({ name, spec, schedule, updatedAt }) {
      await db.put({ ...keys.sweep(name), name, schedule, updatedAt, spec: JSON.stringify(spec) });
    },

    async getSweep(name) {
      const item = await db.get(keys.sweep(name));
      if (item === undefined) return null;
      const { schedule, updatedAt } = item as unknown as Sweep;
      return { name, spec: parsed(item["spec"]), schedule, updatedAt };
    },

    deleteSweep(name) {
      return db.remove(keys.sweep(name));
    },
  };
}
