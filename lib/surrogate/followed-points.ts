import type { GaussianProcess, Posterior, Prediction, PredictionWithGradient } from "./gaussian-process.ts";

/** Entries added to a point's L⁻¹k at a time. */
const ROOM = 128;

/**
 * A posterior that knows its predictions at some fixed points, and keeps them while the model takes in believed
 * points: L gets a row, so v = L⁻¹k gets an entry and the variance loses its square; the mean stays. That is m operations
 * a point where a prediction takes m².
 */
export class FollowedPoints implements Posterior {
  private model: GaussianProcess;
  /** c × d. */
  private readonly rows: Float64Array;
  private readonly places: ReadonlyMap<Float64Array, number>;
  /** c each. */
  private readonly means: Float64Array;
  private readonly variances: Float64Array;
  private readonly whitened: Float64Array[];

  /** @param points d each, model coordinates; told apart by identity */
  constructor(model: GaussianProcess, points: readonly Float64Array[]) {
    const predictions = points.map((x) => model.whiten(x));
    this.model = model;
    this.rows = Float64Array.from(points.flatMap((x) => [...x]));
    this.places = new Map(points.map((x, place) => [x, place]));
    this.means = Float64Array.from(predictions, ({ mean }) => mean);
    this.variances = Float64Array.from(predictions, ({ deviation }) => deviation * deviation);
    this.whitened = predictions.map(({ whitened }) => whitened);
  }

  /** @param model the model of before, after it has believed one more point */
  follow(model: GaussianProcess): void {
    this.model = model;
    const row = model.size - 1;
    model.lastWhitened(this.rows, this.whitened).forEach((entry, place) => {
      if (row >= this.whitened[place]!.length) this.whitened[place] = withRoom(this.whitened[place]!);
      this.whitened[place]![row] = entry;
      this.variances[place]! -= entry * entry;
    });
  }

  predict(x: Float64Array): Prediction {
    const place = this.places.get(x);
    if (place === undefined) return this.model.predict(x);
    return { mean: this.means[place]!, deviation: this.model.deviationOf(this.variances[place]!) };
  }

  predictWithGradient(x: Float64Array): PredictionWithGradient {
    return this.model.predictWithGradient(x);
  }
}

function withRoom(array: Float64Array): Float64Array {
  const longer = new Float64Array(array.length + ROOM);
  longer.set(array);
  return longer;
}
