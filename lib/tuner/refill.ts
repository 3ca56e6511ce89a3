import { strategyFor } from "../strategy/registry.ts";
import { learnedMetrics } from "../study/history.ts";
import type { RefillEvent } from "../workflow/messages.ts";
import type { TunerPorts } from "./ports.ts";
import { propose } from "./search/propose.ts";
import { isRefilled, openTogether, roomOf } from "./slots/buffer.ts";

/**
 * More proposals for the open epoch, from all that has ended by now.
 *
 * 1. Where the epoch is no longer open, or open trials and budget leave nothing to add, nothing is done.
 * 2. The strategy is asked, with the open trials as pending.
 * 3. What it proposes is ready to be claimed, unless somebody has added meanwhile: then theirs is as good.
 *
 * A function of what the store says: it may run twice, and several at once; one of those that saw the same adds.
 */
export async function refill(event: RefillEvent, ports: TunerPorts): Promise<void> {
  const { store } = ports;
  const study = await store.getStudy(event.studyId);
  if (study?.status !== "RUNNING" || study.generation !== event.generation) return;
  const { epoch, created } = study;
  if (epoch.number !== event.epoch || !isRefilled(study)) return;

  const trials = await store.readHistory(study.id, { to: created, learned: learnedMetrics(study.spec) });
  // one that was given back has had its turn in this epoch
  const open = trials.filter(({ state, reason }) => state === "RUNNING" || (state === "PROPOSED" && reason === null));
  const wanted = Math.min(openTogether(epoch.slots) - open.length, roomOf(study));
  if (wanted < 1) return;
  const { proposals } = await propose(study, strategyFor(study.spec.strategy), wanted, store, trials);
  if (proposals.length === 0) return;
  const { generation } = event;
  await store.addProposals(study.id, { generation, epoch: epoch.number, created, proposals, at: ports.now() });
}
