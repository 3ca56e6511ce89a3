import { compileSpace } from "../space/codec.ts";
import type { Proposal, StudyStore } from "../store/study-store.ts";
import { completeParameters } from "../strategy/enqueue.ts";
import type { Observation, Strategy } from "../strategy/strategy.ts";
import type { Study, Trial } from "../study/records.ts";
import { ENDED } from "../study/states.ts";

/**
 * The next trials of a study: first what people enqueued in the file (trial n is the n-th of them), then what the
 * strategy proposes from the trials that have ended and those that are open.
 *
 * @param count how many are wanted, ≥ 0.
 * @returns at most `count` proposals, numbered on from `study.created`; fewer when the strategy is exhausted.
 */
export async function propose(
  study: Study,
  strategy: Strategy,
  count: number,
  store: StudyStore,
): Promise<readonly Proposal[]> {
  const { spec, created } = study;
  const space = compileSpace(spec.space);
  const enqueued = spec.enqueue.slice(created, created + count).map((partial, i): Proposal => {
    const number = created + 1 + i;
    return {
      number,
      source: "enqueue",
      parameters: completeParameters(space, partial, spec.seed, number),
      decision: { strategy: "manual", given: Object.keys(partial) },
    };
  });
  const wanted = count - enqueued.length;
  if (wanted === 0) return enqueued;

  const first = created + enqueued.length + 1;
  const trials =
    strategy.needsHistory(spec.space) && created > 0 ? await store.readTrials(study.id, { from: 1, to: created }) : [];
  const answer = strategy.propose({
    space: spec.space,
    objectives: spec.metrics,
    seed: spec.seed,
    first,
    count: wanted,
    position: first - 1 - spec.enqueue.length,
    history: trials.filter((t) => ENDED.has(t.state) && t.state !== "CANCELLED").map((t) => observe(t, study)),
    pending: [...trials.filter((t) => !ENDED.has(t.state)), ...enqueued].map(({ number, parameters }) => ({
      number,
      parameters,
    })),
    budget: spec.trials,
    batch: spec.parallel,
  });
  const suggested = answer.suggestions.map(
    (suggestion, i): Proposal => ({ number: first + i, source: "strategy", ...suggestion }),
  );
  return [...enqueued, ...suggested];
}

function observe(trial: Trial, study: Study): Observation {
  const values = study.spec.metrics.map(({ name }) => trial.metrics?.[name] ?? null);
  // Beyond an outcome constraint is as good as no value: never the best, and to be kept away from.
  const usable = trial.state === "SUCCEEDED" && trial.feasible !== false && values.every((v) => v !== null);
  return { number: trial.number, parameters: trial.parameters, values: usable ? (values as number[]) : null };
}
