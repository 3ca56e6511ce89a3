import { climbs } from "../../fidelity/rules.ts";
import { compileSpace } from "../../space/codec.ts";
import type { Promotion, StudyStore } from "../../store/study-store.ts";
import { climbOnRungs, lastToClimb } from "../../strategy/on-rungs.ts";
import type { ProposeRequest, Suggestion } from "../../strategy/strategy.ts";
import type { Study, Trial } from "../../study/records.ts";
import { replicateCount } from "../../study/stopping.ts";
import { observationsOf, pendingOf } from "./observation.ts";

/** The paused trials that have earned to train further, at most so many; none where trials have no fidelity. */
export async function climbers(study: Study, count: number, store: StudyStore): Promise<readonly Promotion[]> {
  const { fidelity } = study.spec;
  if (fidelity === undefined || !climbs(fidelity) || count <= 0 || study.created === 0) return [];
  const trials = await store.readTrials(study.id, { from: 1, to: study.created });
  return climbOnRungs(requestOf(study, trials, count), fidelity).map((climb) => promotionOf(climb, study, trials));
}

/** The paused trial that trains further because nothing else is left to do and none was trained to the end; one or none. */
export async function lastClimber(study: Study, store: StudyStore): Promise<readonly Promotion[]> {
  const { fidelity } = study.spec;
  if (fidelity === undefined || !climbs(fidelity) || study.created === 0) return [];
  const trials = await store.readTrials(study.id, { from: 1, to: study.created });
  const climb = lastToClimb(requestOf(study, trials, 1), fidelity);
  return climb === null ? [] : [promotionOf(climb, study, trials)];
}

function requestOf(study: Study, trials: readonly Trial[], count: number): ProposeRequest {
  const { spec, created, added } = study;
  return {
    space: spec.space,
    objectives: spec.metrics,
    outcomes: spec.outcomes,
    seed: spec.seed,
    first: created + 1,
    count,
    position: created - replicateCount(study) - spec.enqueue.length - added,
    history: observationsOf(trials, spec),
    pending: pendingOf(trials),
    budget: spec.trials,
    batch: spec.parallel,
  };
}

/** Of the trials of a configuration, for it may have been enqueued twice, the paused one that has come farthest. */
function promotionOf({ parameters, fidelity }: Suggestion, { spec }: Study, trials: readonly Trial[]): Promotion {
  const space = compileSpace(spec.space);
  const key = space.key(parameters);
  const [farthest] = trials
    .filter((trial) => trial.state === "PAUSED" && space.key(trial.parameters) === key)
    .sort((a, b) => b.rungs.length - a.rungs.length || a.number - b.number);
  return { number: farthest!.number, fidelity: fidelity! };
}
