import type { Acquisition } from "../acquisition/acquisition.ts";
import type { Search } from "../acquisition/optimise.ts";
import type { CompiledSpace } from "../space/codec.ts";
import type { Coordinates } from "../surrogate/coordinates.ts";
import { fitGaussianProcess } from "../surrogate/fit.ts";
import { GaussianProcess } from "../surrogate/gaussian-process.ts";
import type { Evidence } from "./evidence.ts";
import { localPoint } from "./local-point.ts";
import { type KnownPoint, type SlotMode, slotAcquisition, slotMode } from "./slot-mode.ts";
import type { Pending, Suggestion } from "./strategy.ts";
import { CHEAP_ROWS, INCUMBENTS, TrustedRegion } from "./trusted-region.ts";
import type { Unseen } from "./unseen.ts";

/** In deviations of the warped objective: less than this is not worth a trial, whether to learn or to gain. */
const NEGLIGIBLE = 1e-4;
/** How often a model that sees nothing left is doubted: to an eighth of its length scales, where hardly any is too sure. */
const HALVINGS = 3;

interface Found {
  readonly suggestion: Suggestion;
  /** Whether the trial would tell nothing that the model does not expect, and gain nothing. */
  readonly idle: boolean;
}

/** The search for the next trial by a surrogate, which learns of trials without a result as they are made. */
export class ModelSearch {
  private readonly region: TrustedRegion;
  private readonly evidence: Evidence;
  /** Means of the model at points, which believing does not change. */
  private readonly means = new Map<Float64Array, number>();

  constructor(
    space: CompiledSpace,
    coordinates: Coordinates,
    evidence: Evidence,
    seed: number,
    pending: readonly Pending[],
    bias: Acquisition | null,
  ) {
    this.evidence = evidence;
    const model = fitGaussianProcess(evidence.data, seed);
    this.region = new TrustedRegion(space, coordinates, evidence, [model], seed, pending, bias);
  }

  /** From now on the trial counts as measured, with what the model expects of it. */
  believe(trial: Pending): void {
    this.region.believe(trial);
  }

  /**
   * The configuration for a trial.
   *
   * @returns null when everything that the search met is tried or pending
   */
  propose(trial: number, unseen: Unseen): Suggestion | null {
    if (this.region.shares(unseen)) return this.fromPool(trial, unseen);
    const mode = slotMode(trial, this.region.pending.length);
    if (mode === "ucb" && this.region.pending.length === 0) {
      const local = localPoint(this.region.space, this.evidence, this.model.hyperparameters.noiseVariance, unseen);
      if (local !== null) return this.suggestion(local, { mode: "local" }, this.model);
    }
    const halvings = this.evidence.data.n <= CHEAP_ROWS ? HALVINGS : 1;
    let model = this.model;
    let found = this.search(model, mode, trial, unseen);
    if (found?.idle === true) found = this.search(model, "ei", trial, unseen);
    for (let halving = 0; found?.idle === true && halving < halvings; halving++) {
      model = this.doubt(model);
      found = this.search(model, "ei", trial, unseen);
    }
    return found === null ? null : found.suggestion;
  }

  private search(model: GaussianProcess, mode: SlotMode, trial: number, unseen: Unseen): Found | null {
    const known = this.knownPoints(model);
    const domain = this.region.domain(slotAcquisition(mode, model, known), [model]);
    const choice = this.region.choose(this.region.candidates(domain, this.where(known, trial), unseen), unseen);
    if (choice === null) return null;
    const { mean, deviation } = model.predict(this.region.coordinates.locate(choice.point));
    return {
      suggestion: this.suggestion(choice.point, { mode, acquisition: choice.score }, model),
      idle: deviation < NEGLIGIBLE && mean - known[0]!.mean < NEGLIGIBLE,
    };
  }

  /** The next trial of a large batch. */
  private fromPool(trial: number, unseen: Unseen): Suggestion | null {
    const known = this.knownPoints(this.model);
    const mode = slotMode(trial, this.region.pending.length);
    const candidates = this.region.shared(
      ([posterior]) => slotAcquisition(mode, posterior!, known),
      mode,
      this.where(known, trial),
    );
    const choice = this.region.choose(candidates, unseen);
    return choice === null ? null : this.suggestion(choice.point, { mode, acquisition: choice.score }, this.model);
  }

  private get model(): GaussianProcess {
    return this.region.models[0]!;
  }

  /** @param choice how the point was chosen, for the decision */
  private suggestion(
    point: Float64Array,
    choice: Readonly<Record<string, unknown>>,
    model: GaussianProcess,
  ): Suggestion {
    const x = this.region.coordinates.locate(point);
    const { mean, deviation } = model.predict(x);
    return {
      parameters: this.region.space.decode(point),
      decision: {
        strategy: "bayesian",
        ...choice,
        mean,
        deviation,
        nearest: this.region.nearest(this.model, x),
      },
    };
  }

  /**
   * The model with its length scales halved. One that sees nothing left to learn or to gain has found the optimum or is
   * too sure of itself, and only the second can be helped: Berkenkamp, Schoellig & Krause 2019, "No-regret Bayesian
   * optimization with unknown hyperparameters".
   */
  private doubt(model: GaussianProcess): GaussianProcess {
    const { hyperparameters } = model;
    const lengthScales = hyperparameters.lengthScales.map((scale) => scale / 2);
    const doubting = GaussianProcess.condition(this.evidence.data, { ...hyperparameters, lengthScales });
    return this.region.pending.reduce(
      (doubted, point) => doubted.believe(this.region.coordinates.locate(point)),
      doubting,
    );
  }

  /** @param known highest mean first, and so the incumbents */
  private where(known: readonly KnownPoint[], trial: number): Search {
    const points = known.map(({ point }) => point);
    return this.region.where(points, points.slice(0, INCUMBENTS), trial);
  }

  /** The points that are trusted to be usable, highest mean first: measured ones and pending ones. */
  private knownPoints(model: GaussianProcess): KnownPoint[] {
    return this.region.trusted
      .map((point) => {
        const x = this.region.coordinates.locate(point);
        return { point, x, mean: model === this.model ? this.meanAt(point, x) : model.mean(x) };
      })
      .sort((a, b) => b.mean - a.mean);
  }

  private meanAt(point: Float64Array, x: Float64Array): number {
    const known = this.means.get(point);
    if (known !== undefined) return known;
    const mean = this.model.mean(x);
    this.means.set(point, mean);
    return mean;
  }
}
