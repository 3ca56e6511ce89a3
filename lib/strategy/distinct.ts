/** What random and quasi-random search share: candidates that break a constraint, or were there before, are skipped. */
import { type CompiledSpace, compileSpace } from "../space/codec.ts";
import type { ParameterValues, SearchSpace } from "../space/parameter.ts";
import { ENUMERABLE, feasiblePoints, spaceEmpty } from "../space/sample.ts";
import type { ProposeAnswer, ProposeRequest, Suggestion } from "./strategy.ts";

/** Candidates for one trial before the search is turned over to `feasiblePoints` or an enumeration. */
export const PLAIN_ATTEMPTS = 64;

/** Feasible points looked at in a large finite space, for one that is new. */
const FEASIBLE_ATTEMPTS = 16;

/**
 * Finite spaces up to this size are kept free of repeats. Beyond it ten thousand uniform trials repeat one with a
 * probability of 10⁸ / (2·10¹²) = 0.00005, which is not worth reading the history for.
 */
const LARGEST_TRACKED = 1e12;

export function isTracked(space: SearchSpace): boolean {
  return compileSpace(space).cardinality <= LARGEST_TRACKED;
}

/** Candidates for one trial, called with attempt 0, 1, 2, … in this order; the result is read before the next call. */
type Candidates = (attempt: number) => Float64Array;

/**
 * One suggestion for each trial asked for: the first of its candidates that satisfies the constraints and, in a finite
 * space, equals no trial of the history, none pending and none of this answer. When the candidates do not find one, a
 * small finite space is gone through from the place of the last candidate on, so that the answer is exhausted only
 * when nothing is left; a large one counts as exhausted when 131,072 configurations in a row have nothing new.
 *
 * @param candidatesOf the candidates of the trial that is `slot` behind the first one asked for
 */
export function proposeDistinct(
  request: ProposeRequest,
  candidatesOf: (slot: number) => Candidates,
  decide: (slot: number) => Suggestion["decision"],
): ProposeAnswer {
  const space = compileSpace(request.space);
  const seen = isTracked(request.space) ? new Set<string>() : null;
  for (const { parameters } of seen === null ? [] : [...request.history, ...request.pending]) {
    seen?.add(space.key(parameters));
  }

  const suggestions: Suggestion[] = [];
  for (let slot = 0; slot < request.count; slot++) {
    const parameters = firstNew(space, seen, candidatesOf(slot));
    if (parameters === null) return { suggestions, exhausted: true };
    seen?.add(space.key(parameters));
    suggestions.push({ parameters, decision: decide(slot) });
  }
  return { suggestions, exhausted: false };
}

/** @param seen keys that are taken; null where repeats are not looked for */
function firstNew(
  space: CompiledSpace,
  seen: ReadonlySet<string> | null,
  candidates: Candidates,
): ParameterValues | null {
  const isNew = (values: ParameterValues): boolean => seen === null || !seen.has(space.key(values));

  for (let attempt = 0; attempt < PLAIN_ATTEMPTS; attempt++) {
    const values = space.decode(candidates(attempt));
    if (space.satisfies(values) && isNew(values)) return values;
  }

  let attempts = PLAIN_ATTEMPTS;
  const more = (): Float64Array => candidates(attempts++);
  if (space.cardinality > ENUMERABLE) {
    const wanted = seen === null ? 1 : FEASIBLE_ATTEMPTS;
    const fresh = feasiblePoints(space, more, wanted).map(space.decode).find(isNew);
    if (fresh !== undefined) return fresh;
  }
  return scan(space, more()[0]!, isNew);
}

/** The next configuration in the order of the enumeration, from a place in [0, 1) around, that is feasible and new. */
function scan(
  space: CompiledSpace,
  place: number,
  isNew: (values: ParameterValues) => boolean,
): ParameterValues | null {
  const start = Math.floor(place * space.cardinality);
  const length = Math.min(space.cardinality, ENUMERABLE);
  let feasible = false;
  for (let step = 0; step < length; step++) {
    const values = space.enumerate(BigInt((start + step) % space.cardinality));
    if (!space.satisfies(values)) continue;
    if (isNew(values)) return values;
    feasible = true;
  }
  if (!feasible && space.cardinality <= ENUMERABLE) {
    throw spaceEmpty(space, `among all ${space.cardinality} configurations`);
  }
  return null;
}
