import type { StudyStore } from "../store/study-store.ts";
import { optimalTrials } from "../study/pareto.ts";
import type { Study } from "../study/records.ts";
import { type StudyView, studyView } from "../study/views.ts";

/** A study as everyone sees it; with several objectives its Pareto set too, for which all trials are read. */
export async function describeStudy(study: Study, store: StudyStore): Promise<StudyView> {
  if (study.spec.metrics.length === 1 || study.created === 0) return studyView(study);
  const trials = await store.readTrials(study.id, { from: 1, to: study.created });
  return studyView(study, optimalTrials(trials, study.spec.metrics));
}
