/** What random and quasi-random search share: candidates that break a constraint, or were there before, are skipped. */
import { randomStream } from "../random/philox.ts";
import { Purpose } from "../random/purpose.ts";
import { type CompiledSpace, compileSpace } from "../space/codec.ts";
import type { ParameterValues, SearchSpace } from "../space/parameter.ts";
import { ENUMERABLE, feasibleConfigurations, spaceEmpty } from "../space/sample.ts";
import { readValue } from "../space/values.ts";

import type { ProposeAnswer, ProposeRequest, Suggestion } from "./strategy.ts";

/** Candidates for one trial before the search is turned over to `feasibleConfigurations` or an enumeration. */
export const PLAIN_ATTEMPTS = 64;

/** Feasible points looked at in a large finite space, for one that is new. */
const FEASIBLE_ATTEMPTS = 16;

/**
 * Up to so many configurations that may come again are kept free of repeats. Beyond it ten thousand uniform trials repeat
 * one with a probability of 10⁸ / (2·10¹²) = 0.00005, which is not worth reading the history for.
 */
const LARGEST_TRACKED = 1e12;

/** Draws that tell whether uniform trials repeat one another: few are feasible, or a log scale crowds on few levels. */
const RARITY_DRAWS = 1000;

/** Candidates that are compared with every trial before keys are made: a key costs some dozens of comparisons. */
const COMPARED = 24;

const tracked = new WeakMap<SearchSpace, boolean>();

/** Whether configurations may come again by chance, so that it takes the history to avoid it. */
export function isTracked(space: SearchSpace): boolean {
  const known = tracked.get(space);
  if (known !== undefined) return known;
  const fresh = mayRepeat(compileSpace(space));
  tracked.set(space, fresh);
  return fresh;
}

function mayRepeat(space: CompiledSpace): boolean {
  const { repeatable, dimensions } = space;
  if (repeatable > 0 && repeatable <= LARGEST_TRACKED) return true;
  if (repeatable === 0 && space.space.constraints.length === 0) return false;
  const stream = randomStream(0, Purpose.random);
  const point = new Float64Array(dimensions.length);
  const met = new Set<string>();
  for (let draw = 0; draw < RARITY_DRAWS; draw++) {
    for (let k = 0; k < point.length; k++) point[k] = stream.uniform();
    const values = space.decode(point);
    if (!space.satisfies(values)) continue;
    const key = space.key(values);
    if (met.has(key)) return true;
    met.add(key);
  }
  return met.size === 0;
}

/** Candidates for one trial, called with attempt 0, 1, 2, … in this order; the result is read before the next call. */
type Candidates = (attempt: number) => Float64Array;

/**
 * One suggestion for each trial asked for: the first of its candidates that satisfies the constraints and equals no trial
 * of the history, none pending and none of this answer. When the candidates do not find one, a small finite space is
 * gone through from the place of the last candidate on, so that the answer is exhausted only when nothing is left; a
 * large one counts as exhausted when 131,072 configurations in a row have nothing new, and a continuous one, of which
 * constraints leave next to nothing, when 16 that satisfy them have nothing new.
 *
 * @param candidatesOf the candidates of the trial that is `slot` behind the first one asked for
 */
export function proposeDistinct(
  request: ProposeRequest,
  candidatesOf: (slot: number) => Candidates,
  decide: (slot: number) => Suggestion["decision"],
): ProposeAnswer {
  const space = compileSpace(request.space);
  const seen = new Taken(
    space,
    [...request.history, ...request.pending].map(({ parameters }) => parameters),
  );

  const suggestions: Suggestion[] = [];
  for (let slot = 0; slot < request.count; slot++) {
    const parameters = firstNew(space, seen, candidatesOf(slot));
    if (parameters === null) return { suggestions, exhausted: true };
    seen.add(parameters);
    suggestions.push({ parameters, decision: decide(slot) });
  }
  return { suggestions, exhausted: false };
}

/**
 * The configurations that may not be proposed. Keys of all of them cost far more than to compare a few candidates with
 * each, and a few are enough until most of a space is used up.
 */
class Taken {
  private readonly space: CompiledSpace;
  private readonly listed: ParameterValues[];
  private keys: Set<string> | null = null;
  private comparisons = 0;

  constructor(space: CompiledSpace, taken: ParameterValues[]) {
    this.space = space;
    this.listed = taken;
  }

  add(values: ParameterValues): void {
    this.listed.push(values);
    this.keys?.add(this.space.key(values));
  }

  /** @param values of a configuration: of the active parameters, all, and no others */
  has(values: ParameterValues): boolean {
    if (this.keys === null && this.comparisons++ < COMPARED) {
      const entries = Object.entries(values);
      return this.listed.some((other) => entries.every(([name, value]) => readValue(other, name) === value));
    }
    this.keys ??= new Set(this.listed.map((other) => this.space.key(other)));
    return this.keys.has(this.space.key(values));
  }
}

function firstNew(space: CompiledSpace, seen: Taken, candidates: Candidates): ParameterValues | null {
  const isNew = (values: ParameterValues): boolean => !seen.has(values);

  for (let attempt = 0; attempt < PLAIN_ATTEMPTS; attempt++) {
    const values = space.decode(candidates(attempt));
    if (space.satisfies(values) && isNew(values)) return values;
  }

  let attempts = PLAIN_ATTEMPTS;
  const more = (): Float64Array => candidates(attempts++);
  if (space.cardinality > ENUMERABLE) {
    const fresh = feasibleConfigurations(space, more, 1).find(isNew);
    if (fresh !== undefined) return fresh;
    const further = feasibleConfigurations(space, more, FEASIBLE_ATTEMPTS).find(isNew);
    if (further !== undefined) return further;
  }
  return space.cardinality === Number.POSITIVE_INFINITY ? null : scan(space, more()[0]!, isNew);
}

/** The next configuration in the order of the enumeration, from a place in [0, 1) around, that is feasible and new. */
function scan(
  space: CompiledSpace,
  place: number,
  isNew: (values: ParameterValues) => boolean,
): ParameterValues | null {
  const length = Math.min(space.cardinality, ENUMERABLE);
  // The place as a fraction of 2⁵³, for a size may have more digits than a double.
  const start = (BigInt(Math.floor(place * 2 ** 53)) * space.size) >> 53n;
  let feasible = false;
  for (let step = 0; step < length; step++) {
    const values = space.enumerate((start + BigInt(step)) % space.size);
    if (!space.satisfies(values)) continue;
    if (isNew(values)) return values;
    feasible = true;
  }
  if (!feasible && space.cardinality <= ENUMERABLE) {
    throw spaceEmpty(space, `among all ${space.cardinality} configurations`);
  }
  return null;
}
