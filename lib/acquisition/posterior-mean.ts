import type { Posterior } from "../surrogate/gaussian-process.ts";
import type { Acquisition } from "./acquisition.ts";

/** What a model expects. */
export function posteriorMean(model: Posterior): Acquisition {
  return {
    value: (x) => model.predict(x).mean,
    valueAndGradient(x, gradient) {
      const { mean, meanGradient } = model.predictWithGradient(x);
      gradient.set(meanGradient);
      return mean;
    },
  };
}
