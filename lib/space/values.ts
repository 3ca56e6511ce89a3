import type { ParameterValues, Scalar } from "./parameter.ts";

/**
 * The value under a name, undefined where there is none. Names are a user's: `toString` is a parameter like any other,
 * not what an object inherits.
 */
export function readValue(values: ParameterValues, name: string): Scalar | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}
