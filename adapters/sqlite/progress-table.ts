import type { Confirmation, Trial } from "../../lib/study/records.ts";
import type { EndCounts, Reason, StudyStatus, TrialCounts, TrialState } from "../../lib/study/states.ts";
import { type Control, countOf, NO_ENDS, NO_TRIALS, replicateEnd } from "../arrows.ts";
import type { Database, Value } from "./database.ts";

/** The part of a study that claims and results change: read, altered and written back in one transaction. */
export interface Progress extends Control {
  readonly epoch: number;
  /** How many of the epoch's ready trials have been passed, given or skipped. */
  readonly taken: number;
  readonly created: number;
  readonly counts: TrialCounts;
  readonly replicates: EndCounts;
  readonly added: number;
  readonly imported: number;
  readonly best: { readonly trial: number; readonly score: number } | null;
  readonly endedAtBest: number;
  readonly spentUsd: number;
  readonly reservedUsd: number;
  /** `budget.usd`; null without one. */
  readonly capUsd: number | null;
  /** Up to how many per cent of `budget.usd` have been told of. */
  readonly toldPercent: number;
}

const COLUMNS = [
  "status",
  "reason",
  "generation",
  "execution",
  "started_at",
  "updated_at",
  "epoch",
  "taken",
  "created",
  "best_trial",
  "best_score",
  "ended_at_best",
  "spent_usd",
  "reserved_usd",
  "cap_usd",
  "told_percent",
  "replicates",
  "confirmation",
  "added",
  "imported",
  ...Object.keys(NO_TRIALS),
];

export const PROGRESS_COLUMNS: string = COLUMNS.map((column) => `progress.${column}`).join(", ");
export const PROGRESS_WIDTH: number = COLUMNS.length;

export interface ProgressTable {
  insert(study: number, capUsd: number | null, at: number): void;
  read(study: number): Progress;
  write(study: number, progress: Progress): void;
}

export function progressTable(db: Database): ProgressTable {
  const select = db.prepare(`SELECT ${PROGRESS_COLUMNS} FROM progress WHERE study = ?`);
  const insert = db.prepare(
    `INSERT INTO progress (study, ${COLUMNS.join(", ")}) VALUES (?, ${COLUMNS.map(() => "?").join(", ")})`,
  );
  const update = db.prepare(`UPDATE progress SET ${COLUMNS.map((c) => `${c} = ?`).join(", ")} WHERE study = ?`);
  return {
    insert: (study, capUsd, at) => {
      insert.run(study, ...fromProgress({ ...NEW, capUsd, updatedAt: at }));
    },
    read: (study) => {
      const row = select.get(study);
      if (row === undefined) throw new Error(`study ${study} has no progress row`);
      return toProgress(row);
    },
    write: (study, progress) => {
      update.run(...fromProgress(progress), study);
    },
  };
}

/** One trial goes from one state to another. */
export function recount(counts: TrialCounts, from: TrialState, to: TrialState): TrialCounts {
  const next: Record<keyof TrialCounts, number> = { ...counts };
  next[countOf(from)] -= 1;
  next[countOf(to)] += 1;
  return next;
}

/** With one more, if a replicate has ended. */
export function recountReplicates(replicates: EndCounts, after: Trial): EndCounts {
  const end = replicateEnd(after);
  return end === null ? replicates : { ...replicates, [end]: replicates[end] + 1 };
}

const NEW: Progress = {
  status: "CREATED",
  reason: null,
  generation: 0,
  execution: null,
  startedAt: null,
  updatedAt: 0,
  epoch: 0,
  taken: 0,
  created: 0,
  counts: NO_TRIALS,
  replicates: NO_ENDS,
  added: 0,
  imported: 0,
  best: null,
  endedAtBest: 0,
  spentUsd: 0,
  reservedUsd: 0,
  capUsd: null,
  toldPercent: 0,
  confirmation: null,
};

function fromProgress(p: Progress): Value[] {
  return [
    p.status,
    p.reason === null ? null : JSON.stringify(p.reason),
    p.generation,
    p.execution,
    p.startedAt,
    p.updatedAt,
    p.epoch,
    p.taken,
    p.created,
    p.best?.trial ?? null,
    p.best?.score ?? null,
    p.endedAtBest,
    p.spentUsd,
    p.reservedUsd,
    p.capUsd,
    p.toldPercent,
    p.replicates === NO_ENDS ? null : JSON.stringify(p.replicates),
    p.confirmation === null ? null : JSON.stringify(p.confirmation),
    p.added,
    p.imported,
    ...Object.keys(NO_TRIALS).map((state) => p.counts[state as keyof TrialCounts]),
  ];
}

export function toProgress(row: readonly Value[]): Progress {
  const [status, reason, generation, execution, startedAt, updatedAt, epoch, taken, created, ...rest] = row;
  const [bestTrial, bestScore, endedAtBest, spentUsd, ...later] = rest;
  const [reservedUsd, capUsd, toldPercent, replicates, confirmation, added, imported, ...counts] = later;
  return {
    status: status as StudyStatus,
    reason: reason === null ? null : (JSON.parse(reason as string) as Reason),
    generation: generation as number,
    execution: execution as string | null,
    startedAt: startedAt as number | null,
    updatedAt: updatedAt as number,
    epoch: epoch as number,
    taken: taken as number,
    created: created as number,
    best: bestTrial === null ? null : { trial: bestTrial as number, score: bestScore as number },
    endedAtBest: endedAtBest as number,
    spentUsd: spentUsd as number,
    reservedUsd: reservedUsd as number,
    capUsd: capUsd as number | null,
    toldPercent: toldPercent as number,
    replicates: replicates === null ? NO_ENDS : (JSON.parse(replicates as string) as EndCounts),
    confirmation: confirmation === null ? null : (JSON.parse(confirmation as string) as Confirmation),
    added: added as number,
    imported: imported as number,
    counts: Object.fromEntries(Object.keys(NO_TRIALS).map((state, i) => [state, counts[i]])) as unknown as TrialCounts,
  };
}
