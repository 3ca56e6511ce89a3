import { PegboxError } from "../lib/errors/pegbox-error.ts";
import type { SearchSpace } from "../lib/space/parameter.ts";
import type {
  Amendable,
  BiggerRunner,
  Claim,
  Leasing,
  Pause,
  Promotion,
  Proposal,
  Settlement,
  StudyStore,
} from "../lib/store/study-store.ts";
import { clientLease, readClientLease } from "../lib/study/client-lease.ts";
import type { StudyEvent } from "../lib/study/events.ts";
import type { Measurement } from "../lib/study/measurement.ts";
import type { Range, Study, Trial } from "../lib/study/records.ts";
import type { StudySpec } from "../lib/study/spec.ts";
import {
  ENDED,
  type EndCounts,
  FINISHED,
  PAUSED_BY_USER,
  type Reason,
  type StudyStatus,
  type TrialCounts,
  type TrialState,
} from "../lib/study/states.ts";
import { charged } from "./money.ts";

/**
 * The arrows of the two machines as pure functions on records: what must hold, and what becomes of the record.
 * An adapter reads, asks here, and writes under the condition that nothing has changed since. Null: the condition of
 * the arrow does not hold.
 */

type Changes = Extract<StudyEvent, { type: "amended" }>["changes"];
type Requeue = Parameters<StudyStore["requeueTrial"]>[2];
type Renewal = Parameters<StudyStore["renewLease"]>[2];
type Begin = Parameters<StudyStore["beginGeneration"]>[1];
type Move = Parameters<StudyStore["moveStudy"]>[1];
type Opening = Parameters<StudyStore["openEpoch"]>[1];
type Addition = Parameters<StudyStore["addProposals"]>[1];

/** The part of a study that its own machine changes. */
export type Control = Pick<
  Study,
  "status" | "reason" | "generation" | "execution" | "confirmation" | "startedAt" | "updatedAt"
>;

export function proposed(proposal: Proposal): Trial {
  const { number, source, parameters, decision, fidelity = null } = proposal;
  return {
    number,
    state: "PROPOSED",
    source,
    parameters,
    decision,
    fidelity,
    rungs: [],
    metrics: null,
    feasible: null,
    attempts: 0,
    lost: 0,
    lease: null,
    leaseUntil: null,
    reason: null,
    startedAt: null,
    endedAt: null,
    cost: null,
  };
}

/** The reason of an earlier requeue stays until the trial ends: it says why this is not the first attempt. */
export function claimed(trial: Trial, claim: Claim): Trial | null {
  if (trial.state !== "PROPOSED") return null;
  const { runner: _, ...rest } = trial;
  const bigger = biggerFor(trial, claim);
  const { meter } = bigger ?? claim;
  return {
    ...rest,
    state: "RUNNING",
    attempts: trial.attempts + 1,
    lease: claim.lease,
    startedAt: trial.startedAt ?? claim.at,
    ...(bigger === null ? {} : { runner: bigger.runner }),
    ...(meter === undefined ? {} : { meter: { ...meter, since: claim.at } }),
  };
}

/** The runner that a trial has come to by running out of memory; null: the study's own. */
function biggerFor({ runner, reason }: Trial, { bigger = [] }: Claim): BiggerRunner | null {
  const before = bigger.findIndex((each) => each.runner === runner);
  const wanted = before + (reason?.code === "OUT_OF_MEMORY" ? 1 : 0);
  return bigger[Math.min(wanted, bigger.length - 1)] ?? null;
}

export function leased(trial: Trial, { client, until, meter, at }: Leasing): Trial | null {
  if (trial.state !== "PROPOSED") return null;
  const begun = { ...trial, attempts: trial.attempts + 1 };
  const lease = clientLease(client, begun);
  const metered = meter === undefined ? {} : { meter: { ...meter, since: at } };
  return { ...begun, state: "RUNNING", lease, leaseUntil: until, startedAt: trial.startedAt ?? at, ...metered };
}

/** Whether a client runs the trial. */
export function isHeldBy({ state, lease, leaseUntil }: Trial, client: string): boolean {
  return state === "RUNNING" && leaseUntil !== null && readClientLease(lease ?? "")?.client === client;
}

