import { randomStream } from "../../lib/random/philox.ts";
import { Stream } from "../streams.ts";
import { cube, defineOnBox, type Problem } from "./problem.ts";
import { rotation } from "./rotation.ts";

const D = 3;
const PEAKS = 21;
const SEED = 1;
const rotate = rotation(D, 3);

interface Peak {
  readonly height: number;
  readonly centre: readonly number[];
  /** Of the axes of the peak, after the rotation. */
  readonly curvatures: readonly number[];
}

/** The first is the highest; the others rise from 1.1 to 9.1, each as long-drawn as it happens, up to 1 : 1000. */
const peaks: readonly Peak[] = Array.from({ length: PEAKS }, (_, i): Peak => {
  const stream = randomStream(SEED, Stream.peaks, i);
  const condition = i === 0 ? 1000 : 1000 ** (2 * stream.uniform());
  const order = Array.from({ length: D }, (_, k) => ({ k, key: stream.uniform() })).sort((a, b) => a.key - b.key);
  return {
    height: i === 0 ? 10 : 1.1 + (8 * (i - 1)) / (PEAKS - 2),
    centre: Array.from({ length: D }, () => (i === 0 ? 8 : 9.8) * (stream.uniform() - 0.5)),
    curvatures: order.map(({ k }) => condition ** (k / (D - 1) / 2 - 1 / 4)),
  };
});

/** Many peaks of all sizes without a global shape: to find the best one, one has to have been near it. */
export const gallagher: Problem = defineOnBox(
  {
    name: "gallagher",
    family: "multimodal",
    source: "Hansen, Finck, Ros & Auger 2009, INRIA RR-6829, f22, without its oscillation",
    bounds: cube(D, -5, 5),
    trials: 60,
    value: 0,
    places: [peaks[0]!.centre],
  },
  (x) => {
    const highest = peaks.map(({ height, centre, curvatures }) => {
      const z = rotate(x.map((value, k) => value - centre[k]!));
      const distance = z.reduce((sum, value, k) => sum + curvatures[k]! * value * value, 0);
      return height * Math.exp(-distance / (2 * D));
    });
    return (10 - Math.max(...highest)) ** 2;
  },
);
