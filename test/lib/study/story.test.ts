import { describe, expect, test } from "vitest";
import type { StudyEvent } from "../../../lib/study/events.ts";
import type { Reason, StudyStatus } from "../../../lib/study/states.ts";
import { eventView } from "../../../lib/study/story.ts";

const at = Date.UTC(2026, 10, 23, 12);
const reason: Reason = { code: "R", message: "why" };
const moved = (from: StudyStatus, to: StudyStatus, why: Reason | null = reason): StudyEvent => ({
  type: "moved",
  at,
  from,
  to,
  reason: why,
  generation: 2,
});

describe("an event in words", () => {
  test.each<[StudyEvent, string]>([
    [{ type: "created", at }, "created"],
    [moved("CREATED", "RUNNING", null), "started"],
    [moved("PAUSED", "RUNNING", null), "goes on"],
    [moved("RUNNING", "RUNNING", null), "taken over by its execution 2"],
    [moved("RUNNING", "PAUSING"), "is to pause: why"],
    [moved("PAUSING", "PAUSED"), "paused: why"],
    [moved("STOPPED", "PAUSED", { code: "RESUMED", message: "resumed by request" }), "resumed by request"],
    [moved("RUNNING", "STOPPING"), "is to stop: why"],
    [moved("STOPPING", "STOPPED"), "ended as STOPPED: why"],
    [moved("RUNNING", "COMPLETED"), "ended as COMPLETED: why"],
    [{ type: "requeued", at, trial: 3, lost: false, reason }, "trial 3 will run again: why"],
    [{ type: "requeued", at, trial: 3, lost: true, reason: null }, "trial 3 was lost and will run again"],
    [{ type: "failed", at, trial: 4, reason }, "trial 4 failed: why"],
    [{ type: "overrun", at, trial: 6, usd: 0.5 }, "trial 6 cost $0.50 more than was set aside for it"],
    [{ type: "spent", at, percent: 80, usd: 4.125, capUsd: 5 }, "80 % of budget.usd is spent: $4.13 of $5.00"],
    [{ type: "best", at, trial: 5, metrics: { y: 0.5, z: null } }, "trial 5 is the best so far: y=0.5 z=null"],
    [
      {
        type: "amended",
        at,
        reason,
        changes: { trials: { from: 6, to: 9 }, budget: { from: {}, to: { wallClock: 5 } } },
      },
      'trials 6 → 9, budget {} → {"wallClock":5}: why',
    ],
  ])("%j", (event, message) => {
    expect(eventView(event).message).toBe(message);
  });

  test("says which trial it is about, why and when", () => {
    expect(eventView({ type: "failed", at, trial: 4, reason })).toMatchObject({
      at: "2026-11-23T12:00:00.000Z",
      trial: 4,
      reason,
    });
    expect(eventView({ type: "created", at })).toMatchObject({ trial: null, reason: null });
  });
});