export function renewed(trial: Trial, { lease, until }: Renewal): Trial | null {
  const { state, leaseUntil } = trial;
  const holds = state === "RUNNING" && trial.lease === lease && leaseUntil !== null;
  return holds && leaseUntil < until ? { ...trial, leaseUntil: until } : null;
}

export function isExpired({ state, leaseUntil }: Trial, at: number): boolean {
  return state === "RUNNING" && leaseUntil !== null && leaseUntil <= at;
}

export function settled(trial: Trial, settlement: Settlement): Trial | null {
  if (settlement.fidelity !== trial.fidelity || !maySettle(trial, settlement)) return null;
  const { state, reason, at } = settlement;
  const { reached = trial.fidelity } = settlement;
  const paid = charged(trial, settlement);
  return {
    ...(state === "STOPPED" && trial.rungs.length > 0
      ? onLastRung(paid)
      : { ...measuring(paid, settlement), fidelity: reached }),
    state,
    lease: null,
    leaseUntil: null,
    reason,
    endedAt: at,
  };
}

/** With these in the place of what it had measured. */
function measuring(trial: Trial, measured: Pick<Settlement, "metrics" | "feasible" | "standardErrors">): Trial {
  const { standardErrors: _, ...rest } = trial;
  const { metrics, feasible, standardErrors } = measured;
  return { ...rest, metrics, feasible, ...(standardErrors === undefined ? {} : { standardErrors }) };
}

function onLastRung(trial: Trial): Trial {
  return { ...trial, fidelity: trial.rungs.at(-1)?.fidelity ?? trial.fidelity };
}

function maySettle({ state, lease, rungs }: Trial, settlement: Settlement): boolean {
  if (settlement.state === "SUCCEEDED" || settlement.state === "INFEASIBLE") return isOpen(state);
  if (state === "RUNNING") return lease === settlement.lease;
  return settlement.state === "STOPPED" && (state === "PAUSED" || (state === "PROPOSED" && rungs.length > 0));
}

function isOpen(state: TrialState): boolean {
  return state === "RUNNING" || state === "PROPOSED";
}

export function paused(trial: Trial, pause: Pause): Trial | null {
  const { costUsd: _, abandoned: __, lease: ___, at: ____, ...rung } = pause;
  if (rung.fidelity !== trial.fidelity || !isOpen(trial.state)) return null;
  return {
    ...measuring(charged(trial, pause), rung),
    state: "PAUSED",
    rungs: [...trial.rungs, rung],
    lease: null,
    leaseUntil: null,
    reason: null,
  };
}

export function promoted(trial: Trial, { fidelity }: Promotion): Trial | null {
  if (trial.state !== "PAUSED" || trial.fidelity === null || fidelity <= trial.fidelity) return null;
  return { ...trial, state: "PROPOSED", fidelity };
}

export function requeued(trial: Trial, requeue: Requeue): Trial | null {
  if (trial.state !== "RUNNING") return null;
  if (requeue.lease !== undefined && requeue.lease !== trial.lease) return null;
  if (requeue.expiredAt !== undefined && !isExpired(trial, requeue.expiredAt)) return null;
  return {
    ...charged(trial, { costUsd: null, ...requeue }),
    state: "PROPOSED",
    attempts: trial.attempts - (requeue.countsAttempt ? 0 : 1),
    lost: trial.lost + (requeue.lost ? 1 : 0),
    lease: null,
    leaseUntil: null,
    reason: requeue.reason,
  };
}

export function cancelled(trial: Trial, reason: Reason, at: number): Trial | null {
  if (trial.state !== "PROPOSED" && trial.state !== "PAUSED") return null;
  return { ...trial, state: "CANCELLED", reason, endedAt: at };
}

/** @returns what becomes of the study, null where nothing does, and whether the execution owns it then. */
export function begun(control: Control, begin: Begin): { readonly next: Control | null; readonly admitted: boolean } {
  const { generation, execution } = control;
  if (begin.generation <= generation) {
    const held = begin.generation === generation && begin.execution === execution;
    return { next: null, admitted: held && OWNED.has(control.status) };
  }
  const next = {
    ...obeying(control),
    generation: begin.generation,
    execution: begin.execution,
    confirmation: control.confirmation,
    startedAt: control.startedAt ?? begin.at,
    updatedAt: begin.at,
  };
  return { next, admitted: OWNED.has(next.status) };
}

