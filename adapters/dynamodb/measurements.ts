import type { StudyStore } from "../../lib/store/study-store.ts";
import { MOST_MEASUREMENTS } from "../../lib/study/measurement.ts";
import { latestOfEachStep, noStudy } from "../arrows.ts";
import { ABSENT, type Context } from "./context.ts";
import { parsed } from "./items.ts";
import { trialSk } from "./keys.ts";

/** An item a measurement, and one a trial that counts them, so that no trial fills the table: 2 items, 2 write units each. */
export function measurements({ db, keys, shards }: Context): Pick<StudyStore, "addMeasurement" | "readMeasurements"> {
  return {
    async addMeasurement(id, number, { attempt, step, metrics }) {
      const count = await shards(id);
      if (count === null) throw noStudy(id);
      const pk = keys.measurements(id, number % count);
      const held = await db.transact([
        {
          Put: {
            TableName: db.table,
            Item: { ...keys.measurement(pk, number, attempt, step), step, metrics: JSON.stringify(metrics) },
            ...ABSENT,
          },
        },
        {
          Update: {
            TableName: db.table,
            Key: { pk, sk: `${trialSk(number)}#COUNT` },
            UpdateExpression: "ADD #kept :one",
            ConditionExpression: "attribute_not_exists(#kept) OR #kept < :most",
            ExpressionAttributeNames: { "#kept": "kept" },
            ExpressionAttributeValues: { ":one": 1, ":most": MOST_MEASUREMENTS },
          },
        },
      ]);
      return held.every(Boolean);
    },

    async readMeasurements(id, number) {
      const count = await shards(id);
      if (count === null) return [];
      const range = { from: `${trialSk(number)}#0`, to: `${trialSk(number)}#9~` };
      const items = await db.query(keys.measurements(id, number % count), range);
      return latestOfEachStep(
        items.map((item) => ({ step: item["step"] as number, metrics: parsed(item["metrics"]) })),
      );
    },
  };
}
