import type { Acquisition } from "./acquisition.ts";

/** The sum of acquisitions: of logarithms, the product of what they are logarithms of. */
export function sumOf(acquisitions: readonly Acquisition[]): Acquisition {
  return {
    value: (x) => acquisitions.reduce((sum, acquisition) => sum + acquisition.value(x), 0),
    valueAndGradient(x, gradient) {
      const part = new Float64Array(gradient.length);
      gradient.fill(0);
      return acquisitions.reduce((sum, acquisition) => {
        const value = acquisition.valueAndGradient(x, part);
        for (let k = 0; k < gradient.length; k++) gradient[k]! += part[k]!;
        return sum + value;
      }, 0);
    },
  };
}

/** An acquisition times a number: of a logarithm, the power. */
export function times(weight: number, { value, valueAndGradient }: Acquisition): Acquisition {
  return {
    value: (x) => weight * value(x),
    valueAndGradient(x, gradient) {
      const unweighted = valueAndGradient(x, gradient);
      for (let k = 0; k < gradient.length; k++) gradient[k]! *= weight;
      return weight * unweighted;
    },
  };
}
