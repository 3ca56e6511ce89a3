import type { Issue } from "../../errors/pegbox-error.ts";

export type Path = readonly (string | number)[];

/** An `Issue` whose path is still in its parts. */
export interface Problem {
  readonly path: Path;
  readonly expected: string;
  readonly got: string;
  readonly hint?: string;
}

/** A problem with the value at `path`. */
export function problem(path: Path, expected: string, got: string, hint?: string): Problem {
  return hint === undefined ? { path, expected, got } : { path, expected, got, hint };
}

export function toIssue({ path, ...rest }: Problem): Issue {
  return { path: path.join("."), ...rest };
}

/** What stands at `path` in a parsed file; undefined where nothing does. */
export function valueAt(input: unknown, path: Path): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value;
}

/**
 * Problems in the order in which a person finds them reading the file from top to bottom: by the place of each key in
 * its mapping. What is missing stands after what is there.
 */
export function inFileOrder(input: unknown, problems: readonly Problem[]): readonly Problem[] {
  const ranks = new Map<object, Map<string, number>>();
  const rank = (container: unknown, key: string | number): number => {
    if (typeof container !== "object" || container === null) return 0;
    let places = ranks.get(container);
    if (places === undefined) {
      places = new Map(Object.keys(container).map((name, place) => [name, place]));
      ranks.set(container, places);
    }
    return places.get(String(key)) ?? places.size;
  };
  const keyed = problems.map((item) => ({
    item,
    places: item.path.map((key, depth) => rank(valueAt(input, item.path.slice(0, depth)), key)),
  }));
  keyed.sort((a, b) => compareLists(a.places, b.places));
  return keyed.map(({ item }) => item);
}

function compareLists(a: readonly number[], b: readonly number[]): number {
  for (const [index, place] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (place !== other) return place - other;
  }
  return a.length - b.length;
}
