import { mean } from "./statistics.ts";

/** Time against size. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Least-squares slope of ln y over ln x, on the points from the middle one on: what is seen of the leading power. */
export function slopeOfLogarithms(points: readonly Point[]): number {
  const upper = points.slice(Math.floor(points.length / 2)).map(({ x, y }) => ({ x: Math.log(x), y: Math.log(y) }));
  const [x0, y0] = [mean(upper.map(({ x }) => x)), mean(upper.map(({ y }) => y))];
  const covariance = upper.reduce((sum, { x, y }) => sum + (x - x0) * (y - y0), 0);
  return covariance / upper.reduce((sum, { x }) => sum + (x - x0) ** 2, 0);
}
