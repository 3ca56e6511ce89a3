import type { Acquisition } from "../acquisition/acquisition.ts";
import { columnsOf } from "../acquisition/columns.ts";
import { type Candidate, candidateAt, type Domain } from "../acquisition/domain.ts";
import { optimiseAcquisition, rawCandidates, type Search } from "../acquisition/optimise.ts";
import { CandidatePool } from "../acquisition/pool.ts";
import { trustBox, trustRadius } from "../acquisition/trust-region.ts";
import { randomStream } from "../random/philox.ts";
import { Purpose } from "../random/purpose.ts";
import type { CompiledSpace } from "../space/codec.ts";
import type { Coordinates } from "../surrogate/coordinates.ts";
import { fitGaussianProcess } from "../surrogate/fit.ts";
import { GaussianProcess } from "../surrogate/gaussian-process.ts";
import type { Evidence } from "./evidence.ts";
import { type KnownPoint, type SlotMode, slotAcquisition, slotMode } from "./slot-mode.ts";
import type { Pending, Suggestion } from "./strategy.ts";
import type { Unseen } from "./unseen.ts";

/** Incumbents, by the mean of the model, whose surroundings are searched. */
const INCUMBENTS = 8;
/** Nearer than this to a pending trial, in length scales, a trial would tell the same. */
const SAME = 1e-3;
/** Unit of the gradient search in a column without influence: its length scale says nothing about steps in the cube. */
const MOST_SCALE = 1;

/** In deviations of the warped objective: less than this is not worth a trial, whether to learn or to gain. */
const NEGLIGIBLE = 1e-4;
/** How often a model that sees nothing left is doubted: to an eighth of its length scales, where hardly any is too sure. */
const HALVINGS = 3;
/** Beyond so many rows a search takes seconds, and one doubt has to do. */
const CHEAP_ROWS = 300;

/** Trials of a batch that each get a search of their own, and so many beyond `CHEAP_ROWS`; the others share a pool. */
const SEARCHED_TRIALS = 16;
const SEARCHED_TRIALS_OF_MANY_ROWS = 2;
/** Second index of the stream under `Purpose.acquisition` for choices from a pool; the searches have 0 to 2. */
const POOL_DRAWS = 3;

interface Found {
  readonly suggestion: Suggestion;
  /** Whether the trial would tell nothing that the model does not expect, and gain nothing. */
  readonly idle: boolean;
}

/** The search for the next trial by a surrogate, which learns of trials without a result as they are made. */
export class ModelSearch {
  private readonly space: CompiledSpace;
  private readonly coordinates: Coordinates;
  private readonly evidence: Evidence;
  private readonly seed: number;
  private model: GaussianProcess;
  /** Pending trials, in the order of the model's rows after the evidence. */
  private proposals = 0;
  private pool: CandidatePool | null = null;
  /** Means of the model at points, which believing does not change. */
  private readonly means = new Map<Float64Array, number>();
  private readonly believed: { readonly number: number; readonly point: Float64Array }[] = [];

  constructor(
    space: CompiledSpace,
    coordinates: Coordinates,
    evidence: Evidence,
    seed: number,
    pending: readonly Pending[],
  ) {
    this.space = space;
    this.coordinates = coordinates;
    this.evidence = evidence;
    this.seed = seed;
    this.model = fitGaussianProcess(evidence.data, seed);
    for (const trial of pending) this.believe(trial);
  }

  /** From now on the trial counts as measured, with what the model expects of it. */
  believe({ number, parameters }: Pending): void {
    const point = this.space.encode(parameters);
    this.model = this.model.believe(this.coordinates.locate(point));
    this.believed.push({ number, point });
    this.pool?.follow(this.model);
  }

  /**
   * The configuration for a trial.
   *
   * @returns null when everything that the search met is tried or pending
   */
  propose(trial: number, unseen: Unseen): Suggestion | null {
    this.proposals++;
    const searched = this.evidence.data.n <= CHEAP_ROWS ? SEARCHED_TRIALS : SEARCHED_TRIALS_OF_MANY_ROWS;
    if (this.proposals > searched && unseen.remaining() === null) return this.fromPool(trial, unseen);
    const halvings = this.evidence.data.n <= CHEAP_ROWS ? HALVINGS : 1;
    let model = this.model;
    let found = this.search(model, slotMode(trial, this.believed.length), trial, unseen);
    if (found?.idle === true) found = this.search(model, "ei", trial, unseen);
    for (let halving = 0; found?.idle === true && halving < halvings; halving++) {
      model = this.doubt(model);
      found = this.search(model, "ei", trial, unseen);
    }
    return found === null ? null : found.suggestion;
  }

