import { PegboxError } from "../errors/pegbox-error.ts";
import { compileSpace } from "../space/codec.ts";
import type { Proposal, StudyStore } from "../store/study-store.ts";
import { completeParameters } from "../strategy/enqueue.ts";
import type { ProposeAnswer, ProposeRequest, Strategy } from "../strategy/strategy.ts";
import type { Study } from "../study/records.ts";
import { ENDED, type Reason } from "../study/states.ts";
import { observationsOf } from "./observation.ts";
import { timeLeft } from "./time-left.ts";

export interface Proposed {
  /** At most as many as were wanted, numbered on from `study.created`; fewer when the strategy has no more. */
  readonly proposals: readonly Proposal[];
  /** Why the strategy can propose nothing, now or ever; null when it can, or is just exhausted. */
  readonly refusal: Reason | null;
}

/**
 * The next trials of a study: first what people enqueued in the file (trial n is the n-th of them), then what the
 * strategy proposes from the trials that have ended and those that are open.
 *
 * @param count how many are wanted, ≥ 0.
 */
export async function propose(study: Study, strategy: Strategy, count: number, store: StudyStore): Promise<Proposed> {
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
  if (wanted === 0) return { proposals: enqueued, refusal: null };

  const first = created + enqueued.length + 1;
  const trials =
    strategy.needsHistory(spec.space) && created > 0 ? await store.readTrials(study.id, { from: 1, to: created }) : [];
  const left = timeLeft(study, trials);
  const { suggestions, refusal } = ask(strategy, {
    space: spec.space,
    objectives: spec.metrics,
    outcomes: spec.outcomes,
    seed: spec.seed,
    first,
    count: wanted,
    position: first - 1 - spec.enqueue.length,
    history: observationsOf(trials, spec),
    pending: [...trials.filter((t) => !ENDED.has(t.state)), ...enqueued].map(({ number, parameters }) => ({
      number,
      parameters,
    })),
    budget: spec.trials,
    ...(left === undefined ? {} : { timeLeft: left }),
    batch: spec.parallel,
  });
  const suggested = suggestions.map(
    (suggestion, i): Proposal => ({ number: first + i, source: "strategy", ...suggestion }),
  );
  return { proposals: [...enqueued, ...suggested], refusal };
}

/** A strategy is a pure function: what it refuses once it refuses for ever, so that asking again would not help. */
function ask(
  strategy: Strategy,
  request: ProposeRequest,
): Pick<ProposeAnswer, "suggestions"> & Pick<Proposed, "refusal"> {
  try {
    return { suggestions: strategy.propose(request).suggestions, refusal: null };
  } catch (error) {
    if (!(error instanceof PegboxError)) throw error;
    return { suggestions: [], refusal: { code: error.code, message: error.message } };
  }
}
