import type { Acquisition } from "./acquisition.ts";

/** Slope where the level is missed: steep against bounds in deviations and logarithms of probabilities; Vizier's constant. */
const PENALTY = 10;

/** What an acquisition lacks of a level, 10 min(0, a − level): added to another, it keeps that to where a reaches the level. */
export function shortfall(acquisition: Acquisition, level: number): Acquisition {
  return {
    value: (x) => PENALTY * Math.min(0, acquisition.value(x) - level),
    valueAndGradient(x, gradient) {
      const short = Math.min(0, acquisition.valueAndGradient(x, gradient) - level);
      for (let k = 0; k < gradient.length; k++) gradient[k]! *= short < 0 ? PENALTY : 0;
      return PENALTY * short;
    },
  };
}
