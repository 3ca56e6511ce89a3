import { PegboxError } from "../../errors/pegbox-error.ts";
import { firstFidelity } from "../../fidelity/rules.ts";
import { compileSpace } from "../../space/codec.ts";
import type { Proposal, StudyStore } from "../../store/study-store.ts";
import { completeParameters } from "../../strategy/enqueue.ts";
import { startOnRungs } from "../../strategy/on-rungs.ts";
import type { ProposeAnswer, ProposeRequest, Strategy } from "../../strategy/strategy.ts";
import { learnedMetrics, type PastTrial } from "../../study/history.ts";
import type { Study } from "../../study/records.ts";
import type { Reason } from "../../study/states.ts";
import { replicateCount } from "../../study/stopping.ts";
import { historyOf } from "../reports/curves.ts";
import { pendingOf } from "./observation.ts";
import { timeLeft } from "./time-left.ts";

export interface Proposed {
  /** At most as many as were wanted, numbered on from `study.created`; fewer when the strategy has no more. */
  readonly proposals: readonly Proposal[];
  /** Why the strategy can propose nothing, now or ever; null when it can, or is just exhausted. */
  readonly refusal: Reason | null;
}

/**
 * The next trials of a study: first what people enqueued in the file (trial n of the search is the n-th of them), then what the
 * strategy proposes from the trials that have ended and those that are open.
 *
 * @param count how many are wanted, ≥ 0.
 * @param known the history of the study, where the caller has read it
 */
export async function propose(
  study: Study,
  strategy: Strategy,
  count: number,
  store: StudyStore,
  known?: readonly PastTrial[],
): Promise<Proposed> {
  const { spec, created } = study;
  const { fidelity } = spec;
  const searched = created - replicateCount(study);
  const enqueued = fromFile(study, count);
  const wanted = count - enqueued.length;
  if (wanted === 0) return { proposals: enqueued, refusal: null };

  const first = created + enqueued.length + 1;
  const relevant = created > 0 && (fidelity !== undefined || strategy.needsHistory(spec.space));
  const past = { to: created, learned: learnedMetrics(spec) };
  const trials = relevant ? (known ?? (await store.readHistory(study.id, past))) : [];
  const left = timeLeft(study, trials);
  const suggest = (request: ProposeRequest): ProposeAnswer =>
    fidelity === undefined ? strategy.propose(request) : startOnRungs(strategy, request, fidelity);
  const { suggestions, refusal } = ask(suggest, {
    space: spec.space,
    objectives: spec.metrics,
    outcomes: spec.outcomes,
    seed: spec.seed,
    first,
    count: wanted,
    position: searched + enqueued.length - spec.enqueue.length - study.added,
    history: await historyOf(study, trials, store),
    pending: [...pendingOf(trials), ...enqueued.map(({ number, parameters }) => ({ number, parameters }))],
    budget: spec.trials,
    ...(left === undefined ? {} : { timeLeft: left }),
    batch: spec.parallel,
  });
  const suggested = suggestions.map(
    (suggestion, i): Proposal => ({ number: first + i, source: "strategy", ...suggestion }),
  );
  return { proposals: [...enqueued, ...suggested], refusal };
}

/** At most so many of the trials that the study file enqueues and nobody has proposed yet. */
export function fromFile(study: Study, count: number): readonly Proposal[] {
  const { spec, created } = study;
  const { fidelity, seed } = spec;
  const searched = created - replicateCount(study);
  const space = compileSpace(spec.space);
  const lowest = fidelity === undefined ? {} : { fidelity: firstFidelity(fidelity, 0) };
  return spec.enqueue.slice(searched, searched + count).map((partial, i): Proposal => {
    const number = created + 1 + i;
    return {
      number,
      source: "enqueue",
      parameters: completeParameters(space, partial, seed, number),
      decision: { strategy: "manual", given: Object.keys(partial) },
      ...lowest,
    };
  });
}

/** A strategy is a pure function: what it refuses once it refuses for ever, so that asking again would not help. */
function ask(
  suggest: Strategy["propose"],
  request: ProposeRequest,
): Pick<ProposeAnswer, "suggestions"> & Pick<Proposed, "refusal"> {
  try {
    return { suggestions: suggest(request).suggestions, refusal: null };
  } catch (error) {
    if (!(error instanceof PegboxError)) throw error;
    return { suggestions: [], refusal: { code: error.code, message: error.message } };
  }
}
