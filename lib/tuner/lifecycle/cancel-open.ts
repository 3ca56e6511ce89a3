import type { Study } from "../../study/records.ts";
import { ENDED, type Reason } from "../../study/states.ts";
import type { TunerPorts } from "../ports.ts";
import { readCandidates } from "../search/open-trials.ts";
import { sweepEpoch } from "../slots/sweep-epoch.ts";

/** Cancels what a study that is about to end has not started, and stops what stands on a rung. */
export async function cancelOpen(study: Study, end: Reason, ports: TunerPorts): Promise<void> {
  const why = { code: end.code, message: `the study ended first: ${end.message}` };
  for (const number of await sweepEpoch(study, ports)) await endOpen(study, number, why, ports);
  if (study.spec.fidelity === undefined) return;
  for (const { number, state } of await readCandidates(study, ports.store)) {
    if (!ENDED.has(state)) await endOpen(study, number, why, ports);
  }
}

/** Ends a trial that does not run: one that stands on a rung is STOPPED there, another CANCELLED. */
export async function endOpen(study: Study, number: number, why: Reason, ports: TunerPorts): Promise<void> {
  const { fidelity } = study.spec;
  const trial = fidelity === undefined ? null : await ports.store.getTrial(study.id, number);
  const rung = trial?.rungs.at(-1);
  if (fidelity === undefined || trial === null || rung === undefined) {
    await ports.store.cancelTrial(study.id, number, why, ports.now());
    return;
  }
  const { name, max } = fidelity;
  await ports.store.settleTrial(study.id, number, {
    state: "STOPPED",
    metrics: null,
    feasible: null,
    reason: { code: "RUNG", message: `it stood at ${name} ${rung.fidelity} of ${max}; ${why.message}` },
    score: null,
    costUsd: null,
    fidelity: trial.fidelity,
    lease: null,
    at: ports.now(),
  });
}
