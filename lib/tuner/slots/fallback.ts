import type { Claim, Proposal } from "../../store/study-store.ts";
import { sobol } from "../../strategy/sobol.ts";
import { affordable } from "../../study/price/cap.ts";
import type { Trial } from "../../study/records.ts";
import type { TunerPorts } from "../ports.ts";
import { propose } from "../search/propose.ts";
import { roomOf } from "./buffer.ts";

/**
 * A claim that has waited in vain for the optimizer: a point of the Sobol sequence, so that a search whose optimizer fails
 * degrades to an even cover and never stops. The point is a function of the seed and of the trial's number.
 *
 * @returns null when the study does not go on, or nothing new is left.
 */
export async function claimWithoutOptimizer(id: string, claim: Claim, ports: TunerPorts): Promise<Trial | null> {
  const { store } = ports;
  const { generation, epoch, at } = claim;
  // what is added may be claimed by another, or others may add first: either way the study has come further
  for (;;) {
    const study = await store.getStudy(id);
    if (study?.status !== "RUNNING" || study.generation !== generation || study.epoch.number !== epoch) return null;
    if (roomOf(study) < 1 || affordable(study, claim.meter?.reservedUsd ?? 0) < 1) return null;
    const { proposals } = await propose(study, sobol, 1, store);
    if (proposals.length === 0) return null;
    await store.addProposals(id, { generation, epoch, created: study.created, proposals: proposals.map(marked), at });
    const trial = await store.claimTrial(id, claim);
    if (trial !== null) return trial;
  }
}

function marked(proposal: Proposal): Proposal {
  if (proposal.source !== "strategy") return proposal;
  return { ...proposal, decision: { ...proposal.decision, fallback: "no proposal was ready" } };
}
