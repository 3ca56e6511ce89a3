import type { Acquisition } from "../acquisition/acquisition.ts";
import { logOptimumPrior } from "../acquisition/optimum-prior.ts";
import { sumOf, times } from "../acquisition/sum.ts";
import { designSize, leadingPoints, towardsPriors } from "../design/initial-design.ts";
import { type CompiledSpace, compileSpace } from "../space/codec.ts";
import type { ParameterValues } from "../space/parameter.ts";
import type { Decision } from "../study/records.ts";
import { type Coordinates, modelCoordinates } from "../surrogate/coordinates.ts";
import { orUnfit } from "../surrogate/unfit.ts";
import { type Durations, learnDurations } from "./durations.ts";
import { gatherEvidence } from "./evidence.ts";
import { ModelSearch } from "./model-search.ts";
import { gatherOutcomes } from "./outcome-evidence.ts";
import { OutcomeSearch } from "./outcome-search.ts";
import { failuresMatter, marginsOf } from "./outcomes.ts";
import { priorWeight } from "./prior-weight.ts";
import { proposeCover } from "./sobol.ts";
import type { Observation, Pending, ProposeAnswer, ProposeRequest, Strategy, Suggestion } from "./strategy.ts";
import { Unseen } from "./unseen.ts";

/** Fewer measured configurations than this have no shape that a model could learn. */
const LEAST_MEASURED = 3;

/** Of the initial cover, one in so many is drawn from the priors. */
const PRIOR_SHARE = 2;

/**
 * Bayesian optimisation of one or several objectives, within outcome constraints. For each trial that is wanted:
 *
 * 1. While few trials have been started, or few have a value: the defaults, the centre, then Sobol points.
 * 2. Otherwise what the search by models finds best, with everything that is pending, and the trials proposed just
 *    before, taken as the models expect them: `ModelSearch`, or `OutcomeSearch` where one surrogate does not tell all.
 * 3. Where no model can be fitted to the results, Sobol points again, and the decision says so in `fallback`.
 * 4. Never a configuration that was tried or is pending; when none is left, exhausted.
 *
 * The decision says `mode` (initial, ucb, ei, explore, local; ehvi over several objectives, feasible while nothing is); for
 * all but the first the acquisition's value (none of local), the model's `mean` and `deviation` there (in deviations of the objective as the
 * model sees it, higher is better; a list for several objectives), the `nearest` trial, and `logFeasible`, the logarithm of
 * the probability that the trial keeps the outcome constraints. Where what a trial takes was counted against it, `seconds`
 * says what it was expected to take.
 *
 * @throws {PegboxError} `SPACE_EMPTY`.
 */
export const bayesian: Strategy = { name: "bayesian", adaptive: true, needsHistory: () => true, propose };

function propose(request: ProposeRequest): ProposeAnswer {
  const { history, first, position, count } = request;
  const space = compileSpace(request.space);
  const modelled = measuredConfigurations(space, history) >= LEAST_MEASURED;
  const size = designSize(space, request.budget);
  const leading = leadingPoints(space);
  const unseen = new Unseen(
    space,
    [...history, ...request.pending].map(({ parameters }) => parameters),
  );

  const pending: Pending[] = [...request.pending];
  const suggestions: Suggestion[] = [];
  let search = null as Search | null;
  let unfit = null as string | null;
  const byModels = (trial: number): Suggestion | null => {
    search ??= searchBy({ ...request, pending }, space);
    return search.propose(trial, unseen);
  };
  const withoutModels = (message: string): null => {
    search = null;
    unfit = message;
    return null;
  };
  for (let i = 0; i < count; i++) {
    let parameters: ParameterValues | undefined;
    let decision: Decision = { strategy: "bayesian", mode: "initial" };
    if (modelled && history.length + pending.length >= size) {
      const found = unfit === null ? orUnfit(() => byModels(first + i), withoutModels) : null;
      if (unfit !== null) decision = { ...decision, fallback: `no model could be fitted: ${unfit}` };
      ({ parameters, decision } = found ?? { parameters, decision });
    } else {
      parameters = leading.slice(position + i, position + i + 1).find((values) => unseen.admits(values));
    }
    parameters ??= covering({ ...request, pending, first: first + i, position: position + i, count: 1 }, space);
    if (parameters === undefined) return { suggestions, exhausted: true };
    suggestions.push({ parameters, decision });
    unseen.take(parameters);
    pending.push({ number: first + i, parameters });
    search?.believe({ number: first + i, parameters });
  }
  return { suggestions, exhausted: false };
}

/** The next new point of the cover, every other one from the priors; undefined when nothing new is left. */
function covering(request: ProposeRequest, space: CompiledSpace): ParameterValues | undefined {
  const move = towardsPriors(space);
  const cover = proposeCover(request, (point, position) => (position % PRIOR_SHARE === 0 ? move(point) : point));
  return cover.suggestions[0]?.parameters;
}

type Search = Pick<ModelSearch, "propose" | "believe">;

/** What is worth the next trial; for one objective in a limited time, worth it for the time it takes. */
function searchBy(request: ProposeRequest, space: CompiledSpace): Search {
  const coordinates = modelCoordinates(space);
  // Of several objectives the bound of a large front is no logarithm, and for the others it was not measured.
  const durations = request.objectives.length === 1 ? learnDurations(space, coordinates, request) : null;
  const search = valueSearch(request, space, coordinates, durations);
  return durations === null
    ? search
    : withSeconds(search, durations, (values) => coordinates.locate(space.encode(values)));
}

/** One objective, no outcome constraints and no failures: that is told by one surrogate. */
function valueSearch(
  request: ProposeRequest,
  space: CompiledSpace,
  coordinates: Coordinates,
  durations: Durations | null,
): Search {
  const { objectives, outcomes = [], history, pending, seed } = request;
  const [objective] = objectives;
  const known = knowledge(request, space, coordinates);
  const biases = [known, durations?.bias ?? null].filter((bias) => bias !== null);
  const bias = biases.length === 0 ? null : sumOf(biases);
  const failing = failuresMatter(history.map(({ values }) => values !== null));
  if (objective !== undefined && objectives.length === 1 && outcomes.length === 0 && !failing) {
    const evidence = gatherEvidence(space, coordinates, objective.goal, history);
    return new ModelSearch(space, coordinates, evidence, seed, pending, bias, durations !== null);
  }
  const evidence = gatherOutcomes(space, coordinates, objectives, marginsOf(request), history, seed);
  return new OutcomeSearch(space, coordinates, evidence, seed, pending, bias);
}

/** The search, whose decisions say what a trial is expected to take. */
function withSeconds(search: Search, durations: Durations, place: (values: ParameterValues) => Float64Array): Search {
  return {
    propose(trial, unseen) {
      const found = search.propose(trial, unseen);
      if (found === null) return null;
      const seconds = durations.secondsAt(place(found.parameters));
      return { ...found, decision: { ...found.decision, seconds } };
    },
    believe: (trial) => search.believe(trial),
  };
}

/** What people know, weighed against what the trials have shown. */
function knowledge(request: ProposeRequest, space: CompiledSpace, coordinates: Coordinates): Acquisition | null {
  const prior = logOptimumPrior(space);
  if (prior === null) return null;
  const weight = priorWeight(space, coordinates, prior, request);
  return weight === 0 ? null : times(weight, prior);
}

function measuredConfigurations(space: CompiledSpace, history: readonly Observation[]): number {
  const measured = history.filter(({ parameters, values }) => values !== null && space.contains(parameters));
  return new Set(measured.map(({ parameters }) => space.key(parameters))).size;
}
