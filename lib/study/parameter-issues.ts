import type { Issue } from "../errors/pegbox-error.ts";
import { compileSpace } from "../space/codec.ts";
import type { Parameter, Scalar, SearchSpace } from "../space/parameter.ts";
import { didYouMeanHint } from "./file/did-you-mean.ts";
import { outsideDomain } from "./file/domain.ts";
import { render } from "./file/render.ts";

/**
 * What keeps the parameters of a trial that a person gives from being some of the space.
 *
 * @param filled what is given, with what is to stand in the place of what is missing
 */
export function parameterIssues(
  { parameters, constraints }: SearchSpace,
  given: Readonly<Record<string, Scalar>>,
  filled: Readonly<Record<string, Scalar>>,
): readonly Issue[] {
  const space = compileSpace({ parameters, constraints });
  const named = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  const wrong = Object.entries(given).flatMap(([name, value]) => valueIssue(named, name, value));
  if (wrong.length > 0) return wrong;
  const active = space.active(filled);
  const idle = Object.keys(given).filter((name) => !active.has(name));
  const missing = [...active].filter((name) => !Object.hasOwn(filled, name));
  return [
    ...idle.map((name) => ({
      path: `parameters.${name}`,
      expected: "nothing: its `when` does not hold",
      got: render(given[name]),
    })),
    ...missing.map((name) => ({ path: `parameters.${name}`, expected: "a value", got: "nothing" })),
  ];
}

function valueIssue(named: ReadonlyMap<string, Parameter>, name: string, value: Scalar): readonly Issue[] {
  const path = `parameters.${name}`;
  const parameter = named.get(name);
  if (parameter !== undefined) {
    const expected = outsideDomain(parameter, value);
    return expected === null ? [] : [{ path, expected, got: render(value) }];
  }
  const hint = didYouMeanHint(name, [...named.keys()]);
  return [{ path, expected: "the name of a parameter", got: render(value), ...(hint === undefined ? {} : { hint }) }];
}
