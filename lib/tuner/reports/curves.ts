import { climbs } from "../../fidelity/rules.ts";
import { rungsOf } from "../../fidelity/rungs.ts";
import type { StudyStore } from "../../store/study-store.ts";
import { type Curve, onRungs } from "../../strategy/early-stopping.ts";
import type { Observation } from "../../strategy/strategy.ts";
import type { PastTrial } from "../../study/history.ts";
import type { Study } from "../../study/records.ts";
import { measuredValues, observationsOf } from "../search/observation.ts";

/** What each of the trials told on its way, replicates apart, which are none of the search. */
export async function curvesOf(
  { id, spec }: Study,
  trials: readonly PastTrial[],
  store: StudyStore,
): Promise<readonly Curve[]> {
  const searched = trials.filter(({ source }) => source !== "replicate");
  return Promise.all(
    searched.map(async ({ number, parameters }) =>
      (await store.readMeasurements(id, number)).map(({ step, metrics }) => ({
        number,
        parameters,
        fidelity: step,
        ...measuredValues(metrics, spec.metrics, spec.outcomes),
      })),
    ),
  );
}

/**
 * What a strategy learns from a study's trials: as `observationsOf`; where they are stopped as they train, what each told on its
 * rungs as well, and of one that was stopped this alone.
 */
export async function historyOf(study: Study, trials: readonly PastTrial[], store: StudyStore): Promise<Observation[]> {
  const { fidelity } = study.spec;
  const ended = observationsOf(trials, study.spec);
  if (fidelity === undefined || climbs(fidelity)) return ended;
  const rungs = rungsOf(fidelity);
  const told = (await curvesOf(study, trials, store)).map((curve) =>
    onRungs(curve, rungs).filter((point) => point !== undefined),
  );
  const heard = new Set(told.flatMap(([first]) => first?.number ?? []));
  const stopped = new Set(trials.filter(({ state }) => state === "STOPPED").map(({ number }) => number));
  const whole = ended.filter(({ number }) => !(stopped.has(number) && heard.has(number)));
  return [...told.flat(), ...whole].sort((a, b) => a.number - b.number);
}
