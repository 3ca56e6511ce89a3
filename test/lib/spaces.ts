import fc from "fast-check";
import type { Parameter, SearchSpace } from "../../lib/space/parameter.ts";

/** The n-th of several shapes of parameter; every kind, scale and size of interest occurs. */
function parameter(shape: number, name: string): Parameter {
  switch (shape % 9) {
    case 0:
      return { name, type: "float", min: -5, max: 10, scale: "linear" };
    case 1:
      return { name, type: "float", min: 1e-5, max: 1, scale: "log", default: 0.01 };
    case 2:
      return { name, type: "int", min: 1, max: 200, scale: "log" };
    case 3:
      return { name, type: "int", min: 1, max: 5, scale: "linear", default: 2 };
    case 4:
      return { name, type: "categorical", values: ["a", "b", "c"] };
    case 5:
      return { name, type: "ordinal", values: [16, 32, 64, 128] };
    case 6:
      return { name, type: "float", min: 0, max: 0.99, scale: "reverse-log" };
    case 7:
      return { name, type: "categorical", values: [true, false], default: false };
    default:
      return { name, type: "float", min: 0, max: 1, scale: "linear", step: 0.1 };
  }
}

/** Spaces of 2 to 6 parameters: continuous, stepped and categorical, some conditional, some with a constraint. */
export const mixedSpaces: fc.Arbitrary<SearchSpace> = fc
  .record({
    shapes: fc.array(fc.nat(8), { minLength: 1, maxLength: 4 }),
    conditional: fc.nat(8),
    constrained: fc.boolean(),
  })
  .map(({ shapes, conditional, constrained }) => ({
    parameters: [
      { name: "kind", type: "categorical", values: ["plain", "rich"] },
      ...shapes.map((shape, i) => parameter(shape, `p${i}`)),
      { ...parameter(conditional, "extra"), when: { kind: ["rich"] } },
      { name: "x", type: "float", min: 0, max: 1, scale: "linear" },
      { name: "y", type: "float", min: 0, max: 1, scale: "linear" },
    ],
    constraints: constrained ? ["x + y <= 1"] : [],
  }));
