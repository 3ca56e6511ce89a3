import { type Axis, axisOf } from "../space/axis.ts";
import type { CompiledSpace } from "../space/codec.ts";

/** Up to so many levels a numeric parameter is searched level by level; beyond, as if it were continuous. */
const FEW_LEVELS = 16;

/** One coordinate of the search. */
export interface Column {
  readonly categorical: boolean;
  /** Whether gradients are followed in it (and its values rounded to levels afterwards, where it has levels). */
  readonly relaxed: boolean;
  /** Infinity when continuous. */
  readonly levels: number;
  /** The level at a coordinate; only where `levels` is finite. */
  levelAt(u: number): number;
  /** The coordinate of a level; only where `levels` is finite. */
  coordinate(level: number): number;
}

export function columnsOf(space: CompiledSpace): Column[] {
  return space.dimensions.map(({ parameter, kind, levels }) => {
    const axis: Axis = axisOf(parameter);
    return {
      categorical: kind === "categorical",
      relaxed: kind !== "categorical" && levels > FEW_LEVELS,
      levels,
      levelAt: (u) => axis.levels!.of(axis.fromUnit(u)),
      coordinate: (level) => axis.toUnit(axis.levels!.at(level)),
    };
  });
}
