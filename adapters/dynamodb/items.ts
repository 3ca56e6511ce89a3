import type { Claim } from "../../lib/store/study-store.ts";
import type { StudyEvent } from "../../lib/study/events.ts";
import { NANO } from "../../lib/study/price/money.ts";
import type { Confirming, Epoch, Range, Study, Trial } from "../../lib/study/records.ts";
import type { StudySpec } from "../../lib/study/spec.ts";
import type { EndCounts, TrialCounts } from "../../lib/study/states.ts";
import { type Control, NO_ENDS, NO_TRIALS, prolonged, readySize } from "../arrows.ts";
import type { Item } from "./connection.ts";
import { BEST, COUNTS, EPOCH, type Key, listSk, pad, SPEC, STATE } from "./keys.ts";

/**
 * Records as items. What may hold any double, or any shape, is JSON text: DynamoDB's numbers have 38 digits but end at
 * 1e±125. `rev` grows with every change of an item, and is what its conditions are about.
 */

export interface TrialItem {
  readonly rev: number;
  readonly trial: Trial;
  /** What it was settled with; null where it cannot be the best. */
  readonly score: number | null;
  /** What its slot was given in the transaction that ended it. */
  readonly next?: Given;
}

/** A claim, and the trial that it was given. */
export interface Given extends Pick<Claim, "epoch" | "slot" | "seq"> {
  readonly number: number;
}

export function fromTrial(key: Key, { rev, trial, score, next }: TrialItem): Item & Key {
  const { number, state, source, feasible, attempts, lost, lease, leaseUntil, startedAt, endedAt } = trial;
  return {
    ...key,
    ...(leaseUntil === null ? {} : { leaseUntil }),
    ...{ rev, number, state, source, feasible, attempts, lost, lease, startedAt, endedAt },
    parameters: JSON.stringify(trial.parameters),
    decision: JSON.stringify(trial.decision),
    ...(trial.fidelity === null ? {} : { fidelity: JSON.stringify(trial.fidelity) }),
    ...(trial.rungs.length === 0 ? {} : { rungs: JSON.stringify(trial.rungs) }),
    metrics: JSON.stringify(trial.metrics),
    ...(trial.standardErrors === undefined ? {} : { standardErrors: JSON.stringify(trial.standardErrors) }),
    reason: JSON.stringify(trial.reason),
    cost: JSON.stringify(trial.cost),
    ...(trial.meter === undefined ? {} : { meter: JSON.stringify(trial.meter) }),
    ...(trial.forfeits === undefined ? {} : { forfeits: JSON.stringify(trial.forfeits) }),
    score: JSON.stringify(score),
    ...(next === undefined ? {} : { next }),
  };
}

export function toTrial(item: Item): TrialItem {
  const plain = item as unknown as Trial;
  const { number, state, source, feasible, attempts, lost, lease, startedAt, endedAt } = plain;
  return {
    rev: item["rev"] as number,
    score: parsed(item["score"]),
    ...(item["next"] === undefined ? {} : { next: item["next"] as Given }),
    trial: {
      leaseUntil: (item["leaseUntil"] as number | undefined) ?? null,
      ...{ number, state, source, feasible, attempts, lost, lease, startedAt, endedAt },
      parameters: parsed(item["parameters"]),
      decision: parsed(item["decision"]),
      fidelity: item["fidelity"] === undefined ? null : parsed(item["fidelity"]),
      rungs: item["rungs"] === undefined ? [] : parsed(item["rungs"]),
      metrics: parsed(item["metrics"]),
      ...(item["standardErrors"] === undefined ? {} : { standardErrors: parsed(item["standardErrors"]) }),
      reason: parsed(item["reason"]),
      cost: parsed(item["cost"]),
      ...(item["meter"] === undefined ? {} : { meter: parsed(item["meter"]) }),
      ...(item["forfeits"] === undefined ? {} : { forfeits: parsed(item["forfeits"]) }),
    },
  };
}

/** What the study's own machine changes, and the turns of the open epoch. */
export interface State extends Control {
  readonly rev: number;
  readonly shards: number;
  readonly epoch: number;
  readonly created: number;
  /** How many trials are ready in the open epoch, the tail among them. */
  readonly ready: number;
  /** What has been added at the end of what the epoch's item says is ready: of a refill it is then the only write beside the proposals. */
  readonly tail?: Range | null;
  /** It has a cap: its counts are kept with a purse. */
  readonly capped?: true;
  /** Absent: none. */
  readonly added?: number;
  /** Its deletion has begun: for everything else there is no such study. */
  readonly deleted?: true;
}

export function newStudy(
  pk: string,
  lists: readonly [string, string],
  study: NewStudy,
): readonly [Item & Key, Item & Key] {
  const { id, spec, createdAt, shards, key } = study;
  const gsi1sk = listSk(createdAt, id);
  const [byTenant, byName] = lists;
  return [
    { pk, sk: SPEC, gsi1pk: byTenant, gsi1sk, id, createdAt, key, version: 1, spec: JSON.stringify(spec) },
    {
      ...{ pk, sk: STATE, gsi1pk: byName, gsi1sk, shards, rev: 1 },
      ...{ status: "CREATED", reason: "null", generation: 0, execution: null, startedAt: null, updatedAt: createdAt },
      ...{ epoch: 0, created: 0, taken: 0, ready: 0, tail: null },
      ...(spec.budget.usd === undefined ? {} : { capped: true }),
    },
  ];
}

