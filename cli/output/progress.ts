import { replicatedBy } from "../../lib/study/replicate.ts";
import type { Reason } from "../../lib/study/states.ts";
import { endedCount } from "../../lib/study/stopping.ts";
import type { BestView } from "../../lib/study/views.ts";
import type { News, Opening, ShownTrial } from "./news.ts";

/** Ended trials that are remembered: more than any terminal has lines. */
const REMEMBERED = 200;

/** A trial of the moving table; times are milliseconds since 1970 UTC. */
export interface Shown {
  readonly trial: ShownTrial;
  /** When this attempt began. */
  readonly since: number;
  /** Null while it runs. */
  readonly until: number | null;
}

/** Whether this is the first that is told of how a trial did: where it may train further, more will follow. */
export function isFirstNews(event: News): boolean {
  if ("trial" in event && replicatedBy(event.trial) !== null) return false; // it comes on top
  if (event.type === "trialPaused") return event.trial.rungs.length === 1;
  return event.type === "trialEnded" && event.trial.rungs.length === 0;
}

/** What a run has come to so far, as its events tell. */
export class Progress {
  readonly running: Map<number, Shown> = new Map();
  recent: readonly Shown[] = [];
  best: BestView | null = null;
  lastFailure: { readonly trial: number; readonly reason: Reason } | null = null;
  /** Where trials may be cut short: those that have been told of. */
  ended: number;
  /** That have ended. */
  replicates: number;
  failed: number;
  infeasible: number;
  /** Trials that ended before this run, when it was resumed. */
  readonly endedBefore: number;
  readonly startedAt: number;

  constructor({ study, replicates }: Pick<Opening, "study" | "replicates">, startedAt: number) {
    this.best = study.best;
    this.ended = endedCount(study.counts) - replicates + study.counts.paused;
    this.replicates = replicates;
    this.endedBefore = this.ended;
    this.failed = study.counts.failed;
    this.infeasible = study.counts.infeasible;
    this.startedAt = startedAt;
  }

  note(event: News, now: number): void {
    if (event.type === "trialStarted") {
      this.running.set(event.trial.number, { trial: event.trial, since: now, until: null });
    }
    if (event.type === "trialRequeued") this.running.delete(event.number);
    if (isFirstNews(event)) this.ended += 1;
    if (event.type === "trialPaused") this.#leave(event.trial, now);
    if (event.type === "trialEnded") this.#end(event.trial, event.best, now);
  }

  #leave(trial: ShownTrial, now: number): void {
    const since = this.running.get(trial.number)?.since ?? trial.startedAt ?? now;
    this.running.delete(trial.number);
    const others = this.recent.filter((shown) => shown.trial.number !== trial.number);
    this.recent = [...others, { trial, since, until: now }].slice(-REMEMBERED);
  }

  #end(trial: ShownTrial, best: BestView | null, now: number): void {
    this.#leave(trial, now);
    this.best = best;
    if (replicatedBy(trial) !== null) this.replicates += 1;
    if (trial.state === "FAILED") this.failed += 1;
    if (trial.state === "INFEASIBLE") this.infeasible += 1;
    if (trial.state === "FAILED" && trial.reason !== null) {
      this.lastFailure = { trial: trial.number, reason: trial.reason };
    }
  }

  /**
   * Seconds until all `trials` have ended, or null before the first has: what is left, by the pace so far. Running
   * trials count for the share of a usual trial that they have run, so that a first trial of eight that run beside
   * each other is not taken for an eighth of the pace.
   */
  secondsLeft(trials: number, now: number): number | null {
    if (this.recent.length === 0) return null;
    const usual = this.recent.reduce((sum, { since, until }) => sum + ((until ?? now) - since), 0) / this.recent.length;
    const shares = [...this.running.values()].map(({ since }) => (usual <= 0 ? 0 : Math.min(1, (now - since) / usual)));
    const underway = shares.reduce((sum, share) => sum + share, 0);
    const pace = (this.ended - this.endedBefore + underway) / (now - this.startedAt);
    const left = Math.max(0, trials - this.ended - underway);
    return pace > 0 ? left / pace / 1000 : null;
  }
}
