import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  epochEvents,
  epochShape,
  HANDOVER_AT,
  HISTORY_LIMIT,
  INLINE_SLOTS,
  slotEvents,
  slotEventsPerTrial,
  TRIALS_PER_EPOCH,
  trialsPerSlotLimit,
} from "../../../lib/workflow/limits.ts";
import type { RunnerKind } from "../../../lib/workflow/runner-record.ts";
import { simulate } from "./simulated-study.ts";

describe("the arithmetic", () => {
  it("counts what the documentation of the service counts", () => {
    expect(slotEventsPerTrial()).toBe(12);
    expect(slotEvents(1_000)).toBe(12_013);
    expect(epochEvents(8, 8, "inline")).toBe(15 + 8 * 25);
    expect(epochEvents(1_000, 100_000, "distributed")).toBe(17);
    const kinds: readonly RunnerKind[] = ["callback", "batch", "sagemaker"];
    expect(kinds.map((kind) => slotEventsPerTrial(kind))).toEqual([13, 23, 23]);
  });

  it.each([
    { slots: 1, trials: 30, adaptive: true },
    { slots: 4, trials: 30, adaptive: true },
    { slots: 10, trials: 500, adaptive: false },
    { slots: 11, trials: 60, adaptive: true },
    { slots: 40, trials: 400, adaptive: false },
    { slots: 3, trials: 2_500, adaptive: false },
  ])("is never under what the interpreter counts: $slots slots, $trials trials, adaptive $adaptive", async (study) => {
    const run = await simulate(study);
    const closing = 8 + 15;
    for (const [generation, estimate] of run.estimates) {
      const counted = run.executions.get(`s1-g${generation}`)?.events ?? 0;
      expect(counted).toBeGreaterThan(0);
      expect(counted).toBeLessThanOrEqual(estimate + closing);
      expect(counted).toBeLessThan(HANDOVER_AT + 1);
    }
    const longest = Math.min(study.trials, trialsPerSlotLimit());
    expect(run.slotEvents).toBeLessThanOrEqual(slotEvents(study.adaptive ? 1 : longest));
    expect(run.slotEvents > 0).toBe(study.slots > INLINE_SLOTS);
  });

  it("is exact for rounds that fill every slot, but for the Backoff that was not needed", async () => {
    const run = await simulate({ slots: 5, trials: 50, adaptive: true });
    const [estimate] = run.estimates.values();
    expect(run.executions.get("s1-g1")?.events).toBe(Number(estimate) + 23 - 2 * 10);
  });
});

describe("epochShape", () => {
  const study = fc.record({
    slots: fc.integer({ min: 1, max: 10_000 }),
    remaining: fc.integer({ min: 1, max: 1_000_000 }),
    open: fc.nat(200_000),
    adaptive: fc.boolean(),
    kind: fc.constantFrom<RunnerKind[]>("lambda", "batch", "sagemaker", "callback"),
  });

  it("always runs something in a fresh execution, and in the end hands over", () => {
    fc.assert(
      fc.property(study, (given) => {
        let events = 0;
        for (let epochs = 0; ; epochs++) {
          const shape = epochShape({ ...given, events });
          if (shape === "handOver") {
            expect(epochs).toBeGreaterThan(0);
            return;
          }
          expect(shape.trialsPerSlot).toBeGreaterThanOrEqual(1);
          expect(shape.events).toBeGreaterThan(events);
          events = shape.events;
        }
      }),
    );
  });

  it("stays within the budget, and a slot's own history too", () => {
    fc.assert(
      fc.property(study, fc.integer({ min: 0, max: HISTORY_LIMIT }), (given, events) => {
        const shape = epochShape({ ...given, events });
        if (shape === "handOver") return;
        expect(shape.mode).toBe(given.slots <= INLINE_SLOTS ? "inline" : "distributed");
        expect(shape.slots).toBe(given.slots);
        expect(shape.events).toBe(events + epochEvents(given.slots, shape.trials, shape.mode, given.kind));
        expect(shape.events).toBeLessThan(HANDOVER_AT);
        if (shape.mode === "distributed")
          expect(slotEvents(shape.trialsPerSlot, given.kind)).toBeLessThan(HISTORY_LIMIT / 2);
        // its slots can run all of the epoch, and no more than it where more wait
        const claims = shape.slots * shape.trialsPerSlot;
        if (given.open > shape.trials) expect(claims).toBeLessThanOrEqual(shape.trials);
        else expect(claims).toBeGreaterThanOrEqual(shape.trials);
      }),
    );
  });

  it("runs adaptive strategies in rounds, and lets a quick slot of others take half again its share", () => {
    const shape = (adaptive: boolean, remaining: number) =>
      epochShape({ slots: 8, remaining, open: 0, kind: "lambda", adaptive, events: 0 });
    expect(shape(true, 800)).toMatchObject({ trialsPerSlot: 1, mode: "inline" });
    expect(shape(false, 80)).toMatchObject({ trialsPerSlot: 15 });
    expect(shape(false, 80_000)).toMatchObject({ trials: 1029, trialsPerSlot: 193 });
    expect(
      epochShape({ slots: 64, remaining: 1e6, open: 0, kind: "lambda", adaptive: false, events: 0 }),
    ).toMatchObject({
      trialsPerSlot: trialsPerSlotLimit(),
      mode: "distributed",
    });
    expect(
      epochShape({ slots: 1000, remaining: 1e6, open: 0, kind: "lambda", adaptive: false, events: 0 }),
    ).toMatchObject({
      trials: TRIALS_PER_EPOCH,
      trialsPerSlot: 192,
    });
  });

  it("hands over after some 300 trials in rounds of 1 slot, 470 of 10, and 733 distributed rounds", () => {
    const rounds = (slots: number) => {
      let events = 0;
      for (let count = 0; ; count++) {
        const shape = epochShape({ slots, remaining: 1e6, open: 0, kind: "lambda", adaptive: true, events });
        if (shape === "handOver") return count;
        events = shape.events;
      }
    };
    expect(rounds(1)).toBe(311);
    expect(rounds(10)).toBe(47);
    expect(rounds(64)).toBe(733);
  });
});
