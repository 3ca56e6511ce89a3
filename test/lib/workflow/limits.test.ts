import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  epochEvents,
  epochShape,
  HANDOVER_AT,
  HISTORY_LIMIT,
  INLINE_SLOTS,
  type Pace,
  SLOT_WAITS,
  slotEvents,
  slotEventsPerTrial,
  slotEventsPerWait,
  TRIALS_PER_EPOCH,
  trialsOf,
  trialsPerSlotLimit,
} from "../../../lib/workflow/limits.ts";
import type { RunnerKind } from "../../../lib/workflow/runner-record.ts";
import { type Simulation, simulate } from "./simulated-study.ts";

describe("the arithmetic", () => {
  it("counts what the documentation of the service counts", () => {
    expect(slotEventsPerTrial()).toBe(12);
    expect(slotEventsPerWait).toBe(9);
    expect(slotEvents(1_000)).toBe(12_013);
    expect(slotEvents(500, "lambda", "refilled")).toBe(10_522);
    expect(epochEvents(8, 8, "inline")).toBe(15 + 8 * 25);
    expect(epochEvents(1_000, 100_000, "distributed")).toBe(17);
    const kinds: readonly RunnerKind[] = ["callback", "batch", "sagemaker"];
    expect(kinds.map((kind) => slotEventsPerTrial(kind))).toEqual([13, 23, 23]);
  });

  it.each<Pick<Simulation, "slots" | "trials" | "pace" | "waits">>([
    { slots: 1, trials: 30, pace: "rounds" },
    { slots: 4, trials: 30, pace: "rounds" },
    { slots: 10, trials: 500, pace: "ahead" },
    { slots: 11, trials: 60, pace: "rounds" },
    { slots: 40, trials: 400, pace: "ahead" },
    { slots: 3, trials: 2_500, pace: "ahead" },
    { slots: 5, trials: 300, pace: "refilled", waits: () => 1 },
    { slots: 12, trials: 300, pace: "refilled", waits: () => 1 },
  ])("is never under what the interpreter counts: $slots slots, $trials trials, $pace", async (study) => {
    const run = await simulate(study);
    const closing = 8 + 15;
    for (const [generation, estimate] of run.estimates) {
      const counted = run.executions.get(`s1-g${generation}`)?.events ?? 0;
      expect(counted).toBeGreaterThan(0);
      expect(counted).toBeLessThanOrEqual(estimate + closing);
      expect(counted).toBeLessThan(HANDOVER_AT + 1);
    }
    const longest = Math.min(study.trials, trialsPerSlotLimit());
    const most = slotEvents(study.pace === "rounds" ? 1 : longest, "lambda", study.pace);
    expect(run.slotEvents).toBeLessThanOrEqual(most);
    expect(run.slotEvents > 0).toBe(study.slots > INLINE_SLOTS);
  });

  it("is exact for rounds that fill every slot, but for the Backoff that was not needed", async () => {
    const run = await simulate({ slots: 5, trials: 50, pace: "rounds" });
    const [estimate] = run.estimates.values();
    expect(run.executions.get("s1-g1")?.events).toBe(Number(estimate) + 23 - 2 * 10);
  });
});

describe("epochShape", () => {
  const study = fc.record({
    slots: fc.integer({ min: 1, max: 10_000 }),
    remaining: fc.integer({ min: 1, max: 1_000_000 }),
    open: fc.nat(200_000),
    pace: fc.constantFrom("rounds" as const, "ahead" as const),
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

  it("gives refilled epochs two trials a slot at least, and no history more than fits with every trial waited for", () => {
    const refilled = fc.record({
      slots: fc.integer({ min: 2, max: 10_000 }),
      more: fc.integer({ min: 1, max: 1_000_000 }),
      kind: fc.constantFrom<RunnerKind[]>("lambda", "batch", "sagemaker", "callback"),
      events: fc.integer({ min: 0, max: HISTORY_LIMIT }),
    });
    const worst = (trials: number, kind: RunnerKind): number =>
      slotEvents(trials, kind) + trials * SLOT_WAITS.length * slotEventsPerWait;
    fc.assert(
      fc.property(refilled, ({ slots, more, kind, events }) => {
        const given = { slots, remaining: slots + more, open: 0, kind, pace: "refilled" } as const;
        expect(epochShape({ ...given, events: 0 })).not.toBe("handOver");
        const shape = epochShape({ ...given, events });
        if (shape === "handOver") return;
        expect(shape.trialsPerSlot).toBeGreaterThanOrEqual(2);
        expect(shape.events).toBeLessThan(HANDOVER_AT);
        // what is told from the trials of a slot is what fits, or all that remain
        const trials = Math.min(given.remaining, trialsOf(slots, shape.trialsPerSlot));
        expect(trials).toBeGreaterThan(shape.trials - slots);
        if (shape.mode === "distributed") expect(worst(shape.trialsPerSlot, kind)).toBeLessThan(HISTORY_LIMIT);
        else if (events === 0)
          expect(worst(trials, kind) + slots * slotEvents(0, kind, "refilled")).toBeLessThan(HISTORY_LIMIT);
      }),
    );
  });

  it("runs adaptive strategies in rounds, and lets a quick slot of others take half again its share", () => {
    const shape = (pace: Pace, remaining: number, slots = 8) =>
      epochShape({ slots, remaining, open: 0, kind: "lambda", pace, events: 0 });
    expect(shape("rounds", 800)).toMatchObject({ trialsPerSlot: 1, mode: "inline" });
    expect(shape("ahead", 80)).toMatchObject({ trialsPerSlot: 15 });
    expect(shape("ahead", 80_000)).toMatchObject({ trials: 1029, trialsPerSlot: 193 });
    expect(shape("ahead", 1e6, 64)).toMatchObject({ trialsPerSlot: trialsPerSlotLimit(), mode: "distributed" });
    expect(shape("ahead", 1e6, 1000)).toMatchObject({
      trials: TRIALS_PER_EPOCH,
      trialsPerSlot: 192,
    });
  });

  it("hands over after some 300 trials in rounds of 1 slot, 470 of 10, and 733 distributed rounds", () => {
    const rounds = (slots: number) => {
      let events = 0;
      for (let count = 0; ; count++) {
        const shape = epochShape({ slots, remaining: 1e6, open: 0, kind: "lambda", pace: "rounds", events });
        if (shape === "handOver") return count;
        events = shape.events;
      }
    };
    expect(rounds(1)).toBe(311);
    expect(rounds(10)).toBe(47);
    expect(rounds(64)).toBe(733);
  });
});
