import { climbs } from "../../fidelity/rules.ts";
import { behind, isAsked } from "../../strategy/early-stopping.ts";
import type { Study, Trial } from "../../study/records.ts";
import { stopRunningTrial } from "../lifecycle/stop-running.ts";
import type { TunerPorts } from "../ports.ts";
import { curvesOf } from "./curves.ts";

/** A trial is compared with so many before and after it at most, for what they told is read whenever its rule asks. */
const COMPARED = 100;

/**
 * Stops a trial that has just told what it measured at a step, if by the rule of its study it is behind: it is STOPPED with what it
 * told last, and as far as it had come. A step that is not its last so far decides nothing, and a replicate is never behind.
 * What others told is read only where the rule asks: by `stop` once on each rung, not at every step.
 *
 * @returns whether it is stopped.
 */
export async function stopIfBehind(study: Study, trial: Trial, step: number, ports: TunerPorts): Promise<boolean> {
  const { fidelity, metrics: objectives, outcomes } = study.spec;
  if (fidelity === undefined || climbs(fidelity) || trial.source === "replicate") return false;
  const [own] = await curvesOf(study, [trial], ports.store);
  if (own?.at(-1)?.fidelity !== step || !isAsked(fidelity, own)) return false;
  const range = { from: Math.max(1, trial.number - COMPARED), to: Math.min(study.created, trial.number + COMPARED) };
  const near = await ports.store.readTrials(study.id, range);
  const others = await curvesOf(
    study,
    near.filter(({ number }) => number !== trial.number),
    ports.store,
  );
  const why = behind(fidelity, { objectives, outcomes }, own, others);
  if (why === null) return false;
  const reason = { code: "BEHIND", message: `${why}: rule ${fidelity.rule}` };
  await stopRunningTrial(study.id, trial, reason, ports, step);
  const ended = await ports.store.getTrial(study.id, trial.number);
  if (ended?.state !== "STOPPED") return false;
  ports.observe({ type: "trialEnded", study: study.id, trial: ended, best: study.best });
  return true;
}
