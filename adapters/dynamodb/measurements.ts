import type { StudyStore } from "../../lib/store/study-store.ts";
import { type Measurement, MOST_MEASUREMENTS } from "../../lib/study/measurement.ts";
import { latestOfEachStep, noStudy } from "../arrows.ts";
import { ABSENT, type Context } from "./context.ts";
import { parsed } from "./items.ts";
import { trialSk } from "./keys.ts";

/**
 * An item for what is told at once, and one a trial that counts them, so that no trial fills the table: for one step 2 items,
 * 2 write units each.
 */
export function measurements({ db, keys, shards }: Context): Pick<StudyStore, "addMeasurements" | "readMeasurements"> {
  return {
    async addMeasurements(id, number, { attempt, measurements }) {
      const count = await shards(id);
      if (count === null) throw noStudy(id);
      const [first] = measurements;
      if (first === undefined || measurements.length > MOST_MEASUREMENTS) return false;
      const pk = keys.measurements(id, number % count);
      const key = keys.measurement(pk, number, { attempt, step: first.step, count: measurements.length });
      const held = await db.transact([
        {
          Put: {
            TableName: db.table,
            Item: { ...key, attempt, measurements: JSON.stringify(measurements) },
            ...ABSENT,
          },
        },
        {
          Update: {
            TableName: db.table,
            Key: { pk, sk: `${trialSk(number)}#COUNT` },
            UpdateExpression: "ADD #kept :more",
            ConditionExpression: "attribute_not_exists(#kept) OR #kept <= :room",
            ExpressionAttributeNames: { "#kept": "kept" },
            ExpressionAttributeValues: {
              ":more": measurements.length,
              ":room": MOST_MEASUREMENTS - measurements.length,
            },
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
        items.flatMap(({ attempt, measurements }) =>
          parsed<readonly Measurement[]>(measurements).map((told) => ({ ...told, attempt: attempt as number })),
        ),
      );
    },
  };
}
