/** The parameters that CMA-ES moves: all that have more than one value, each a coordinate of the unit cube. */
import { type Column, columnsOf } from "../acquisition/columns.ts";
import { MIDPOINT } from "../space/axis.ts";
import type { CompiledSpace } from "../space/codec.ts";

/**
 * Deviation of a coordinate that has levels, in distances between levels, below which it would hardly leave its level
 * again: the lower bound of T. Marty, N. Hansen, A. Auger, Y. Semet & S. Héron, "LB+IC-CMA-ES: two simple modifications
 * of CMA-ES to handle mixed-integer problems", PPSN 2024, min(0.2, μ_eff / d).
 */
const LEAST_DEVIATION = 0.2;

export class CmaColumns {
  readonly dimension: number;
  private readonly space: CompiledSpace;
  private readonly columns: readonly Column[];
  /** Places of the columns among the parameters. */
  private readonly places: readonly number[];

  constructor(space: CompiledSpace) {
    const columns = columnsOf(space);
    this.space = space;
    this.places = columns.flatMap(({ levels }, place) => (levels > 1 ? [place] : []));
    this.columns = this.places.map((place) => columns[place]!);
    this.dimension = this.places.length;
  }

  /** Of a point of the unit cube those coordinates that move. */
  reduce(point: Float64Array): Float64Array {
    return Float64Array.from(this.places, (place) => point[place]!);
  }

  /** The point of the unit cube, not rounded to levels. */
  expand(x: Float64Array): Float64Array {
    const point = new Float64Array(this.space.dimensions.length).fill(MIDPOINT);
    this.places.forEach((place, k) => {
      point[place] = x[k]!;
    });
    return point;
  }

  /** x within the range: of a coordinate with levels from the first to the last of them, for beyond nothing changes. */
  clip(x: Float64Array): Float64Array {
    return x.map((u, k) => {
      const { levels, coordinate } = this.columns[k]!;
      const [low, high] = levels < Number.POSITIVE_INFINITY ? [coordinate(0), coordinate(levels - 1)] : [0, 1];
      return Math.min(high, Math.max(low, u));
    });
  }

  /**
   * A drawn point as it is learnt: with levels, within them. Beyond the range of a continuous coordinate it stays, for were
   * it learnt from where the range ends, steps along a bound would shrink without end.
   */
  learnt(x: Float64Array): Float64Array {
    const clipped = this.clip(x);
    return x.map((u, k) => (this.continuous(k) ? u : clipped[k]!));
  }

  /**
   * A point that was not drawn, as it is learnt: where it is inactive, or has the level of the mean, it says nothing of the
   * coordinate.
   *
   * @param point of the unit cube
   */
  told(point: Float64Array, mean: Float64Array): Float64Array {
    const active = this.space.activeMask(point);
    return Float64Array.from(this.places, (place, k) => {
      const { levels, levelAt } = this.columns[k]!;
      const same = levels < Number.POSITIVE_INFINITY && levelAt(point[place]!) === levelAt(mean[k]!);
      return active[place] === 0 || same ? mean[k]! : point[place]!;
    });
  }

  /** Deviations to keep, 0 in a continuous coordinate. @param effective μ_eff */
  leastDeviations(mean: Float64Array, effective: number): Float64Array {
    const share = Math.min(LEAST_DEVIATION, effective / this.dimension);
    return Float64Array.from(this.columns, ({ levels, levelAt, coordinate }, k) => {
      if (levels === Number.POSITIVE_INFINITY) return 0;
      const level = levelAt(mean[k]!);
      const here = coordinate(level);
      const gaps = [level - 1, level + 1]
        .filter((l) => l >= 0 && l < levels)
        .map((l) => Math.abs(coordinate(l) - here));
      return share * Math.min(...gaps);
    });
  }

  /** For each coordinate, whether it is continuous. */
  continuous(k: number): boolean {
    return this.columns[k]!.levels === Number.POSITIVE_INFINITY;
  }
}
