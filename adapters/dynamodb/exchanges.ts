import type { Claim, Settlement, StudyStore } from "../../lib/store/study-store.ts";
import { claimed, settled } from "../arrows.ts";
import { chargeOf } from "../money.ts";
import { raiseBy } from "./best.ts";
import { claiming } from "./claims.ts";
import type { Context } from "./context.ts";
import type { TrialItem } from "./items.ts";
import type { Key } from "./keys.ts";
import { affords, tellSpent } from "./purse.ts";
import { rewriting } from "./rewriting.ts";
import { readTrial, scored, settling } from "./trials.ts";
import type { Turn } from "./turns.ts";

type Exchanged = Awaited<ReturnType<StudyStore["settleAndClaim"]>>;

/**
 * One transaction ends a trial and starts the next: two trials and the counts, 6 write units, where two transactions take 10. What
 * its slot was given is remembered in the trial that ended. Where anything stands against it, the one comes after the other.
 */
export function exchanges(context: Context): Pick<StudyStore, "settleAndClaim"> {
  const { db, keys } = context;
  const { remembered, takeTurn, claim: claimNext } = claiming(context);
  const settle = settling(context);

  /** @returns the trial that ended and the one that was started; or the turn that was asked for in vain, null where there was none. */
  async function exchange(
    id: string,
    number: number,
    settlement: Settlement,
    claim: Claim,
  ): Promise<Exchanged | { readonly turn?: Turn | null }> {
    const told = await readTrial(context, id, number);
    const end = told === null ? null : settled(told.trial, settlement);
    if (told === null || end === null || (await remembered(id, claim)) !== null) return {};
    if (!(await affords(context, id, claim, chargeOf(told.trial, end)))) return {};
    const turn = await takeTurn(id, claim);
    // a transaction may not write an item twice
    if (turn === null || turn.number === null || turn.number === number) return { turn };
    const ready = await readTrial(context, id, turn.number);
    const start = ready === null ? null : claimed(ready.trial, claim);
    if (ready === null || start === null) return { turn };
    const { epoch, slot, seq } = claim;
    const after = { ...scored(end, settlement.score), next: { epoch, slot, seq, number: start.number } };
    const key = (of: number): Key => keys.trial(id, turn.shards, of);
    const held = await db.transact(
      rewriting(
        context,
        id,
        [
          { key: key(number), before: told, after },
          { key: key(start.number), before: ready, after: { trial: start, score: null } },
        ],
        await context.capped(id),
        settlement.at,
      ),
    );
    if (!held.every(Boolean)) return { turn };
    await raiseBy(context, id, { ...after, rev: told.rev + 1 }, settlement.at);
    await tellSpent(context, id, settlement.at);
    return { trial: end, settled: true, claimed: start };
  }

  /** Of a trial that has ended: nobody exchanges it any more. */
  function given(id: string, { next }: TrialItem, { epoch, slot, seq }: Claim): Promise<TrialItem | null> {
    const mine = next?.epoch === epoch && next.slot === slot && next.seq === seq;
    return mine ? readTrial(context, id, next.number) : Promise.resolve(null);
  }

  return {
    async settleAndClaim(id, number, settlement, claim) {
      const done = await exchange(id, number, settlement, claim);
      if ("trial" in done) return done;
      const { found, changed } = await settle(id, number, settlement);
      const told = { trial: found.trial, settled: changed };
      const before = (await given(id, found, claim))?.trial ?? (await remembered(id, claim));
      if (before !== null || done.turn === null) return { ...told, claimed: before };
      return { ...told, claimed: await claimNext(id, claim, done.turn) };
    },
  };
}
