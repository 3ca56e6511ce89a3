import { describe, expect, it } from "vitest";
import { harness, studyBody } from "./harness.ts";

describe("POST /quote", () => {
  it("says what a study would take and cost, and stores nothing", async () => {
    const h = harness();
    const budget = { usd: 4, usdPerHour: 3.6, trialTimeout: "100s" };
    const { status, body } = await h.send("POST", "/quote", studyBody({ budget, parallel: 3, retries: 0 }));
    expect([status, body]).toEqual([
      200,
      {
        trials: 3,
        seconds: { low: 1, expected: 25, high: 100 },
        usd: { low: expect.closeTo(0.003, 9), expected: expect.closeTo(0.075, 9), high: expect.closeTo(0.3, 9) },
        assumptions: expect.arrayContaining([expect.stringContaining("a quarter as expected")]),
      },
    ]);
    expect((await h.store.listStudies({ limit: 1 })).items).toEqual([]);
  });

  it("refuses what no study could be made of", async () => {
    const h = harness();
    expect((await h.send("POST", "/quote", studyBody({ trials: 0 }))).status).toBe(422);
    expect((await h.send("POST", "/quote", studyBody({ runner: { command: "x" } }))).body.code).toBe(
      "RUNNER_NOT_ALLOWED",
    );
    expect((await h.send("POST", "/quote", studyBody({ runner: { lambda: "none" } }))).body.code).toBe(
      "RUNNER_MISSING",
    );
  });
});

describe("POST /studies", () => {
  it("refuses a budget that cannot be kept, with all that is missing", async () => {
    const h = harness();
    const { status, body } = await h.send("POST", "/studies", studyBody({ budget: { usd: 4 } }));
    expect([status, body.code]).toEqual([422, "INVALID_STUDY"]);
    expect(body.issues.map(({ path }: { path: string }) => path)).toEqual(["budget.usdPerHour", "budget.trialTimeout"]);
    expect((await h.store.listStudies({ limit: 1 })).items).toEqual([]);
  });
});
