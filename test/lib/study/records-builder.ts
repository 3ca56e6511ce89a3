import type { Best, Study, Trial } from "../../../lib/study/records.ts";
import type { EndCounts, TrialCounts } from "../../../lib/study/states.ts";
import { specWith } from "./file-builder.ts";

export const NO_TRIALS: TrialCounts = {
  proposed: 0,
  running: 0,
  paused: 0,
  succeeded: 0,
  infeasible: 0,
  failed: 0,
  stopped: 0,
  cancelled: 0,
};

export const NO_ENDS: EndCounts = { succeeded: 0, infeasible: 0, failed: 0, stopped: 0, cancelled: 0 };

/** A study that began at 1000 ms, with the least in its file and what matters to a test. */
export function aStudy(
  more: Partial<Omit<Study, "spec" | "counts" | "replicates">> & {
    spec?: object;
    counts?: Partial<TrialCounts>;
    replicates?: Partial<EndCounts>;
  },
): Study {
  return {
    amendments: 0,
    id: "s-1",
    status: "RUNNING",
    reason: null,
    generation: 1,
    execution: null,
    epoch: { number: 1, ready: [], slots: 1, trialsPerSlot: 1 },
    created: 0,
    best: null,
    added: 0,
    imported: 0,
    endedAtBest: 0,
    spentUsd: 0,
    reservedUsd: 0,
    confirmation: null,
    createdAt: 0,
    startedAt: 1000,
    updatedAt: 1000,
    ...more,
    spec: specWith(more.spec ?? {}),
    counts: { ...NO_TRIALS, ...more.counts },
    replicates: { ...NO_ENDS, ...more.replicates },
  };
}

export function aTrial(more: Partial<Trial>): Trial {
  return {
    number: 1,
    state: "SUCCEEDED",
    source: "strategy",
    parameters: { x: 0.5 },
    decision: { strategy: "random" },
    fidelity: null,
    rungs: [],
    metrics: { error: 0.1 },
    feasible: true,
    attempts: 1,
    lost: 0,
    lease: null,
    leaseUntil: null,
    reason: null,
    startedAt: null,
    endedAt: null,
    cost: null,
    ...more,
  };
}

export function aBest(error: number): Best {
  return { trial: 7, parameters: { x: 0.5 }, metrics: { error }, score: error };
}