  private search(model: GaussianProcess, mode: SlotMode, trial: number, unseen: Unseen): Found | null {
    const known = this.knownPoints(model);
    const domain = this.domain(model, slotAcquisition(mode, model, known));
    const choice = this.choose(this.candidates(domain, known, trial, unseen), unseen);
    if (choice === null) return null;
    const { mean, deviation } = model.predict(this.coordinates.locate(choice.point));
    return {
      suggestion: this.suggestion(choice, mode, model),
      idle: deviation < NEGLIGIBLE && mean - known[0]!.mean < NEGLIGIBLE,
    };
  }

  /** The next trial of a large batch. */
  private fromPool(trial: number, unseen: Unseen): Suggestion | null {
    const known = this.knownPoints(this.model);
    const mode = slotMode(trial, this.believed.length);
    if (this.pool === null) {
      const domain = this.domain(this.model, slotAcquisition(mode, this.model, known));
      const { global, nearby } = rawCandidates(domain, this.where(domain, known, trial), this.seed);
      this.pool = new CandidatePool(this.model, this.coordinates, [...global, ...nearby]);
    }
    const domain = this.domain(this.model, slotAcquisition(mode, this.pool.posterior, known));
    const stream = randomStream(this.seed, Purpose.acquisition, trial, POOL_DRAWS);
    const choice = this.choose(this.pool.ranked(domain, stream), unseen);
    return choice === null ? null : this.suggestion(choice, mode, this.model);
  }

  private suggestion(choice: Candidate, mode: SlotMode, model: GaussianProcess): Suggestion {
    const { mean, deviation } = model.predict(this.coordinates.locate(choice.point));
    return {
      parameters: this.space.decode(choice.point),
      decision: {
        strategy: "bayesian",
        mode,
        acquisition: choice.score,
        mean,
        deviation,
        nearest: this.nearest(choice.point),
      },
    };
  }

  private domain(model: GaussianProcess, acquisition: Acquisition): Domain {
    return {
      space: this.space,
      columns: columnsOf(this.space),
      coordinates: this.coordinates,
      acquisition,
      scales: model.hyperparameters.lengthScales.map((scale) => Math.min(scale, MOST_SCALE)),
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
    return this.believed.reduce((doubted, { point }) => doubted.believe(this.coordinates.locate(point)), doubting);
  }

  /** What may be proposed, best first. */
  private candidates(domain: Domain, known: readonly KnownPoint[], trial: number, unseen: Unseen): Candidate[] {
    const search = this.where(domain, known, trial);
    const remaining = unseen.remaining();
    if (remaining === null) return optimiseAcquisition(domain, search, this.seed);
    const everywhere = search.boxes[0]!; // a listed space is looked through, not searched
    return remaining
      .map((values) => candidateAt(domain, this.space.encode(values), everywhere))
      .filter((candidate) => candidate !== null)
      .sort((a, b) => b.score - a.score);
  }

  /** Where a trial is looked for. */
  private where(domain: Domain, known: readonly KnownPoint[], trial: number): Search {
    const radius = trustRadius(
      this.evidence.measured.filter(Boolean).length,
      domain.columns.filter(({ relaxed }) => relaxed).length,
    );
    const located = known.map(({ point }) => ({ point, box: trustBox(this.space, domain.columns, point, radius) }));
    const boxes = radius < Number.POSITIVE_INFINITY ? located.map(({ box }) => box) : [located[0]!.box];
    return { boxes, incumbents: located.slice(0, INCUMBENTS), trial };
  }

  /** The points that are trusted to be usable, highest mean first: measured ones and pending ones. */
  private knownPoints(model: GaussianProcess): KnownPoint[] {
    const points = this.evidence.points.filter((_, i) => this.evidence.measured[i]);
    return [...points, ...this.believed.map(({ point }) => point)]
      .map((point) => {
        const x = this.coordinates.locate(point);
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

  /** The best that is unseen, rather one that tells something which no pending trial will. */
  private choose(candidates: readonly Candidate[], unseen: Unseen): Candidate | null {
    let first: Candidate | null = null;
    for (const candidate of candidates) {
      if (!unseen.admits(this.space.decode(candidate.point))) continue;
      if (!this.repeats(candidate.point)) return candidate;
      first ??= candidate;
    }
    return first;
  }

  private repeats(point: Float64Array): boolean {
    const distances = this.model.squaredDistances(this.coordinates.locate(point));
    return distances.subarray(this.evidence.points.length).some((squared) => squared < SAME * SAME);
  }

  /** Number of the trial nearest to a point, in length scales. */
  private nearest(point: Float64Array): number {
    const distances = this.model.squaredDistances(this.coordinates.locate(point));
    const nearest = distances.indexOf(distances.reduce((a, b) => Math.min(a, b)));
    return [...this.evidence.numbers, ...this.believed.map(({ number }) => number)][nearest]!;
  }
}
