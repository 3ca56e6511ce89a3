import type { StudyStore, Sweep } from "../../lib/store/study-store.ts";
import type { Context } from "./context.ts";
import { parsed } from "./items.ts";

export function sweeps({
  db,
  keys,
}: Context): Pick<StudyStore, "putSweep" | "followSweep" | "getSweep" | "deleteSweep"> {
  return {
    async putSweep({ name, spec, schedule, overlap, updatedAt }) {
      await db.update({
        Key: keys.sweep(name),
        UpdateExpression: "SET #name = :name, schedule = :schedule, overlap = :overlap, updatedAt = :at, spec = :spec",
        ExpressionAttributeNames: { "#name": "name" },
        ExpressionAttributeValues: {
          ...{ ":name": name, ":schedule": schedule, ":overlap": overlap, ":at": updatedAt },
          ":spec": JSON.stringify(spec),
        },
      });
    },

    async followSweep(name, { study, last }) {
      const written = await db.update({
        Key: keys.sweep(name),
        UpdateExpression: "SET #last = :study",
        ConditionExpression: last === null ? "attribute_exists(pk) AND attribute_not_exists(#last)" : "#last = :last",
        ExpressionAttributeNames: { "#last": "last" },
        ExpressionAttributeValues: { ":study": study, ...(last === null ? {} : { ":last": last }) },
      });
      return "item" in written;
    },

    async getSweep(name) {
      const item = await db.get(keys.sweep(name));
      if (item === undefined) return null;
      // a sweep of an earlier version has no overlap
      const { schedule, overlap = "beside", updatedAt, last } = item as unknown as Sweep;
      const fired = last === undefined ? {} : { last };
      return { name, spec: parsed(item["spec"]), schedule, overlap, updatedAt, ...fired };
    },

    deleteSweep(name) {
      return db.remove(keys.sweep(name));
    },
  };
}
