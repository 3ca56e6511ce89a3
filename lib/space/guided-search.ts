import { linksOf } from "./activity.ts";
import { axisOf } from "./axis.ts";
import type { Box } from "./box.ts";
import type { CompiledSpace } from "./codec.ts";
import { type Narrowing, narrowingOf } from "./narrowing.ts";
import type { Parameter, ParameterValues, Scalar } from "./parameter.ts";

/** Values tried for a parameter before its choices so far are taken for a dead end. */
const CHOICES = 4;

/** Choices in all before the search is given up: about a second. */
const MOST_CHOICES = 20_000;

/** Sweeps that even out what the order of the choices has favoured: of x + y + z ≤ 1 the first is half on average. */
const SWEEPS = 2;

/** Narrower than this, in the unit of the axis, a range is drawn from on its own scale: the axis would round it away. */
const RESOLVED = 1e-6;

/** What a guided search came to. `null`: it was given up; `empty`: there is nothing to be found, for certain. */
export type Guided = ParameterValues | "empty" | null;

/**
 * A configuration that satisfies the constraints, where plain draws hardly ever do: parents first and the others in a
 * random order, each parameter is drawn from what the constraints leave of its range after the choices before
 * (`narrowing.ts`), and begun anew at a dead end. Then each parameter in turn is drawn again given all others (Gibbs
 * sampling), so that every feasible configuration can come of it and near ones about equally often.
 *
 * @param next uniform points; may reuse a buffer
 */
export function searchGuided(space: CompiledSpace, next: () => Float64Array): Guided {
  const narrowing = narrowingOf(space.space);
  const { whole } = narrowing;
  if (whole === null) return "empty";
  const search = new GuidedSearch(space, narrowing, next);
  while (search.choices < MOST_CHOICES) {
    const values = search.descend(whole);
    if (values !== null && space.satisfies(search.named(values))) return search.named(search.evenOut(whole, values));
  }
  return null;
}

/** By place; undefined where inactive. */
type Values = readonly (Scalar | undefined)[];

class GuidedSearch {
  choices = 0;
  private readonly space: CompiledSpace;
  private readonly narrowing: Narrowing;
  private readonly next: () => Float64Array;
  private readonly parameters: readonly Parameter[];
  private readonly parents: readonly number[];
  private readonly leaves: readonly number[];

  constructor(space: CompiledSpace, narrowing: Narrowing, next: () => Float64Array) {
    this.space = space;
    this.narrowing = narrowing;
    this.next = next;
    this.parameters = space.space.parameters;
    const parents = new Set(linksOf(this.parameters).flatMap((links) => links.map(({ parent }) => parent)));
    this.parents = [...parents].sort((a, b) => a - b);
    this.leaves = this.parameters.flatMap((_, place) => (parents.has(place) ? [] : [place]));
  }

  named(values: Values): ParameterValues {
    return Object.fromEntries(
      values.flatMap((value, place) => (value === undefined ? [] : [[this.parameters[place]!.name, value] as const])),
    );
  }

  /** Chooses one parameter after the other; null at a dead end. */
  descend(whole: Box): Values | null {
    let box = whole.copy();
    const values: (Scalar | undefined)[] = this.parameters.map(() => undefined);
    for (const place of [...this.parents, ...this.shuffledLeaves()]) {
      if (this.narrowing.activity(place, box) !== "always") continue;
      const narrowed = this.choose(box, place);
      if (narrowed === null) return null;
      ({ box, value: values[place] } = narrowed);
    }
    return values;
  }

  private choose(box: Box, place: number): { readonly box: Box; readonly value: Scalar } | null {
    for (let choice = 0; choice < CHOICES; choice++) {
      this.choices++;
      const value = this.draw(box, place, this.next()[place]!);
      const narrowed = box.copy();
      narrowed.fix(place, value);
      if (this.narrowing.narrow(narrowed, place)) return { box: narrowed, value };
    }
    return null;
  }

  /** What is active stays so: parents are left as they are. */
  evenOut(whole: Box, start: Values): Values {
    const values = [...start];
    for (let sweep = 0; sweep < SWEEPS; sweep++) {
      const fresh = this.next().slice();
      for (const place of this.leaves) {
        const kept = values[place];
        if (kept === undefined) continue;
        const box = whole.copy();
        for (const [other, value] of values.entries())
          if (other !== place && value !== undefined) box.fix(other, value);
        if (!this.narrowing.narrow(box, place)) continue;
        values[place] = this.draw(box, place, fresh[place]!);
        if (!this.space.satisfies(this.named(values))) values[place] = kept;
      }
    }
    return values;
  }

  private shuffledLeaves(): number[] {
    const order = this.next().slice();
    return this.leaves.toSorted((a, b) => order[a]! - order[b]! || a - b);
  }

  /** @param u in [0, 1) */
  private draw(box: Box, place: number, u: number): Scalar {
    const list = box.listed(place);
    if (list !== null) return list[Math.floor(u * list.length)]!;
    const { lo, hi } = box.interval(place);
    const axis = axisOf(this.parameters[place]!);
    const [from, to] = [axis.toUnit(lo), axis.toUnit(hi)];
    const value = to - from > RESOLVED ? (axis.fromUnit(from + u * (to - from)) as number) : lo + u * (hi - lo);
    return box.nearest(place, value);
  }
}
