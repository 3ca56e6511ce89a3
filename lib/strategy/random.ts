import { randomStream } from "../random/philox.ts";
import { Purpose } from "../random/purpose.ts";
import { isTracked, proposeDistinct } from "./distinct.ts";
import type { Strategy } from "./strategy.ts";

/**
 * Uniform in the unit cube, so log-uniform on a log scale (Bergstra & Bengio, JMLR 13, 2012). The candidates of trial
 * n are the stream (seed, random, n): a trial's parameters do not depend on how many are asked for at a time.
 */
export const random: Strategy = {
  name: "random",
  adaptive: false,
  needsHistory: isTracked,
  propose(request) {
    const point = new Float64Array(request.space.parameters.length);
    return proposeDistinct(
      request,
      (slot) => {
        const stream = randomStream(request.seed, Purpose.random, request.first + slot);
        return () => {
          for (let k = 0; k < point.length; k++) point[k] = stream.uniform();
          return point;
        };
      },
      () => ({ strategy: "random" }),
    );
  },
};