/** Statuses of a study that an execution is at. */
const OWNED: ReadonlySet<StudyStatus> = new Set(["RUNNING", "PAUSING", "STOPPING"]);

/** An execution that begins fulfils a wish that came before it; what has ended stays so. */
function obeying({ status, reason }: Control): Pick<Control, "status" | "reason"> {
  if (FINISHED.has(status) || status === "PAUSING" || status === "STOPPING") return { status, reason };
  const held = status === "PAUSED" && reason?.code === PAUSED_BY_USER;
  return held ? { status: "PAUSING", reason } : { status: "RUNNING", reason: null };
}

export function moved(control: Control, move: Move): Control | null {
  if (!move.from.includes(control.status)) return null;
  if (move.generation !== undefined && move.generation !== control.generation) return null;
  const { to, reason, confirmation = null, at } = move;
  return { ...control, status: to, reason, confirmation, updatedAt: at };
}

/** What an amendment changes, by key of the study file, a bound by its path; null where it changes nothing. */
export function amended(spec: StudySpec, { space, ...amendment }: Partial<Amendable>): Changes | null {
  const keys = Object.entries(amendment).map(
    ([key, to]) => [key, { from: spec[key as keyof Amendable] ?? null, to }] as const,
  );
  const changed = [...keys, ...(space === undefined ? [] : boundsOf(spec.space, space))].filter(
    ([, { from, to }]) => JSON.stringify(from) !== JSON.stringify(to),
  );
  return changed.length === 0 ? null : Object.fromEntries(changed);
}

function boundsOf(before: SearchSpace, now: SearchSpace): (readonly [path: string, Changes[string]])[] {
  return now.parameters.flatMap((to, i) => {
    const from = before.parameters[i];
    if (from === undefined || !("min" in from) || !("min" in to)) return [];
    return (["min", "max"] as const).map(
      (bound) => [`parameters.${to.name}.${bound}`, { from: from[bound], to: to[bound] }] as const,
    );
  });
}

/** @throws {PegboxError} `CONFLICT` for a study that an execution owns. */
export function deletable(id: string, status: StudyStatus): void {
  if (!OWNED.has(status)) return;
  throw new PegboxError("CONFLICT", `expected a study that does not run; "${id}" is ${status}`, {
    hint: "pause or stop it first",
  });
}

/** Where an epoch is opened or added to. */
interface Front extends Control {
  readonly epoch: number;
  readonly created: number;
}

/** @throws {PegboxError} `CONFLICT` when the epoch may not be opened. */
export function opening(id: string, front: Front, wanted: Opening): "open" | "isOpen" {
  const { generation, status, epoch, created } = front;
  const conflict = (expected: string, got: string): PegboxError =>
    new PegboxError("CONFLICT", `epoch ${wanted.number} of study "${id}": expected ${expected}, got ${got}`);
  if (generation !== wanted.generation) throw conflict(`generation ${wanted.generation}`, `${generation}`);
  if (epoch === wanted.number) return "isOpen";
  if (status !== "RUNNING") throw conflict("a RUNNING study", status);
  if (epoch !== wanted.number - 1) throw conflict(`epoch ${wanted.number - 1} to be open`, `${epoch}`);
  if (created !== wanted.created) throw conflict(`${wanted.created} trials`, `${created}`);
  return "open";
}

/** Whether the proposals may be added to the open epoch. */
export function addable({ generation, status, epoch, created }: Front, wanted: Addition): boolean {
  const running = status === "RUNNING" && generation === wanted.generation;
  return running && epoch === wanted.epoch && created === wanted.created;
}

/** Statuses of a study to which people may add trials. */
const OPEN: ReadonlySet<StudyStatus> = new Set(["CREATED", "RUNNING", "PAUSING", "PAUSED"]);

export function mayAdd({ status, created }: Front, wanted: Pick<Addition, "created">): boolean {
  return OPEN.has(status) && created === wanted.created;
}

/** A trial that comes finished. */
export function broughtIn(proposal: Proposal, settlement: Settlement): Trial {
  const trial = settled(proposed(proposal), settlement);
  if (trial === null) throw new Error(`trial ${proposal.number} cannot be brought in as ${settlement.state}`);
  return trial;
}

