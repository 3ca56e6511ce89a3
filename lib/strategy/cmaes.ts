import { leadingPoints } from "../design/initial-design.ts";
import { compileSpace } from "../space/codec.ts";
import { CmaColumns } from "./cma-columns.ts";
import { CmaSearch } from "./cma-search.ts";
import { random } from "./random.ts";
import type { Pending, ProposeAnswer, ProposeRequest, Strategy, Suggestion } from "./strategy.ts";
import { Unseen } from "./unseen.ts";

/**
 * CMA-ES (Hansen, arXiv 1604.00772v2), with restarts of a growing population (IPOP): thousands of trials of one objective,
 * mostly of numbers.
 *
 * 1. The first trial: the defaults, or the centre. It is the mean that the search starts from.
 * 2. Then draws of a normal distribution, which a generation of trials moves, stretches and turns towards its better half.
 *    What lies outside the range is tried where it ends; a draw that breaks a parameter constraint is drawn again.
 * 3. Trials that break outcome constraints rank behind those that do not, by how much; failed ones behind all.
 * 4. Never a configuration that was tried or is pending, such as a corner of the range; when none is left, exhausted.
 *
 * Of a parameter with levels the neighbouring ones stay within reach (Marty et al. 2024); a category of two values is such
 * a parameter. More categories have no order to follow, and several objectives no order to rank by: both
 * are refused when the study is read. A parameter that is inactive drifts as if it did not matter.
 *
 * The decision says `mode` (initial, draw, random), the `run`, its `generation` and the `step` size, in units of the cube.
 *
 * @throws {PegboxError} `SPACE_EMPTY`.
 */
export const cmaes: Strategy = { name: "cmaes", adaptive: true, needsHistory: () => true, propose };

function propose(request: ProposeRequest): ProposeAnswer {
  const { history, first, position, count } = request;
  const space = compileSpace(request.space);
  const columns = new CmaColumns(space);
  const search = columns.dimension === 0 ? null : new CmaSearch(space, columns, request);
  const pending: Pending[] = [...request.pending];
  const unseen = new Unseen(
    space,
    [...history, ...pending].map(({ parameters }) => parameters),
  );

  const suggestions: Suggestion[] = [];
  for (let i = 0; i < count; i++) {
    const trial = first + i;
    const rest: ProposeRequest = { ...request, pending, first: trial, position: position + i, count: 1 };
    const suggestion = (trial === 1 ? starting(space, unseen) : drawn(search, trial, unseen)) ?? uniform(rest);
    if (suggestion === null) return { suggestions, exhausted: true };
    suggestions.push(suggestion);
    unseen.take(suggestion.parameters);
    pending.push({ number: trial, parameters: suggestion.parameters });
  }
  return { suggestions, exhausted: false };
}

function starting(space: ReturnType<typeof compileSpace>, unseen: Unseen): Suggestion | null {
  const [parameters] = leadingPoints(space);
  if (parameters === undefined || !unseen.admits(parameters)) return null;
  return { parameters, decision: { strategy: "cmaes", mode: "initial" } };
}

function drawn(search: CmaSearch | null, trial: number, unseen: Unseen): Suggestion | null {
  const draw = search?.draw(trial, unseen) ?? null;
  if (search === null || draw === null) return null;
  const { run, generation, step } = search;
  return { parameters: draw.parameters, decision: { strategy: "cmaes", mode: "draw", run, generation, step } };
}

/** A new configuration anywhere; null when nothing new is left. */
function uniform(request: ProposeRequest): Suggestion | null {
  const [suggestion] = random.propose(request).suggestions;
  return suggestion === undefined
    ? null
    : { parameters: suggestion.parameters, decision: { strategy: "cmaes", mode: "random" } };
}
