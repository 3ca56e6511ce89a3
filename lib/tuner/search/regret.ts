import type { StudyStore } from "../../store/study-store.ts";
import { boundWithin } from "../../strategy/regret-bound.ts";
import { learnedMetrics } from "../../study/history.ts";
import type { Study } from "../../study/records.ts";
import { type StopReason, withinRegret } from "../../study/stopping.ts";
import { observationsOf } from "./observation.ts";

/** The end by `stopping.regret`, if the study has it and is there. Reads all trials, and fits a model to them. */
export async function regretReached(study: Study, store: StudyStore): Promise<StopReason | null> {
  const { spec, created } = study;
  if (spec.stopping.regret === null || created === 0) return null;
  const trials = await store.readHistory(study.id, { to: created, learned: learnedMetrics(spec) });
  const bound = boundWithin(spec.stopping.regret, {
    space: spec.space,
    objectives: spec.metrics,
    outcomes: spec.outcomes,
    seed: spec.seed,
    history: observationsOf(trials, spec),
    batch: spec.parallel,
  });
  return bound === null ? null : withinRegret(study, bound);
}
