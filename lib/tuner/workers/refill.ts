import { PegboxError } from "../../errors/pegbox-error.ts";
import { climbs } from "../../fidelity/rules.ts";
import { strategyFor } from "../../strategy/registry.ts";
import type { Study } from "../../study/records.ts";
import { doneCount, exhausted, type StopReason, usedUp } from "../../study/stopping.ts";
import type { TunerPorts } from "../ports.ts";
import { climbers, lastClimber } from "../search/climb.ts";
import { rangesOf, readCandidates } from "../search/open-trials.ts";
import { propose } from "../search/propose.ts";
import { regretReached } from "../search/regret.ts";

/**
 * How many trials a strategy that looks at no results proposes ahead at least: one call then serves many workers, and what it
 * proposes is the same whenever it is asked.
 */
const AHEAD_WITHOUT_RESULTS = 64;

/**
 * How many trials of a study wait for a worker after a refill: as many as work at once, for later results would have changed
 * what is proposed.
 */
export function ahead({ spec }: Study): number {
  const learns = strategyFor(spec.strategy).adaptive || spec.fidelity !== undefined;
  return learns ? spec.parallel : Math.max(spec.parallel, AHEAD_WITHOUT_RESULTS);
}

/**
 * Adds proposals behind those that wait for a worker; of several calls that saw the same study one adds. Not where trials
 * climb: who trains further is decided when an epoch opens.
 */
export async function topUp(study: Study, ports: TunerPorts): Promise<void> {
  const { id, spec, generation, epoch, created } = study;
  const count = Math.min(room(study), ahead(study) - study.counts.proposed);
  const climbing = spec.fidelity !== undefined && climbs(spec.fidelity);
  if (climbing || count <= 0) return;
  const { proposals } = await propose(study, strategyFor(spec.strategy), count, ports.store);
  if (proposals.length === 0) return;
  await ports.store.addProposals(id, { generation, epoch: epoch.number, created, proposals, at: ports.now() });
}

/**
 * Opens the next epoch, when no worker finds anything in this one: over what has come back to the queue, what trains further,
 * and what the strategy proposes.
 *
 * @param wanted how many trials a worker waits for.
 * @returns the end of the study, where nothing is open and nothing will be proposed.
 */
export async function openFurther(study: Study, wanted: number, ports: TunerPorts): Promise<StopReason | null> {
  const { spec, counts } = study;
  const { proposed, running, paused } = counts;
  const left = room(study);
  // who asks at the end of a study, again and again, must not have all its trials read
  if (left <= 0 && proposed + paused === 0) return running > 0 ? null : ending(study, null);
  const within = await regretReached(study, ports.store);
  if (within !== null) return running > 0 ? null : within;
  const places = Math.max(0, Math.max(ahead(study), wanted) - proposed);
  const earned = await climbers(study, places, ports.store);
  const fresh = Math.max(0, Math.min(left, places - earned.length));
  const { proposals, refusal } = await propose(study, strategyFor(spec.strategy), fresh, ports.store);
  const alone = proposed + running + earned.length + proposals.length === 0;
  const promotions = alone ? await lastClimber(study, ports.store) : earned;
  const startable = proposed + promotions.length + proposals.length;
  if (startable === 0) return running > 0 ? null : ending(study, refusal);
  const open = (await readCandidates(study, ports.store)).filter(
    ({ state }) => state === "PROPOSED" || state === "RUNNING",
  );
  const numbers = [...open, ...promotions, ...proposals].map((trial) => trial.number).sort((x, y) => x - y);
  const number = study.epoch.number + 1;
  const opening = { generation: study.generation, number, created: study.created, proposals, promotions };
  try {
    const shape = { ready: rangesOf(numbers), slots: startable, trialsPerSlot: 1, at: ports.now() };
    await ports.store.openEpoch(study.id, { ...opening, ...shape });
    ports.observe({ type: "epochOpened", study: study.id, epoch: number, proposed: proposals.length, reason: null });
  } catch (error) {
    // another call came first, or the study has been told to rest
    if (!(error instanceof PegboxError) || error.code !== "CONFLICT") throw error;
  }
  return null;
}

/** How many trials may still be proposed. */
function room({ spec, counts, ...study }: Study): number {
  return spec.trials - doneCount({ counts, ...study }) - counts.proposed - counts.running - counts.paused;
}

/** With the strategy `manual` people propose: they may yet. */
function ending(study: Study, refusal: StopReason["reason"] | null): StopReason | null {
  if (refusal !== null) return { status: "FAILED", reason: refusal };
  const left = study.spec.trials - doneCount(study) - study.counts.paused;
  if (left <= 0) return usedUp(study);
  return study.spec.strategy === "manual" ? null : exhausted(study);
}
