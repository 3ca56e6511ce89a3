import { leadingPoints } from "../design/initial-design.ts";
import { randomStream } from "../random/philox.ts";
import { Purpose } from "../random/purpose.ts";
import { type CompiledSpace, compileSpace } from "../space/codec.ts";
import type { ParameterValues } from "../space/parameter.ts";
import type { Decision } from "../study/records.ts";
import { mergedHistory } from "./merged-history.ts";
import { random } from "./random.ts";
import { type Ranked, selectBest } from "./ranking.ts";
import { sobol } from "./sobol.ts";
import type { Pending, ProposeAnswer, ProposeRequest, Strategy, Suggestion } from "./strategy.ts";
import { Unseen } from "./unseen.ts";
import { offspring } from "./variation.ts";
import { violationsOf } from "./violation.ts";

/** Trials that live: a tenth of the budget, within what keeps variety and what the many trials of a long study allow. */
const LEAST_POPULATION = 8;
const MOST_POPULATION = 50;
const POPULATION_SHARE = 0.1;
/** Children that turn out to be known, or to break a parameter constraint, before a random configuration takes their place. */
const ATTEMPTS = 64;

interface Individual extends Ranked {
  readonly point: Float64Array;
}

/**
 * NSGA-II (Deb et al. 2002), one child at a time: the steady state in which a trial that ends may be a parent of the next, so
 * that nothing waits for a generation (Durillo et al. 2009). For one objective or several.
 *
 * 1. As many trials as the population has: the defaults, the centre, then Sobol points.
 * 2. Then children: two binary tournaments among the best of all trials that have ended, crossover, mutation.
 * 3. Never a configuration that was tried or is pending; when none is left, exhausted.
 *
 * The population is a function of the history, so that nothing else need be stored.
 *
 * @throws {PegboxError} `SPACE_EMPTY`.
 */
export const evolution: Strategy = { name: "evolution", adaptive: true, needsHistory: () => true, propose };

function propose(request: ProposeRequest): ProposeAnswer {
  const { history, first, position, count } = request;
  const space = compileSpace(request.space);
  const size = populationSize(request);
  const population = selectBest(individuals(request, space), size);
  const leading = leadingPoints(space);
  const pending: Pending[] = [...request.pending];
  const unseen = new Unseen(
    space,
    [...history, ...pending].map(({ parameters }) => parameters),
  );

  const suggestions: Suggestion[] = [];
  for (let i = 0; i < count; i++) {
    const breeding = population.length > 1 && history.length + pending.length >= size;
    const rest: ProposeRequest = { ...request, pending, first: first + i, position: position + i, count: 1 };
    const suggestion = breeding
      ? (child(population, space, request.seed, first + i, unseen) ?? other(rest, random, "random"))
      : (initial(leading[position + i], unseen) ?? other(rest, sobol, "initial"));
    if (suggestion === null) return { suggestions, exhausted: true };
    suggestions.push(suggestion);
    unseen.take(suggestion.parameters);
    pending.push({ number: first + i, parameters: suggestion.parameters });
  }
  return { suggestions, exhausted: false };
}

function populationSize({ budget }: ProposeRequest): number {
  const wanted = budget === null ? MOST_POPULATION : Math.floor(POPULATION_SHARE * budget);
  return Math.max(LEAST_POPULATION, Math.min(MOST_POPULATION, wanted));
}

/** The trials that have values. */
function individuals(request: ProposeRequest, space: CompiledSpace): Individual[] {
  const violation = violationsOf(request);
  return mergedHistory(request.history).flatMap((trial) => {
    const { number, parameters, values } = trial;
    if (values === null || !space.contains(parameters)) return [];
    const costs = values.map((value, k) => (request.objectives[k]!.goal === "minimize" ? value : -value));
    return [{ number, point: space.encode(parameters), costs, violation: violation(trial) }];
  });
}

function child(
  population: readonly Individual[],
  space: CompiledSpace,
  seed: number,
  trial: number,
  unseen: Unseen,
): Suggestion | null {
  const stream = randomStream(seed, Purpose.evolution, trial);
  // The population is sorted: of two the one with the smaller place wins.
  const parent = (): Individual => population[Math.min(stream.int(population.length), stream.int(population.length))]!;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const [a, b] = [parent(), parent()];
    const parameters = space.decode(offspring(space, a.point, b.point, stream));
    if (!unseen.admits(parameters)) continue;
    return { parameters, decision: { strategy: "evolution", mode: "child", parents: [a.number, b.number] } };
  }
  return null;
}

function initial(parameters: ParameterValues | undefined, unseen: Unseen): Suggestion | null {
  if (parameters === undefined || !unseen.admits(parameters)) return null;
  return { parameters, decision: { strategy: "evolution", mode: "initial" } };
}

/** The next new point of a strategy that does not learn; null when nothing new is left. */
function other(request: ProposeRequest, strategy: Strategy, mode: string): Suggestion | null {
  const [suggestion] = strategy.propose(request).suggestions;
  const decision: Decision = { strategy: "evolution", mode };
  return suggestion === undefined ? null : { parameters: suggestion.parameters, decision };
}
