import { type Interval, intersect, isEmpty, NOTHING } from "./interval.ts";
import { type NumericLevels, steppedLevels } from "./levels.ts";
import type { Parameter, Scalar } from "./parameter.ts";

/** Whether a parameter is active whatever else the box holds, in part of it, or nowhere in it. */
export type Activity = "always" | "sometimes" | "never";

/** The levels of a stepped range; null for a continuous one and a single point. */
function levelsOf(parameter: Parameter): NumericLevels | null {
  if ("values" in parameter || parameter.min === parameter.max) return null;
  const step = parameter.step ?? (parameter.type === "int" ? 1 : undefined);
  if (step === undefined || !Number.isFinite((parameter.max - parameter.min) / step)) return null;
  return steppedLevels(parameter.min, parameter.max, step);
}

/** A part of a space: for each parameter, in order, the values that it can still have where it is active. */
export class Box {
  private readonly parameters: readonly Parameter[];
  private readonly levels: readonly (NumericLevels | null)[];
  private readonly ranges: Interval[];
  private readonly lists: (readonly Scalar[] | null)[];

  private constructor(
    parameters: readonly Parameter[],
    levels: readonly (NumericLevels | null)[],
    ranges: Interval[],
    lists: (readonly Scalar[] | null)[],
  ) {
    this.parameters = parameters;
    this.levels = levels;
    this.ranges = ranges;
    this.lists = lists;
  }

  /** All of a space. */
  static of(parameters: readonly Parameter[]): Box {
    const lists = parameters.map((parameter) => ("values" in parameter ? parameter.values : null));
    const ranges = parameters.map((parameter) =>
      "values" in parameter ? numbersAmong(parameter.values) : { lo: parameter.min, hi: parameter.max },
    );
    return new Box(parameters, parameters.map(levelsOf), ranges, lists);
  }

  copy(): Box {
    return new Box(this.parameters, this.levels, [...this.ranges], [...this.lists]);
  }

  /** The least interval about the numbers that the parameter can have; empty where it has none. */
  interval(place: number): Interval {
    return this.ranges[place]!;
  }

  /** What a categorical or ordinal parameter can be; null for the others. */
  listed(place: number): readonly Scalar[] | null {
    return this.lists[place]!;
  }

  /** Leaves the numbers within `within`, of levels those that lie in it. @returns whether any is left */
  narrow(place: number, within: Interval): boolean {
    const list = this.lists[place]!;
    if (list !== null) {
      return this.keep(place, (value) => typeof value === "number" && value >= within.lo && value <= within.hi);
    }
    const range = intersect(this.ranges[place]!, within);
    const levels = this.levels[place]!;
    this.ranges[place] = levels === null || isEmpty(range) ? range : inward(levels, range);
    return !isEmpty(this.ranges[place]);
  }

  /** Leaves the listed values that satisfy a predicate. @returns whether any is left */
  keep(place: number, predicate: (value: Scalar) => boolean): boolean {
    const list = this.lists[place]!.filter(predicate);
    this.lists[place] = list;
    this.ranges[place] = numbersAmong(list);
    return list.length > 0;
  }

  /** Leaves one value, which the parameter can have. */
  fix(place: number, value: Scalar): void {
    if (this.lists[place] !== null) this.keep(place, (listed) => listed === value);
    else this.ranges[place] = { lo: value as number, hi: value as number };
  }

  /** The value that the parameter can have next to a number within its range. */
  nearest(place: number, value: number): number {
    const { lo, hi } = this.ranges[place]!;
    const levels = this.levels[place]!;
    const within = Math.min(hi, Math.max(lo, value));
    return levels === null ? within : Math.min(hi, Math.max(lo, levels.at(levels.nearest(within))));
  }

  /** Whether the parameter can have one of these values and, then, whether it can have another. */
  meets(place: number, accepted: ReadonlySet<Scalar>): Activity {
    const list = this.lists[place]!;
    if (list !== null) {
      if (list.every((value) => accepted.has(value))) return "always";
      return list.some((value) => accepted.has(value)) ? "sometimes" : "never";
    }
    const { lo, hi } = this.ranges[place]!;
    if (lo === hi) return accepted.has(lo) ? "always" : "never";
    return [...accepted].some((value) => typeof value === "number" && value >= lo && value <= hi)
      ? "sometimes"
      : "never";
  }
}

function numbersAmong(values: readonly Scalar[]): Interval {
  const numbers = values.filter((value) => typeof value === "number");
  return numbers.length === 0 ? NOTHING : { lo: Math.min(...numbers), hi: Math.max(...numbers) };
}

/** From the first level of a range that is not empty to the last. */
function inward(levels: NumericLevels, { lo, hi }: Interval): Interval {
  let first = levels.nearest(lo);
  if (levels.at(first) < lo) first++;
  let last = levels.nearest(hi);
  if (levels.at(last) > hi) last--;
  return first > last ? NOTHING : { lo: levels.at(first), hi: levels.at(last) };
}
