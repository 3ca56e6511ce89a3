import { columnsOf } from "../acquisition/columns.ts";
import { logFeasibility, type ModelledConstraint } from "../acquisition/feasibility.ts";
import { optimiseAcquisition } from "../acquisition/optimise.ts";
import { shortfall } from "../acquisition/shortfall.ts";
import { sumOf } from "../acquisition/sum.ts";
import type { Box } from "../acquisition/trust-region.ts";
import { upperConfidenceBound } from "../acquisition/ucb.ts";
import { log } from "../math/log.ts";
import { compileSpace } from "../space/codec.ts";
import { modelCoordinates } from "../surrogate/coordinates.ts";
import { fitGaussianProcess } from "../surrogate/fit.ts";
import { linearOutputs } from "../surrogate/linear-outputs.ts";
import { representatives } from "../surrogate/representatives.ts";
import { selectRows } from "../surrogate/training-set.ts";
import { orUnfit } from "../surrogate/unfit.ts";
import { MOST_ROWS, measurementOf, objectiveData, rowsOf } from "./evidence.ts";
import { gatherOutcomes } from "./outcome-evidence.ts";
import { marginsOf } from "./outcomes.ts";
import { mergeReplicates } from "./replicates.ts";
import type { ProposeRequest } from "./strategy.ts";

/** From fewer configurations than these a model cannot tell that it knows everything. */
const LEAST_CONFIGURATIONS = 20;
const CONFIGURATIONS_PER_PARAMETER = 3;
/**
 * Deviations on either side of a mean. With the 2.2 or so of Makarova et al. 2022 (δ = 0.1, a fifth of the theorem's β)
 * more studies stop, and twice as many of them too early: docs/stopping.md.
 */
const DEVIATIONS = 3;
/** What is feasible with a smaller probability is no gain: a hundredth, which a model of labels can still tell from none. */
const PLAUSIBLE = log(0.01);
/** The bound has to hold at three moments, so many trials apart at least: a model that has just changed its mind is not believed. */
const MOMENTS = 3;
const TRIALS_APART = 3;
/** Steps over which a gradient search counts in the cube's own unit, where a column has hardly any influence. */
const MOST_SCALE = 1;
/** Best points whose surroundings are searched. */
const INCUMBENTS = 8;

/** What is known of a study with one objective. */
export type RegretRequest = Pick<ProposeRequest, "space" | "objectives" | "outcomes" | "seed" | "history" | "batch">;

/**
 * Whether the best trial is within `tolerance` of the optimum, by the regret bound now and without the latest trials, so
 * that a model that has just changed its mind is not believed.
 *
 * @param tolerance in the unit of the objective
 * @returns the bound now; null where it is not, cannot be told yet, or no model can be fitted
 */
export function boundWithin(tolerance: number, request: RegretRequest): number | null {
  const { history, batch } = request;
  const apart = Math.max(TRIALS_APART, batch);
  let now: number | null = null;
  for (let moment = 0; moment < MOMENTS; moment++) {
    const known = history.slice(0, Math.max(0, history.length - moment * apart));
    const bound = orUnfit(
      () => regretBound({ ...request, history: known }),
      () => null,
    );
    if (bound === null || bound >= tolerance) return null;
    now ??= bound;
  }
  return now;
}

/**
 * Upper bound, in the unit of the objective, of how much better than the best trial any other could be:
 *
 *   r ≤ max_x [μ(x) + κσ(x)] − [μ(x_b) − κσ(x_b)]
 *
 * over all x that may be feasible; x_b is the best feasible trial (Makarova et al. 2022, "Automatic termination for
 * hyperparameter optimization", eq. 3). The model is one of values that keep their scale. Noise keeps the bound up, by
 * σ(x_b). Trials that are still open are points like all others: what they may gain counts.
 *
 * @returns null while too little is known, nothing is feasible, or the values do not differ
 */
export function regretBound(request: RegretRequest): number | null {
  const space = compileSpace(request.space);
  const coordinates = modelCoordinates(space);
  const sign = request.objectives[0]!.goal === "minimize" ? -1 : 1;
  const measured = request.history.filter(({ values }) => values !== null);
  const rows = rowsOf(space, measured, (trial) => measurementOf(trial, 0, sign));
  const margins = marginsOf(request);
  const feasible = measured.filter((trial) => space.contains(trial.parameters) && margins(trial)!.every((m) => m >= 0));
  const { targets, unit } = linearOutputs(rows.map(({ values }) => mergeReplicates(values).value));
  const least = Math.max(LEAST_CONFIGURATIONS, CONFIGURATIONS_PER_PARAMETER * coordinates.dimension);
  if (rows.length < least || feasible.length === 0 || unit === 0) return null;

  const incumbents = feasible
    .toSorted((a, b) => sign * (b.values![0]! - a.values![0]!))
    .slice(0, INCUMBENTS)
    .map(({ parameters }) => space.encode(parameters));
  const data = objectiveData(
    coordinates,
    rows,
    (measurement) => measurement,
    () => targets,
  );
  const model = fitGaussianProcess(selectRows(data, representatives(data, MOST_ROWS)), request.seed);
  const upper = upperConfidenceBound(model, DEVIATIONS);
  const constraints = constraintModels(request);
  const acquisition =
    constraints.length === 0 ? upper : sumOf([upper, shortfall(logFeasibility(constraints), PLAUSIBLE)]);
  const everywhere: Box = {
    lower: new Float64Array(coordinates.dimension),
    upper: new Float64Array(coordinates.dimension).fill(1),
  };
  const [top] = optimiseAcquisition(
    {
      space,
      columns: columnsOf(space),
      coordinates,
      acquisition,
      scales: model.hyperparameters.lengthScales.map((scale) => Math.min(scale, MOST_SCALE)),
    },
    {
      boxes: [everywhere],
      incumbents: incumbents.map((point) => ({ point, box: everywhere })),
      trial: request.history.length + 1,
    },
    request.seed,
  );
  const { mean, deviation } = model.predict(coordinates.locate(incumbents[0]!));
  return top === undefined ? null : unit * Math.max(0, top.score - (mean - DEVIATIONS * deviation));
}

function constraintModels({ space, objectives, outcomes = [], seed, history }: RegretRequest): ModelledConstraint[] {
  const compiled = compileSpace(space);
  const evidence = gatherOutcomes(
    compiled,
    modelCoordinates(compiled),
    objectives,
    marginsOf({ outcomes }),
    history,
    seed,
  );
  return evidence.constraints.map(({ data, ...constraint }) => ({
    ...constraint,
    model: fitGaussianProcess(data, seed),
  }));
}