interface NewStudy {
  readonly id: string;
  readonly spec: StudySpec;
  readonly createdAt: number;
  readonly shards: number;
  /** The Idempotency-Key that made it. */
  readonly key: string | null;
}

export function fromControl({ reason, confirmation, ...plain }: Control): Item {
  const { status, generation, execution, startedAt, updatedAt } = plain;
  return {
    ...{ status, generation, execution, startedAt, updatedAt },
    reason: JSON.stringify(reason),
    confirmation: JSON.stringify(confirmation),
  };
}

export function toState(item: Item): State {
  const confirmation = item["confirmation"] === undefined ? null : parsed<State["confirmation"]>(item["confirmation"]);
  return { ...(item as unknown as State), reason: parsed(item["reason"]), confirmation };
}

export function fromEpoch(pk: string, epoch: Epoch): Item & Key {
  const { ready, confirms, ...plain } = epoch;
  const why = confirms === undefined ? {} : { confirms: JSON.stringify(confirms) };
  return { pk, sk: EPOCH, ...plain, ready: JSON.stringify(ready), ...why };
}

/** An epoch as its own item and what the state has added to it say; others may have changed one of them in between (`isWhole`). */
export function toEpoch(item: Item | undefined, { tail = null }: Pick<State, "tail">): Epoch {
  if (item === undefined) return { number: 0, ready: [], slots: 0, trialsPerSlot: 0 };
  const { number, slots, trialsPerSlot } = item as unknown as Epoch;
  const why = item["confirms"] === undefined ? {} : { confirms: parsed<Confirming>(item["confirms"]) };
  return { number, ready: prolonged(parsed(item["ready"]), tail), slots, trialsPerSlot, ...why };
}

/** Whether the items of a study's partition were read with no epoch opened or added to in between. */
export function isWhole(items: readonly Item[]): boolean {
  const state = items.find(({ sk }) => sk === STATE);
  if (state === undefined || toState(state).deleted) return true;
  const { number, ready } = toEpoch(
    items.find(({ sk }) => sk === EPOCH),
    toState(state),
  );
  return state["epoch"] === number && state["ready"] === readySize(ready);
}

/** A study out of the items of its partition; null where there is none. */
export function toStudy(items: readonly Item[]): Study | null {
  const find = (sk: string): Item | undefined => items.find((item) => item["sk"] === sk);
  const specItem = find(SPEC);
  const stateItem = find(STATE);
  if (specItem === undefined || stateItem === undefined || toState(stateItem).deleted) return null;
  const state = toState(stateItem);
  const { status, reason, generation, execution, confirmation, startedAt, updatedAt, created, added = 0 } = state;
  const best = find(BEST);
  const shards = items.filter((item) => (item["sk"] as string).startsWith(COUNTS));
  const times = [...shards, ...(best === undefined ? [] : [best])].map((item) => item["updatedAt"] as number);
  return {
    id: specItem["id"] as string,
    spec: parsed(specItem["spec"]),
    amendments: (specItem["version"] as number) - 1,
    ...{ status, reason, generation, execution, confirmation, created, startedAt },
    epoch: toEpoch(find(EPOCH), state),
    counts: toCounts(shards, created),
    replicates: toReplicates(shards),
    added,
    imported: toImported(shards),
    best:
      best === undefined
        ? null
        : {
            trial: best["trial"] as number,
            parameters: parsed(best["parameters"]),
            metrics: parsed(best["metrics"]),
            score: parsed(best["score"]),
          },
    endedAtBest: (best?.["endedAtBest"] as number | undefined) ?? 0,
    spentUsd: sum(shards, "nanoUsd") / NANO,
    reservedUsd: sum(shards, "reservedNano") / NANO,
    createdAt: specItem["createdAt"] as number,
    updatedAt: Math.max(updatedAt, ...times),
  };
}

/**
 * `proposed` is what is left of `created`, so that opening an epoch need not count. The items are read one after the
 * other: while others write, a claim may be seen before the trial it claims, and what is left must not fall below 0.
 */
export function toCounts(shards: readonly Item[], created: number): TrialCounts {
  const counted = Object.fromEntries(Object.keys(NO_TRIALS).map((state) => [state, sum(shards, state)]));
  const others = Object.values(counted).reduce((total, count) => total + count, 0);
  return { ...NO_TRIALS, ...counted, proposed: Math.max(0, created - others) };
}

/** Of the ends of replicates, which are counted beside those of all trials. */
export const replicatesIn = (end: keyof EndCounts): string => `replicates_${end}`;

export function toReplicates(shards: readonly Item[]): EndCounts {
  const ends = Object.keys(NO_ENDS) as (keyof EndCounts)[];
  return { ...NO_ENDS, ...Object.fromEntries(ends.map((end) => [end, sum(shards, replicatesIn(end))])) };
}

export function toImported(shards: readonly Item[]): number {
  return sum(shards, "imported");
}

function sum(items: readonly Item[], attribute: string): number {
  return items.reduce((total, item) => total + ((item[attribute] as number | undefined) ?? 0), 0);
}

/** @param mark tells events of one instant apart, and is the same for the same change. */
export function fromEvent(pk: string, event: StudyEvent, mark: string): Item & Key {
  return { pk, sk: `${pad(event.at, 15)}#${mark}`, event: JSON.stringify(event) };
}

export function parsed<T>(text: unknown): T {
  return JSON.parse(text as string) as T;
}
