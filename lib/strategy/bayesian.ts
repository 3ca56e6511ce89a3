import { designSize, leadingPoints } from "../design/initial-design.ts";
import { PegboxError } from "../errors/pegbox-error.ts";
import { compileSpace } from "../space/codec.ts";
import type { ParameterValues } from "../space/parameter.ts";
import type { Decision } from "../study/records.ts";
import type { Objective } from "../study/spec.ts";
import { modelCoordinates } from "../surrogate/coordinates.ts";
import { gatherEvidence } from "./evidence.ts";
import { ModelSearch } from "./model-search.ts";
import { sobol } from "./sobol.ts";
import type { Pending, ProposeAnswer, ProposeRequest, Strategy, Suggestion } from "./strategy.ts";
import { Unseen } from "./unseen.ts";

/** Fewer measured configurations than this have no shape that a model could learn. */
const LEAST_MEASURED = 3;

/**
 * Bayesian optimisation of one objective. For each trial that is wanted:
 *
 * 1. While few trials have been started, or few have a value: the defaults, the centre, then Sobol points.
 * 2. Otherwise what `ModelSearch` finds best, with everything that is pending, and the trials proposed just before,
 *    taken as the model expects them.
 * 3. Never a configuration that was tried or is pending; when none is left, exhausted.
 *
 * The decision says `mode` (initial, ucb, ei, explore); for the last three the acquisition's value, the model's `mean`
 * and `deviation` there (in deviations of the warped objective, higher is better), and the `nearest` trial.
 *
 * @throws {PegboxError} `NOT_YET` for several objectives; `SPACE_EMPTY`.
 */
export const bayesian: Strategy = { name: "bayesian", adaptive: true, needsHistory: () => true, propose };

function propose(request: ProposeRequest): ProposeAnswer {
  const { history, seed, first, position, count } = request;
  const { goal } = onlyObjective(request.objectives);
  const space = compileSpace(request.space);
  const coordinates = modelCoordinates(space);
  const evidence = gatherEvidence(space, coordinates, goal, history);
  const modelled = evidence.measured.filter(Boolean).length >= LEAST_MEASURED;
  const size = designSize(space, request.budget);
  const leading = leadingPoints(space);
  const unseen = new Unseen(
    space,
    [...history, ...request.pending].map(({ parameters }) => parameters),
  );

  const pending: Pending[] = [...request.pending];
  const suggestions: Suggestion[] = [];
  let search: ModelSearch | null = null;
  for (let i = 0; i < count; i++) {
    let parameters: ParameterValues | undefined;
    let decision: Decision = { strategy: "bayesian", mode: "initial" };
    if (modelled && history.length + pending.length >= size) {
      search ??= new ModelSearch(space, coordinates, evidence, seed, pending);
      ({ parameters, decision } = search.propose(first + i, unseen) ?? { parameters, decision });
    } else {
      parameters = leading.slice(position + i, position + i + 1).find((values) => unseen.admits(values));
    }
    parameters ??= covering({ ...request, pending, first: first + i, position: position + i, count: 1 });
    if (parameters === undefined) return { suggestions, exhausted: true };
    suggestions.push({ parameters, decision });
    unseen.take(parameters);
    pending.push({ number: first + i, parameters });
    search?.believe({ number: first + i, parameters });
  }
  return { suggestions, exhausted: false };
}

/** The next new point of the even cover; undefined when nothing new is left. */
function covering(request: ProposeRequest): ParameterValues | undefined {
  return sobol.propose(request).suggestions[0]?.parameters;
}

function onlyObjective(objectives: readonly Objective[]): Objective {
  const [objective] = objectives;
  if (objective !== undefined && objectives.length === 1) return objective;
  throw new PegboxError("NOT_YET", `strategy bayesian: expected one objective, got ${objectives.length}`, {
    hint: "random, sobol and grid take several objectives",
  });
}
