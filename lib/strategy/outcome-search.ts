import type { Acquisition } from "../acquisition/acquisition.ts";
import { logExpectedHypervolume } from "../acquisition/expected-hypervolume.ts";
import { logFeasibility, type ModelledConstraint } from "../acquisition/feasibility.ts";
import { scalarisedUpperBound } from "../acquisition/scalarised-bound.ts";
import { sumOf } from "../acquisition/sum.ts";
import { MOST_OBJECTIVES } from "../acquisition/undominated-boxes.ts";
import { log } from "../math/log.ts";
import { randomStream } from "../random/philox.ts";
import { Purpose } from "../random/purpose.ts";
import type { CompiledSpace } from "../space/codec.ts";
import type { Coordinates } from "../surrogate/coordinates.ts";
import { fitGaussianProcess } from "../surrogate/fit.ts";
import type { GaussianProcess } from "../surrogate/gaussian-process.ts";
import { frontOf, referencePoint } from "./front.ts";
import type { OutcomeEvidence } from "./outcome-evidence.ts";
import type { Pending, Suggestion } from "./strategy.ts";
import { INCUMBENTS, TrustedRegion } from "./trusted-region.ts";
import type { Unseen } from "./unseen.ts";

/** A larger front is scalarised: its boxes would cost more than the models. */
const LARGEST_FRONT = 120;
/** A pending trial counts towards the front when it is likelier to be feasible than not. */
const LIKELY = log(0.5);
/** While nothing is feasible: weight of what is unknown beside what is likely to be feasible. */
const CURIOSITY = 0.2;
/** Every so many trials reach for the ends of the front: the others alone would never find an end that is far away. */
const REACHING = 3;
/** Second index of the stream under `Purpose.acquisition`; `optimiseAcquisition` has 0 and 1. */
const WEIGHTS = 2;

/** A measured or pending point as the models see it. */
interface Known {
  readonly point: Float64Array;
  /** m, by the models of the objectives. */
  readonly means: readonly number[];
  readonly feasible: boolean;
  readonly logFeasible: number;
}

/**
 * The search for the next trial where one surrogate does not tell all: several objectives, outcome constraints, trials
 * that fail. The acquisition is the logarithm of the expected hypervolume improvement, which is that of the expected
 * improvement for one objective, plus that of the probability of being feasible; while nothing feasible is known, the
 * latter alone. Means of the models stand for values, measured and pending ones alike.
 */
export class OutcomeSearch {
  private readonly region: TrustedRegion;
  private readonly evidence: OutcomeEvidence;
  private readonly seed: number;
  private objectives: GaussianProcess[];
  private constraints: ModelledConstraint[];

  constructor(
    space: CompiledSpace,
    coordinates: Coordinates,
    evidence: OutcomeEvidence,
    seed: number,
    pending: readonly Pending[],
    bias: Acquisition | null,
  ) {
    this.region = new TrustedRegion(space, coordinates, evidence, seed, bias);
    this.evidence = evidence;
    this.seed = seed;
    this.objectives = evidence.objectives.map((data) => fitGaussianProcess(data, seed));
    this.constraints = evidence.constraints.map(({ data, threshold, spread }) => ({
      model: fitGaussianProcess(data, seed),
      threshold,
      spread,
    }));
    for (const trial of pending) this.believe(trial);
  }

  /** From now on the trial counts as measured, with what the models expect of it. */
  believe(trial: Pending): void {
    const x = this.region.believe(trial);
    this.objectives = this.objectives.map((model) => model.believe(x));
    this.constraints = this.constraints.map((constraint) => ({ ...constraint, model: constraint.model.believe(x) }));
  }

  /**
   * The configuration for a trial.
   *
   * @returns null when everything that the search met is tried or pending
   */
  propose(trial: number, unseen: Unseen): Suggestion | null {
    const known = this.knownPoints();
    const front = frontOf(known.filter(({ feasible }) => feasible).map(({ means }) => means));
    const { mode, acquisition } = this.acquisition(known, front, trial);
    const domain = this.region.domain(acquisition, [...this.objectives, ...this.constraints.map(({ model }) => model)]);
    const search = this.region.where(this.region.trusted, this.incumbents(known, front), trial);
    const choice = this.region.choose(this.region.candidates(domain, search, unseen), unseen);
    if (choice === null) return null;
    const x = this.region.coordinates.locate(choice.point);
    const predictions = this.objectives.map((model) => model.predict(x));
    const single = predictions.length === 1 ? predictions[0] : undefined;
    return {
      parameters: this.region.space.decode(choice.point),
      decision: {
        strategy: "bayesian",
        mode,
        acquisition: choice.score,
        mean: single?.mean ?? predictions.map(({ mean }) => mean),
        deviation: single?.deviation ?? predictions.map(({ deviation }) => deviation),
        ...(this.constraints.length === 0 ? {} : { logFeasible: logFeasibility(this.constraints).value(x) }),
        nearest: this.region.nearest(this.objectives[0]!, x),
      },
    };
  }

  private acquisition(
    known: readonly Known[],
    front: readonly (readonly number[])[],
    trial: number,
  ): { readonly mode: string; readonly acquisition: Acquisition } {
    const feasible = logFeasibility(this.constraints);
    if (front.length === 0) {
      return { mode: "feasible", acquisition: logFeasibility(this.constraints, CURIOSITY) };
    }
    const m = this.objectives.length;
    // Measured from near the front, gains fill and refine it; from below everything, they reach for its ends.
    const filling = trial % REACHING !== 0 && front.length > 1;
    const reference = referencePoint(filling ? front : known.map(({ means }) => means));
    if (m <= MOST_OBJECTIVES && front.length <= LARGEST_FRONT) {
      const gain = logExpectedHypervolume(this.objectives, front, reference);
      return { mode: m === 1 ? "ei" : "ehvi", acquisition: sumOf([gain, feasible]) };
    }
    const stream = randomStream(this.seed, Purpose.acquisition, trial, WEIGHTS);
    const weights = Array.from({ length: m }, () => Math.abs(stream.normal()));
    return { mode: "ucb", acquisition: sumOf([scalarisedUpperBound(this.objectives, reference, weights), feasible]) };
  }

  private knownPoints(): Known[] {
    const feasibility = logFeasibility(this.constraints);
    const feasible = this.evidence.feasible.filter((_, i) => this.evidence.measured[i]);
    return this.region.trusted.map((point, i) => {
      const x = this.region.coordinates.locate(point);
      const logFeasible = feasibility.value(x);
      return {
        point,
        means: this.objectives.map((model) => model.mean(x)),
        feasible: feasible[i] ?? logFeasible > LIKELY,
        logFeasible,
      };
    });
  }

  /** Members of the front, evenly along it; or else what is likeliest to be feasible. */
  private incumbents(known: readonly Known[], front: readonly (readonly number[])[]): Float64Array[] {
    if (front.length === 0) {
      return known
        .toSorted((a, b) => b.logFeasible - a.logFeasible)
        .slice(0, INCUMBENTS)
        .map(({ point }) => point);
    }
    const ranked =
      this.objectives.length === 1
        ? known.filter(({ feasible }) => feasible)
        : known.filter(({ feasible, means }) => feasible && front.includes(means));
    const along = ranked.toSorted((a, b) => b.means[0]! - a.means[0]!);
    if (this.objectives.length === 1) return along.slice(0, INCUMBENTS).map(({ point }) => point);
    const step = Math.max(1, along.length / INCUMBENTS);
    return along.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step)).map(({ point }) => point);
  }
}
