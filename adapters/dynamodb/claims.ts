import type { Claim, StudyStore } from "../../lib/store/study-store.ts";
import type { Trial } from "../../lib/study/records.ts";
import { claimed } from "../arrows.ts";
import { ABSENT, type Context } from "./context.ts";
import { toTrial } from "./items.ts";
import { affords } from "./purse.ts";
import { rewriting } from "./rewriting.ts";
import { type Turn, turns } from "./turns.ts";

/** How long it is remembered which trial a claim got: longer than any execution waits to repeat a call. */
const CLAIM_LIFE_SECONDS = 7 * 24 * 60 * 60;

/** The steps of a claim, for those who take some of them otherwise. */
interface Claiming {
  /** The trial that the claim was given before. */
  remembered(id: string, claim: Claim): Promise<Trial | null>;
  takeTurn(id: string, claim: Claim): Promise<Turn | null>;
  /** Starts a trial for a claim that is not remembered. @param turn that its caller has taken for it */
  claim(id: string, claim: Claim, turn?: Turn): Promise<Trial | null>;
}

/**
 * 1. A claim that was made before is answered with its trial.
 * 2. In a study with a cap one that cannot be paid takes no turn.
 * 3. Taking a turn is one atomic step on the study's state: who takes it, has the trial at that place to themselves.
 * 4. One transaction starts the trial, counts it, takes from the purse what is set aside for it, and remembers the claim.
 *
 * A turn whose trial is no longer PROPOSED is passed over. So is one whose taker dies before step 4, or finds there that
 * the same claim has come first, or that another has taken the last of the money: its trial stays PROPOSED for the next epoch.
 */
export function claims(context: Context): Pick<StudyStore, "claimTrial"> {
  const { remembered, claim } = claiming(context);
  return {
    async claimTrial(id, wanted) {
      return (await remembered(id, wanted)) ?? (await claim(id, wanted));
    },
  };
}

export function claiming(context: Context): Claiming {
  const { db, keys } = context;
  const takeTurn = turns(context);

  async function remembered(id: string, claim: Claim): Promise<Trial | null> {
    const memory = await db.get(keys.claim(id, claim));
    if (memory === undefined) return null;
    const item = await db.get({ pk: memory["trialPk"] as string, sk: memory["trialSk"] as string });
    return item === undefined ? null : toTrial(item).trial;
  }

  type Started = Trial | "passed" | "repeated" | "unaffordable";

  /** @returns the started trial; `passed` when it is not PROPOSED; `repeated` when the same claim came first. */
  function start(id: string, shards: number, number: number, claim: Claim): Promise<Started> {
    const key = keys.trial(id, shards, number);
    const memory = {
      ...keys.claim(id, claim),
      ...{ trialPk: key.pk, trialSk: key.sk, ttl: Math.ceil(claim.at / 1000) + CLAIM_LIFE_SECONDS },
    };
    return db.persist(`claiming trial ${number} of study "${id}"`, async () => {
      const item = await db.get(key);
      if (item === undefined) return "passed";
      const before = toTrial(item);
      const trial = claimed(before.trial, claim);
      if (trial === null) return "passed";
      const capped = await context.capped(id);
      const held = await db.transact([
        { Put: { TableName: db.table, Item: memory, ...ABSENT } },
        ...rewriting(context, id, [{ key, before, after: { trial, score: null } }], capped, claim.at),
      ]);
      if (held.every(Boolean)) return trial;
      if (!held[0]) return "repeated";
      if (!held[2]) context.forget(id);
      return (await affords(context, id, claim)) ? null : "unaffordable";
    });
  }

  async function claimNext(id: string, claim: Claim, inHand?: Turn): Promise<Trial | null> {
    for (let turn = inHand; ; turn = undefined) {
      if (turn === undefined && !(await affords(context, id, claim))) return remembered(id, claim);
      const taken = turn ?? (await takeTurn(id, claim));
      if (taken === null) return remembered(id, claim);
      if (taken.number === null) return null;
      const started = await start(id, taken.shards, taken.number, claim);
      if (started === "repeated") return remembered(id, claim);
      if (started === "unaffordable") return null;
      if (started !== "passed") return started;
    }
  }

  return { remembered, takeTurn, claim: claimNext };
}