/** Proposals follow one another without a gap: they prolong the last range where it ends before them. */
export function readyWith(ready: readonly Range[], proposals: readonly Proposal[]): readonly Range[] {
  return prolonged(ready, rangeOf(proposals));
}

/** The numbers of proposals; null for none. */
function rangeOf(proposals: readonly Proposal[]): Range | null {
  return proposals.length === 0 ? null : { from: proposals[0]!.number, to: proposals.at(-1)!.number };
}

export function prolonged(ready: readonly Range[], added: Range | null): readonly Range[] {
  if (added === null) return ready;
  const last = ready.at(-1);
  if (last === undefined || last.to + 1 !== added.from) return [...ready, added];
  return [...ready.slice(0, -1), { from: last.from, to: added.to }];
}

/** The highest number once the proposals are in. */
export function createdWith(created: number, proposals: readonly Proposal[]): number {
  return proposals.reduce((highest, { number }) => Math.max(highest, number), created);
}

/** Lower scores are better; of equal ones, the lower number. */
export function isBetter(
  candidate: { readonly score: number; readonly trial: number },
  best: { readonly score: number; readonly trial: number } | null,
): boolean {
  if (best === null || candidate.score < best.score) return true;
  return candidate.score === best.score && candidate.trial < best.trial;
}

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

const COUNT_OF = {
  PROPOSED: "proposed",
  RUNNING: "running",
  PAUSED: "paused",
  SUCCEEDED: "succeeded",
  INFEASIBLE: "infeasible",
  FAILED: "failed",
  STOPPED: "stopped",
  CANCELLED: "cancelled",
} as const satisfies Record<TrialState, keyof TrialCounts>;

export function countOf(state: TrialState): keyof TrialCounts {
  return COUNT_OF[state];
}

export const NO_ENDS: EndCounts = { succeeded: 0, infeasible: 0, failed: 0, stopped: 0, cancelled: 0 };

/** As what a replicate that an arrow has brought to its end counts; null for any other trial. */
export function replicateEnd({ source, state }: Trial): keyof EndCounts | null {
  return source === "replicate" && ENDED.has(state) ? (COUNT_OF[state] as keyof EndCounts) : null;
}

export function readySize(ready: readonly Range[]): number {
  return ready.reduce((size, { from, to }) => size + to - from + 1, 0);
}

/** The number at a position, from 0, of the ranges laid end to end; null beyond them. */
export function readyAt(ready: readonly Range[], position: number): number | null {
  let rest = position;
  for (const { from, to } of ready) {
    const size = to - from + 1;
    if (rest < size) return from + rest;
    rest -= size;
  }
  return null;
}

/** Sorts as text from the oldest to the newest study; what `listStudies` pages by. */
export function listKey(createdAt: number, id: string): string {
  return `${String(createdAt).padStart(15, "0")}#${id}`;
}

export function noStudy(id: string): PegboxError {
  return new PegboxError("NOT_FOUND", `expected a study "${id}", there is none`);
}

export function noTrial(id: string, number: number): PegboxError {
  return new PegboxError("NOT_FOUND", `expected a trial ${number} of study "${id}", there is none`);
}

/** @param attempts what each attempt at a trial told, one after the other; of a step the first counts. */
export function latestOfEachStep(
  attempts: readonly (Measurement & { readonly attempt: number })[],
): readonly Measurement[] {
  const steps = new Map<number, Measurement & { readonly attempt: number }>();
  for (const told of attempts) {
    const before = steps.get(told.step);
    if (before === undefined || before.attempt < told.attempt) steps.set(told.step, told);
  }
  return [...steps.values()].sort((a, b) => a.step - b.step).map(({ step, metrics }) => ({ step, metrics }));
}

/** How many expired leases are told of at a time. */
export const EXPIRED_LIMIT = 100;

/** How long an Idempotency-Key is remembered. */
export const KEY_LIFE_MS: number = 24 * 60 * 60 * 1000;

export function keyReused(value: string): PegboxError {
  return new PegboxError(
    "IDEMPOTENCY_CONFLICT",
    `Idempotency-Key "${value}": expected the request it came with first`,
    {
      hint: "take a new key for a new request",
    },
  );
}
