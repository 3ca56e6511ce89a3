import { PegboxError } from "../../errors/pegbox-error.ts";
import { affordable, unaffordable } from "../../study/price/cap.ts";
import type { Study, Trial } from "../../study/records.ts";
import { FINISHED } from "../../study/states.ts";
import type { StopReason } from "../../study/stopping.ts";
import { startStudy } from "../create-study.ts";
import { finalize } from "../finalize.ts";
import { resolveRunner } from "../find-runner.ts";
import { meterOf } from "../money/meter.ts";
import type { TunerPorts } from "../ports.ts";
import { expireLeases } from "./expire.ts";
import { findStudy } from "./find.ts";
import { ahead, openFurther, topUp } from "./refill.ts";
import { endOf, settleDown } from "./settle-down.ts";

/** A worker that asks for trials. */
export interface Asking {
  readonly client: string;
  readonly count: number;
  readonly leaseSeconds: number;
}

export interface Suggested {
  /** Under leases of the client, its own of before first. */
  readonly trials: readonly Trial[];
  /** Whether nothing ever will start, unless somebody extends the study. */
  readonly exhausted: boolean;
}

/** Sees to it that a study's strategy is asked by one call at a time, as far as this process can. */
export interface Refills {
  /** @param wait whether the caller needs what it adds; else the work may be done later, or by whoever is at it. */
  run(study: string, work: () => Promise<void>, wait: boolean): Promise<void>;
}

/** Where no process lives on between calls. */
export const inTheCall: Refills = { run: (_, work) => work() };

/** Looks at the queue, all but the first after it was filled: of what one filling brought, others may have taken all. */
const LOOKS = 3;

/**
 * A worker asks for trials to run.
 *
 * 1. A study that has not begun begins.
 * 2. The client is given the trials that it runs already, their leases renewed, and then what waits in the queue.
 * 3. Where that is too little, trials whose workers are lost come back and the strategy is asked; of the study that has nothing
 *    more to start, and nobody running anything, this is the end.
 * 4. Where little is left for the next worker, the strategy is asked for more.
 *
 * @throws {PegboxError} `NOT_FOUND`; `CONFLICT` for a study whose trials are not run by external workers.
 */
export async function suggest(id: string, asking: Asking, ports: TunerPorts, refills: Refills): Promise<Suggested> {
  const found = await findStudy(id, ports);
  if (!found.spec.runner.external) {
    throw new PegboxError("CONFLICT", `expected a study with \`runner: { external: true }\`; "${id}" has a runner`);
  }
  if (found.status === "CREATED") await startStudy(found, { start: async () => null }, ports);

  let study = await settleDown(await findStudy(id, ports), ports);
  let trials = await lease(study, asking, ports);
  for (let look = 1; look < LOOKS && trials.length < asking.count && mayStart(study, ports); look++) {
    await refills.run(id, () => fill(id, asking.count, ports), true);
    study = await findStudy(id, ports);
    trials = await lease(study, asking, ports);
  }
  const left = study.counts.proposed - trials.length;
  if (left > 0 && 2 * left <= ahead(study) && mayStart(study, ports)) {
    await refills.run(id, async () => void (await topUp(await findStudy(id, ports), ports)), false);
  }
  return { trials, exhausted: isOver(study, ports) };
}

async function lease(
  study: Study,
  { client, count, leaseSeconds }: Asking,
  ports: TunerPorts,
): Promise<readonly Trial[]> {
  const at = ports.now();
  const until = at + Math.ceil(leaseSeconds * 1000);
  const starts = mayStart(study, ports);
  const meter = meterOf(study.spec, resolveRunner(study.spec.runner, ports.runners));
  const trials = await ports.store.leaseTrials(study.id, {
    ...{ client, count, starts, until, at },
    ...(meter === null ? {} : { meter }),
  });
  return Promise.all(
    trials.map((trial) => {
      if (trial.leaseUntil === until) ports.observe({ type: "trialStarted", study: study.id, trial });
      if ((trial.leaseUntil ?? until) >= until) return trial;
      return ports.store.renewLease(study.id, trial.number, { lease: trial.lease ?? "", until });
    }),
  );
}

/** What a plan does when an epoch is over. */
async function fill(id: string, wanted: number, ports: TunerPorts): Promise<void> {
  const found = await findStudy(id, ports);
  const study = (await expireLeases(found, ports)) ? await findStudy(id, ports) : found;
  if (!mayStart(study, ports)) return;
  const end = shortOfMoney(study, ports) ?? (await openFurther(study, wanted, ports));
  if (end !== null) await finalize({ studyId: id, generation: study.generation, ...end }, ports);
}

/** The end of a study that has no money for one trial more, unless what runs costs less than it might. */
function shortOfMoney(study: Study, ports: TunerPorts): StopReason | null {
  const meter = meterOf(study.spec, resolveRunner(study.spec.runner, ports.runners));
  const worst = meter?.reservedUsd ?? 0;
  return study.counts.running > 0 || affordable(study, worst) > 0 ? null : unaffordable(study, worst);
}

function mayStart(study: Study, ports: TunerPorts): boolean {
  return study.status === "RUNNING" && endOf(study, ports.now()) === null;
}

function isOver(study: Study, ports: TunerPorts): boolean {
  const { status } = study;
  if (FINISHED.has(status) || status === "STOPPING") return true;
  return status === "RUNNING" && endOf(study, ports.now()) !== null;
}
