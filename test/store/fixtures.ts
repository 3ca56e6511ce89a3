import type { Claim, Proposal, Settlement, StudyStore } from "../../lib/store/study-store.ts";
import type { Epoch, Trial } from "../../lib/study/records.ts";
import type { StudySpec } from "../../lib/study/spec.ts";

/** An instant; tests count on from here. */
export const NOON: number = Date.UTC(2026, 10, 23, 12);
export const DAY: number = 24 * 60 * 60 * 1000;

/** Why a study was amended. */
export const AMENDED = { code: "EXTENDED", message: "extended by request" } as const;

export function spec(changes: Partial<StudySpec> = {}): StudySpec {
  return {
    version: 1,
    name: "digits",
    description: "",
    labels: {},
    family: "digits",
    metrics: [{ name: "error", goal: "minimize" }],
    space: { parameters: [{ name: "x", type: "float", min: 0, max: 1, scale: "linear" }], constraints: [] },
    outcomes: [],
    fixed: { dataset: "digits" },
    context: {},
    strategy: "random",
    seed: 7,
    trials: 60,
    parallel: 4,
    budget: { wallClock: null, trialTimeout: null },
    stopping: { target: null, noProgress: null, regret: null },
    retries: 2,
    failures: { max: null },
    enqueue: [],
    runner: { function: "trial.mjs" },
    ...changes,
  };
}

export function proposals(first: number, count: number): Proposal[] {
  return Array.from({ length: count }, (_, i) => ({
    number: first + i,
    source: "strategy",
    parameters: { x: 1 / (first + i) },
    decision: { strategy: "random" },
  }));
}

/** Opens epoch `number` of generation 1 over `count` new trials from `first` on, and over nothing else. */
export async function openNew(
  store: StudyStore,
  id: string,
  number: number,
  first: number,
  count: number,
): Promise<Epoch> {
  return store.openEpoch(id, {
    generation: 1,
    number,
    created: (await store.getStudy(id))?.created ?? 0,
    proposals: proposals(first, count),
    ready: [{ from: first, to: first + count - 1 }],
    slots: 4,
    trialsPerSlot: count,
    at: NOON + 2,
  });
}

/** A study "s" that runs as generation 1, its first epoch open over trials 1 … count. */
export async function running(store: StudyStore, count: number, changes: Partial<StudySpec> = {}): Promise<string> {
  await store.createStudy("s", spec(changes), NOON);
  await store.beginGeneration("s", { generation: 1, execution: "s-g1", at: NOON + 1 });
  if (count > 0) await openNew(store, "s", 1, 1, count);
  return "s";
}

export function claim(changes: Partial<Claim> = {}): Claim {
  const { generation = 1, epoch = 1, slot = 0, seq = 0 } = changes;
  return { generation, epoch, slot, seq, lease: `g${generation}/e${epoch}/s${slot}/${seq}`, at: NOON + 3, ...changes };
}

export async function claimed(store: StudyStore, id: string, changes: Partial<Claim> = {}): Promise<Trial> {
  const trial = await store.claimTrial(id, claim(changes));
  if (trial === null) throw new Error("expected a trial to claim, none was ready");
  return trial;
}

export function success(error: number, changes: Partial<Settlement> = {}): Settlement {
  return {
    state: "SUCCEEDED",
    metrics: { error },
    feasible: true,
    reason: null,
    score: error,
    costUsd: null,
    fidelity: null,
    lease: null,
    at: NOON + 4,
    ...changes,
  };
}

export function failure(lease: string | null, changes: Partial<Settlement> = {}): Settlement {
  const reason = { code: "TRIAL_FAILED", message: "exit code 1" };
  return { ...success(0), state: "FAILED", metrics: null, feasible: null, score: null, reason, lease, ...changes };
}
