import { listKey } from "../arrows.ts";

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/**
 * Counts of a study are spread over this many items: two transactions that meet on one item cancel each other, and a
 * study of a thousand slots has many under way.
 */
export const COUNT_SHARDS = 16;

/** The claims of an epoch are spread likewise. */
export const CLAIM_SHARDS = 16;

/** From this budget on trials are spread over 16 partitions, each good for 1,000 writes a second. */
const SHARDED_FROM_TRIALS = 1000;
const TRIAL_SHARDS = 16;

export function trialShards(budget: number): number {
  return budget < SHARDED_FROM_TRIALS ? 1 : TRIAL_SHARDS;
}

export const pad = (number: number, digits: number): string => String(number).padStart(digits, "0");

/** Trial numbers as text that sorts; no study has a hundred million. */
export const LAST_TRIAL = 99_999_999;
export const trialSk = (number: number): string => pad(number, 8);

/** The names of a tenant's items. Ids have no `#`, so that no two names can meet. */
export interface Keys {
  /** STATE (what the study's machine changes), SPEC, EPOCH, BEST, COUNTS#00 … 15, and MONEY where there is a cap. */
  readonly study: (id: string) => string;
  readonly counts: (id: string, trial: number) => Key;
  readonly trials: (id: string, shard: number) => string;
  readonly trial: (id: string, shards: number, number: number) => Key;
  /** That a slot has claimed. */
  readonly claim: (id: string, claim: { readonly epoch: number; readonly slot: number; readonly seq: number }) => Key;
  /** All that a study's slots have claimed in an epoch, in as many partitions as `CLAIM_SHARDS` says. */
  readonly claims: (id: string, epoch: number, shard: number) => string;
  /** What the clients of a study run, an item for each. */
  readonly clients: (id: string) => string;
  /** What its trials measured, in as many partitions as they are. */
  readonly measurements: (id: string, shard: number) => string;
  /** Of so many, told at once, from this step on. */
  readonly measurement: (
    pk: string,
    trial: number,
    told: { readonly attempt: number; readonly step: number; readonly count: number },
  ) => Key;
  /** What is learned from trials that have ended, many in an item: from the first, each written once. */
  readonly ledger: (id: string) => string;
  /** A study's story; `sk` sorts by time. */
  readonly events: (id: string) => string;
  readonly idempotency: (value: string) => Key;
  readonly sweep: (name: string) => Key;
  /** Partitions of the index. */
  readonly list: () => string;
  readonly listOfName: (name: string) => string;
}

export function keysOf(tenant: string): Keys {
  const study = (id: string): string => `S#${tenant}#${id}`;
  const trials = (id: string, shard: number): string => `T#${tenant}#${id}#${shard}`;
  const claims = (id: string, epoch: number, shard: number): string => `E#${tenant}#${id}#${epoch}#${shard}`;
  return {
    study,
    counts: (id, trial) => ({ pk: study(id), sk: `${COUNTS}${pad(trial % COUNT_SHARDS, 2)}` }),
    trials,
    trial: (id, shards, number) => ({ pk: trials(id, number % shards), sk: trialSk(number) }),
    claim: (id, { epoch, slot, seq }) => ({
      pk: claims(id, epoch, slot % CLAIM_SHARDS),
      sk: `${pad(slot, 5)}#${pad(seq, 6)}`,
    }),
    claims,
    clients: (id) => `C#${tenant}#${id}`,
    measurements: (id, shard) => `R#${tenant}#${id}#${shard}`,
    measurement: (pk, trial, { attempt, step, count }) => ({
      pk,
      sk: [trialSk(trial), pad(attempt, 6), pad(step, 9), pad(count, 4)].join("#"),
    }),
    ledger: (id) => `L#${tenant}#${id}`,
    events: (id) => `H#${tenant}#${id}`,
    idempotency: (value) => ({ pk: `I#${tenant}#${value}`, sk: "KEY" }),
    sweep: (name) => ({ pk: `W#${tenant}#${name}`, sk: "SWEEP" }),
    list: () => `S#${tenant}`,
    listOfName: (name) => `N#${tenant}#${name}`,
  };
}

/** Sort keys of a study's items; those from BEST to COUNTS are what a result needs to know. */
export const STATE = "STATE";
export const SPEC = "SPEC";
export const EPOCH = "EPOCH";
export const BEST = "BEST";
export const COUNTS = "COUNTS#";
export const MONEY = "MONEY";

const LISTED = "C#";
export const listSk = (createdAt: number, id: string): string => LISTED + listKey(createdAt, id);
export const listSkOf = (token: string): string => LISTED + token;
/** Above every other: list keys begin with a digit. */
export const NEWEST = "~";

/** The token and the id that a sort key of the index stands for. */
export function listed(sk: string): { readonly token: string; readonly id: string } {
  const token = sk.slice(LISTED.length);
  return { token, id: token.slice(token.indexOf("#") + 1) };
}
