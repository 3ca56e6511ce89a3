import { describe, expect, it } from "vitest";
import { inShifts } from "../../functions/shared/shift.ts";
import { RESULT_LIMIT_BYTES } from "../../lib/study/trial-contract.ts";

const named = (name: string): Error => Object.assign(new Error("no luck"), { name });
const ran: number[] = [];

const handler = inShifts(async ({ trial }: { readonly trial: number }) => {
  ran.push(trial);
  if (trial === 2) throw named("ValueError");
  if (trial === 3) throw named("Lambda.Unknown");
  if (trial === 4) return { notes: "x".repeat(RESULT_LIMIT_BYTES) };
  return trial === 5 ? undefined : { metrics: { y: trial } };
});

describe("a handler of trials", () => {
  it("runs those of a shift in turn, each for itself", async () => {
    ran.length = 0;
    const trials = [1, 2, 3, 4, 5, 6].map((trial) => ({ trial }));
    expect(JSON.parse(JSON.stringify(await handler({ trials })))).toEqual({
      results: [
        { metrics: { y: 1 } },
        { error: { type: "ValueError", message: "no luck" } },
        null,
        null,
        null,
        { metrics: { y: 6 } },
      ],
    });
    expect(ran).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("answers a single trial, and fails, as without", async () => {
    expect(await handler({ trial: 1 })).toEqual({ metrics: { y: 1 } });
    await expect(handler({ trial: 2 })).rejects.toThrow("no luck");
    expect(await handler({ trial: 4 })).toHaveProperty("notes");
  });
});
