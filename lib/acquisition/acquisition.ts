/** What is maximised to find the next trial: a function of model coordinates, differentiable in the numeric columns. */
export interface Acquisition {
  /** @param x d, model coordinates */
  value(x: Float64Array): number;
  /** @param gradient d; overwritten, 0 in categorical columns */
  valueAndGradient(x: Float64Array, gradient: Float64Array): number;
}
