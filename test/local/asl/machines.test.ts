import { expect, it } from "vitest";
import { CASES } from "./machines.ts";
import { runCase } from "./scripted.ts";

it.each(CASES.map((each) => [each.name, each] as const))("%s", async (_, each) => {
  const { status, output, error } = await runCase(each);
  expect({ status, output, error }).toEqual({ status: each.status, output: each.output, error: each.error });
});
