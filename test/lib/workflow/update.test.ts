import { describe, expect, it } from "vitest";
import { begin } from "../../../lib/tuner/begin.ts";
import { finalize } from "../../../lib/tuner/finalize.ts";
import { nextTrial } from "../../../lib/tuner/next-trial.ts";
import { plan } from "../../../lib/tuner/plan.ts";
import { refill } from "../../../lib/tuner/refill.ts";
import { workflowJson } from "../../../lib/workflow/definition.ts";
import { HANDOVER_AT } from "../../../lib/workflow/limits.ts";
import type { PlanEvent } from "../../../lib/workflow/messages.ts";
import { type ExecutionResult, loadStateMachine, type StateMachine } from "../../../local/asl/machine.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";
import { Tuner } from "../tuner/support.ts";

type Fields = Record<string, unknown>;

const definition = JSON.parse(workflowJson()) as object;

/** What was added last to messages: how often a slot has waited, how far a trial was to train, whether there are shifts, since when. */
const ADDED = new Set(["waits", "fidelity", "shifts", "clock"]);

/** The definition without what was added to it last: no slot waits, and none runs shifts. */
const before = JSON.parse(workflowJson(), (key, value: unknown) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return ADDED.has(key) ? undefined : value;
  }
  const { SlotWait: _1, InlineSlotWait: _2, RunShift: _3, InlineRunShift: _4, ...rest } = value as Fields;
  const choices = (rest["Choices"] ?? []) as Fields[];
  const known = choices.filter(({ Condition }) => !/'(wait|shift)'/.test(String(Condition)));
  return choices.length === known.length ? rest : { ...rest, Choices: known };
}) as object;

/** A study on both: the execution that runs has the old definition, the handlers and whoever comes after it are new. */
async function updated(trials: number, parallel: number, handOver: boolean) {
  const clock = new VirtualClock();
  const tuner = new Tuner();
  const sent: Fields[] = [];
  const runs = new Map<number, number>();
  const results: Promise<ExecutionResult>[] = [];
  const requestRefill = (event: Parameters<typeof refill>[0]): Promise<void> => refill(event, tuner.ports);
  tuner.requestRefill = requestRefill;

  const trial = async ({ trial: number }: { readonly trial: number }, signal: AbortSignal): Promise<object> => {
    runs.set(number, (runs.get(number) ?? 0) + 1);
    // uneven, so that slots come to go on for themselves
    await clock.sleep(number % 2 === 0 ? 5_000 : 120_000, signal);
    return { metrics: { error: number } };
  };
  const machine = (of: object): StateMachine =>
    loadStateMachine(of, {
      name: "pegbox",
      clock,
      random: () => 0.5,
      invoke: async (name, payload, signal) => {
        tuner.now = Math.floor(clock.now());
        if (name === "trial") return trial(payload as never, signal);
        if (name.includes("NextTrial") && of === before) sent.push(payload as Fields);
        if (name.includes("Begin")) return begin(payload as never, tuner.ports);
        if (name.includes("Finalize")) return finalize(payload as never, tuner.ports);
        if (name.includes("NextTrial")) return nextTrial(payload as never, tuner.ports);
        const event = payload as PlanEvent;
        const full = handOver && of === before && event.events > 0;
        return plan(full ? { ...event, events: HANDOVER_AT } : event, tuner.ports);
      },
      startExecution: async (name, input) => {
        results.push(machine(definition).start({ name, input }).result);
        return { executionArn: name };
      },
      sendMessage: async () => expect.unreachable(),
    });

  await tuner.create({ strategy: "evolution", trials, parallel });
  results.push(machine(before).start({ name: "s-g1", input: { studyId: "s", generation: 1 } }).result);
  const ends: ExecutionResult[] = [];
  for (const result of results) ends.push(await clock.run(result));
  return {
    study: await tuner.study(),
    trials: await tuner.store.readTrials("s", { from: 1, to: trials }),
    runs,
    sent,
    ends,
  };
}

describe("a stack that is updated while a study runs", () => {
  it("goes on by the definition that it began with, whose messages the new handlers take", async () => {
    const { study, runs, sent, ends } = await updated(24, 4, false);
    expect(ends).toMatchObject([{ status: "SUCCEEDED" }]);
    expect(study).toMatchObject({ status: "COMPLETED", generation: 1, counts: { succeeded: 24 } });
    expect([...runs.values()]).toEqual(Array(24).fill(1));
    expect(sent.some(({ seq }) => Number(seq) > 2)).toBe(true);
    expect(sent.some((event) => "waits" in event || "fidelity" in ((event["told"] ?? {}) as Fields))).toBe(false);
  });

  it("comes by the new definition with the next execution", async () => {
    const { study, runs, ends, sent } = await updated(24, 4, true);
    expect(ends).toMatchObject([{ status: "SUCCEEDED" }, { status: "SUCCEEDED" }]);
    expect(study).toMatchObject({ status: "COMPLETED", generation: 2, counts: { succeeded: 24 } });
    expect([...runs.values()]).toEqual(Array(24).fill(1));
    expect(new Set(sent.map(({ generation }) => generation))).toEqual(new Set([1]));
  });
});
