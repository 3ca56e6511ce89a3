import type { Acquisition } from "../acquisition/acquisition.ts";
import { logExpectedHypervolume } from "../acquisition/expected-hypervolume.ts";
import { logFeasibility } from "../acquisition/feasibility.ts";
import type { Search } from "../acquisition/optimise.ts";
import { scalarisedUpperBound } from "../acquisition/scalarised-bound.ts";
import { sumOf } from "../acquisition/sum.ts";
import { MOST_OBJECTIVES } from "../acquisition/undominated-boxes.ts";
import { randomStream } from "../random/philox.ts";
import { Purpose } from "../random/purpose.ts";
import type { CompiledSpace } from "../space/codec.ts";
import type { Coordinates } from "../surrogate/coordinates.ts";
import { fitGaussianProcess } from "../surrogate/fit.ts";
import type { Posterior } from "../surrogate/gaussian-process.ts";
import { frontOf, referencePoint } from "./front.ts";
import type { OutcomeEvidence } from "./outcome-evidence.ts";
import type { Pending, Suggestion } from "./strategy.ts";
import { INCUMBENTS, TrustedRegion } from "./trusted-region.ts";
import type { Unseen } from "./unseen.ts";

/** A larger front is scalarised: its boxes would cost more than the models. */
const LARGEST_FRONT = 120;
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
  /** By the models of the constraints, how far the nearest to being broken is from that; ≥ 0 where all are expected to hold. */
  readonly margin: number;
  /** As measured, or as expected of a pending trial. */
  readonly feasible: boolean;
}

/** What is asked of a trial, and where it is looked for. */
interface Aim {
  readonly mode: string;
  /** What acquisitions of one mode differ by beyond what is believed. @default the mode */
  readonly purpose?: string;
  readonly acquisition: (posteriors: readonly Posterior[]) => Acquisition;
  readonly search: Search;
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
  /** Measured trials, then pending ones. Believing changes no mean, so that they stay as they are. */
  private readonly known: Known[];

  constructor(
    space: CompiledSpace,
    coordinates: Coordinates,
    evidence: OutcomeEvidence,
    seed: number,
    pending: readonly Pending[],
    bias: Acquisition | null,
  ) {
    const data = [...evidence.objectives, ...evidence.constraints.map((constraint) => constraint.data)];
    const models = data.map((set) => fitGaussianProcess(set, seed));
    this.region = new TrustedRegion(space, coordinates, evidence, models, seed, pending, bias);
    this.evidence = evidence;
    this.seed = seed;
    const feasible = evidence.feasible.filter((_, i) => evidence.measured[i]);
    this.known = this.region.trusted.map((point, i) => this.expected(point, feasible[i]));
  }

  /** From now on the trial counts as measured, with what the models expect of it. */
  believe(trial: Pending): void {
    this.region.believe(trial);
    this.known.push(this.expected(this.region.trusted.at(-1)!));
  }

  /**
   * The configuration for a trial.
   *
   * @returns null when everything that the search met is tried or pending
   */
  propose(trial: number, unseen: Unseen): Suggestion | null {
    const { mode, purpose = mode, acquisition, search } = this.aim(trial);
    const candidates = this.region.shares(unseen)
      ? this.region.shared(acquisition, purpose, search)
      : this.region.candidates(this.region.domain(acquisition(this.region.models)), search, unseen);
    const choice = this.region.choose(candidates, unseen);
    if (choice === null) return null;
    const x = this.region.coordinates.locate(choice.point);
    const { objectives, constraints } = this.split(this.region.models);
    const predictions = objectives.map((model) => model.predict(x));
    const single = predictions.length === 1 ? predictions[0] : undefined;
    return {
      parameters: this.region.space.decode(choice.point),
      decision: {
        strategy: "bayesian",
        mode,
        acquisition: choice.score,
        mean: single?.mean ?? predictions.map(({ mean }) => mean),
        deviation: single?.deviation ?? predictions.map(({ deviation }) => deviation),
        ...(constraints.length === 0 ? {} : { logFeasible: logFeasibility(constraints).value(x) }),
        nearest: this.region.nearest(this.region.models[0]!, x),
      },
    };
  }

  private aim(trial: number): Aim {
    const front = frontOf(this.known.filter(({ feasible }) => feasible).map(({ means }) => means));
    const search = this.region.where(this.region.trusted, this.incumbents(front), trial);
    if (front.length === 0) {
      const acquisition: Aim["acquisition"] = (models) => logFeasibility(this.split(models).constraints, CURIOSITY);
      return { mode: "feasible", acquisition, search };
    }
    const m = this.evidence.objectives.length;
    // Measured from near the front, gains fill and refine it; from below everything, they reach for its ends.
    const filling = trial % REACHING !== 0 && front.length > 1;
    const reference = referencePoint(filling ? front : this.known.map(({ means }) => means));
    const within =
      (gain: (objectives: readonly Posterior[]) => Acquisition): Aim["acquisition"] =>
      (models) => {
        const { objectives, constraints } = this.split(models);
        return sumOf([gain(objectives), logFeasibility(constraints)]);
      };
    if (m <= MOST_OBJECTIVES && front.length <= LARGEST_FRONT) {
      const gain = (objectives: readonly Posterior[]) => logExpectedHypervolume(objectives, front, reference);
      return {
        mode: m === 1 ? "ei" : "ehvi",
        purpose: filling ? "filling" : "reaching",
        acquisition: within(gain),
        search,
      };
    }
    const stream = randomStream(this.seed, Purpose.acquisition, trial, WEIGHTS);
    const weights = Array.from({ length: m }, () => Math.abs(stream.normal()));
    const bound = (objectives: readonly Posterior[]) => scalarisedUpperBound(objectives, reference, weights);
    return { mode: "ucb", purpose: `${trial}`, acquisition: within(bound), search };
  }

  /** The models by what they are of: those of the objectives come first. */
  private split<Model extends Posterior>(models: readonly Model[]) {
    const m = this.evidence.objectives.length;
    return {
      objectives: models.slice(0, m),
      constraints: this.evidence.constraints.map(({ threshold, spread }, i) => ({
        model: models[m + i]!,
        threshold,
        spread,
      })),
    };
  }

  private expected(point: Float64Array, measured?: boolean): Known {
    const x = this.region.coordinates.locate(point);
    const { objectives, constraints } = this.split(this.region.models);
    const margins = constraints.map(({ model, threshold }) => model.mean(x) - threshold);
    const margin = Math.min(Number.POSITIVE_INFINITY, ...margins);
    return { point, means: objectives.map((model) => model.mean(x)), margin, feasible: measured ?? margin >= 0 };
  }

  /** Members of the front, evenly along it; or else what is nearest to being feasible. */
  private incumbents(front: readonly (readonly number[])[]): Float64Array[] {
    const best = (known: readonly Known[], score: (known: Known) => number): Float64Array[] =>
      known
        .toSorted((a, b) => score(b) - score(a))
        .slice(0, INCUMBENTS)
        .map(({ point }) => point);
    if (front.length === 0) return best(this.known, ({ margin }) => margin);
    const feasible = this.known.filter((known) => known.feasible);
    if (this.evidence.objectives.length === 1) return best(feasible, ({ means }) => means[0]!);
    const along = feasible.filter(({ means }) => front.includes(means)).toSorted((a, b) => b.means[0]! - a.means[0]!);
    const step = Math.max(1, along.length / INCUMBENTS);
    return along.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step)).map(({ point }) => point);
  }
}
