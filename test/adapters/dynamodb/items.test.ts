import { expect, it } from "vitest";
import { fromTrial, toTrial } from "../../../adapters/dynamodb/items.ts";
import { aTrial } from "../../lib/study/records-builder.ts";

const key = { pk: "p", sk: "t" };

it.each([
  ["without standard errors", aTrial({})],
  ["with standard errors", aTrial({ standardErrors: { error: 5e-324, "val/loss": 1e300 } })],
])("a trial %s is an item and a trial again", (_, trial) => {
  const record = { rev: 3, trial, score: 0.1 };
  expect(toTrial(fromTrial(key, record))).toStrictEqual(record);
});
