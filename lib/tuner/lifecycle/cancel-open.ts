import type { Rung, Study, Trial } from "../../study/records.ts";
import type { FidelitySpec } from "../../study/spec.ts";
import { ENDED, type Reason } from "../../study/states.ts";
import type { TunerPorts } from "../ports.ts";
import { readCandidates } from "../search/open-trials.ts";
import { sweepEpoch } from "../slots/sweep-epoch.ts";

/** Cancels what a study that is about to end has not started, and stops what stands on a rung. */
export async function cancelOpen(study: Study, end: Reason, ports: TunerPorts): Promise<void> {
  const why = { code: end.code, message: `the study ended first: ${end.message}` };
  await endOpen(study, await sweepEpoch(study, ports), why, ports);
  if (study.spec.fidelity === undefined) return;
  const left = (await readCandidates(study, ports.store)).filter(({ state }) => !ENDED.has(state));
  await endOpen(
    study,
    left.map(({ number }) => number),
    why,
    ports,
  );
}

/** Ends trials that do not run: one that stands on a rung is STOPPED there, another CANCELLED. */
export async function endOpen(study: Study, numbers: readonly number[], why: Reason, ports: TunerPorts): Promise<void> {
  const { fidelity } = study.spec;
  const begun = new Set<number>();
  for (const number of fidelity === undefined ? [] : numbers) {
    const trial = await ports.store.getTrial(study.id, number);
    const rung = trial?.rungs.at(-1);
    if (fidelity === undefined || trial === null || rung === undefined) continue;
    begun.add(number);
    await stopOnRung(study.id, trial, { fidelity, rung, why }, ports);
  }
  const others = numbers.filter((number) => !begun.has(number));
  await ports.store.cancelTrials(study.id, others, why, ports.now());
}

interface Standing {
  readonly fidelity: FidelitySpec;
  readonly rung: Rung;
  readonly why: Reason;
}

async function stopOnRung(
  id: string,
  { number, fidelity: asked }: Trial,
  { fidelity: { name, max }, rung, why }: Standing,
  ports: TunerPorts,
): Promise<void> {
  await ports.store.settleTrial(id, number, {
    state: "STOPPED",
    metrics: null,
    feasible: null,
    reason: { code: "RUNG", message: `it stood at ${name} ${rung.fidelity} of ${max}; ${why.message}` },
    score: null,
    costUsd: null,
    fidelity: asked,
    lease: null,
    at: ports.now(),
  });
}
