import type { Parameter, Scalar } from "./parameter.ts";

/** One key of a `when`: the parent, by its place in the space, and the values of it that keep the child active. */
export interface Link {
  readonly parent: number;
  readonly accepted: ReadonlySet<Scalar>;
}

/**
 * The conditions of each parameter, all of which must hold; an empty list is always active.
 *
 * @param parameters of a valid space: every parent stands before its children
 */
export function linksOf(parameters: readonly Parameter[]): readonly (readonly Link[])[] {
  const placeOf = new Map(parameters.map((parameter, place) => [parameter.name, place]));
  return parameters.map((parameter) =>
    Object.entries(parameter.when ?? {}).map(([name, accepted]) => ({
      parent: placeOf.get(name)!,
      accepted: new Set(accepted),
    })),
  );
}

/**
 * Whether a parameter is active, given the values of the parameters before it.
 *
 * @param values by place; undefined where inactive, so that the child of an inactive parent is inactive
 */
export function isActive(links: readonly Link[], values: readonly (Scalar | undefined)[]): boolean {
  for (const { parent, accepted } of links) {
    const value = values[parent];
    if (value === undefined || !accepted.has(value)) return false;
  }
  return true;
}
