/** What the searches by models share, whatever they ask of a trial: where it is looked for, and which trials count. */
import type { Acquisition } from "../acquisition/acquisition.ts";
import { type Column, columnsOf } from "../acquisition/columns.ts";
import { type Candidate, candidateAt, type Domain } from "../acquisition/domain.ts";
import { optimiseAcquisition, rawCandidates, type Search } from "../acquisition/optimise.ts";
import { CandidatePool } from "../acquisition/pool.ts";
import { sumOf } from "../acquisition/sum.ts";
import { trustBox, trustRadius } from "../acquisition/trust-region.ts";
import { randomStream } from "../random/philox.ts";
import { Purpose } from "../random/purpose.ts";
import type { CompiledSpace } from "../space/codec.ts";
import type { Coordinates } from "../surrogate/coordinates.ts";
import type { GaussianProcess, Posterior } from "../surrogate/gaussian-process.ts";
import type { ModelledTrials } from "./evidence.ts";
import type { Pending } from "./strategy.ts";
import type { Unseen } from "./unseen.ts";

/** Incumbents whose surroundings are searched. */
export const INCUMBENTS = 8;
/** Unit of the gradient search in a column without influence: its length scale says nothing about steps in the cube. */
const MOST_SCALE = 1;

/** Nearer than this to a pending trial, in length scales, a trial would tell the same. */
const SAME = 1e-3;

/** Beyond so many rows a search takes seconds. */
export const CHEAP_ROWS = 300;
/** Trials of a batch that each get a search of their own, and so many beyond `CHEAP_ROWS`; the others share a pool. */
const SEARCHED_TRIALS = 16;
const SEARCHED_TRIALS_OF_MANY_ROWS = 2;
/** Second index of the stream under `Purpose.acquisition` for choices from the pool; the searches have 0 to 2. */
const POOL_DRAWS = 3;

/** What the members of a pool are drawn for: all of them are scored later, for each trial anew. */
const UNSCORED: Acquisition = { value: () => 0, valueAndGradient: () => 0 };

/** The search about the points that are trusted to be usable: those of measured trials, then those of pending ones. */
export class TrustedRegion {
  readonly space: CompiledSpace;
  readonly coordinates: Coordinates;
  /** Points of the unit cube, as they were believed: the rows of the models behind those of the evidence. */
  readonly pending: Float64Array[] = [];
  /** The measured points in the order of the evidence, then the pending ones. */
  readonly trusted: Float64Array[];
  /** As they are with the pending trials believed. */
  models: readonly GaussianProcess[];
  private readonly seed: number;
  private readonly bias: Acquisition | null;
  private readonly columns: readonly Column[];
  private readonly measured: number;
  /** Of the trials behind the models' rows. */
  private readonly numbers: number[];
  /** Trials that get a search of their own, as a number of pending ones. */
  private readonly searched: number;
  private pool: CandidatePool | null = null;

  /**
   * @param models fitted to the evidence
   * @param pending trials without a result, which the models take for measured as they expect them
   * @param bias what counts beside the models, whatever is asked of a trial; null: nothing
   */
  constructor(
    space: CompiledSpace,
    coordinates: Coordinates,
    evidence: ModelledTrials,
    models: readonly GaussianProcess[],
    seed: number,
    pending: readonly Pending[],
    bias: Acquisition | null,
  ) {
    this.space = space;
    this.coordinates = coordinates;
    this.seed = seed;
    this.bias = bias;
    this.columns = columnsOf(space);
    this.trusted = evidence.points.filter((_, i) => evidence.measured[i]);
    this.measured = this.trusted.length;
    this.numbers = [...evidence.numbers];
    this.models = models;
    const rows = evidence.points.length * Math.sqrt(models.length); // a prediction takes n² of each model
    this.searched = pending.length + (rows <= CHEAP_ROWS ? SEARCHED_TRIALS : SEARCHED_TRIALS_OF_MANY_ROWS);
    for (const trial of pending) this.believe(trial);
  }

  /** From now on the trial is trusted, and counts as measured, with what the models expect of it. */
  believe({ number, parameters }: Pending): void {
    const point = this.space.encode(parameters);
    this.pending.push(point);
    this.trusted.push(point);
    this.numbers.push(number);
    const x = this.coordinates.locate(point);
    this.models = this.models.map((model) => model.believe(x));
    this.pool?.follow(this.models);
  }

  /**
   * @param acquisition without the bias, which is added here
   * @param models what the acquisition is made of; the shortest of their length scales are the units of the search
   */
  domain(acquisition: Acquisition, models: readonly GaussianProcess[] = this.models): Domain {
    const scales = models.reduce(
      (shortest, model) => shortest.map((scale, k) => Math.min(scale, model.hyperparameters.lengthScales[k]!)),
      new Float64Array(this.space.dimensions.length).fill(MOST_SCALE),
    );
    const { space, columns, coordinates, bias } = this;
    return {
      space,
      columns,
      coordinates,
      acquisition: bias === null ? acquisition : sumOf([acquisition, bias]),
      scales,
    };
  }

  /**
   * Where a trial is looked for.
   *
   * @param trusted in the order in which raw points are shared out; not empty
   */
  where(trusted: readonly Float64Array[], incumbents: readonly Float64Array[], trial: number): Search {
    const radius = trustRadius(this.measured, this.columns.filter(({ relaxed }) => relaxed).length);
    const box = (point: Float64Array) => trustBox(this.space, this.columns, point, radius);
    return {
      boxes: (radius < Number.POSITIVE_INFINITY ? trusted : trusted.slice(0, 1)).map(box),
      incumbents: incumbents.map((point) => ({ point, box: box(point) })),
      trial,
    };
  }

  /** Whether the next trial is one of so many that a search for each would take minutes: `shared` serves them. */
  shares(unseen: Unseen): boolean {
    return this.pending.length >= this.searched && unseen.remaining() === null;
  }

  /**
   * What may be proposed to one of many trials, best first.
   *
   * @param acquisitionOf what is maximised, of the posteriors of the models
   * @param purpose the same for acquisitions that differ by no more than what is believed
   */
  shared(
    acquisitionOf: (posteriors: readonly Posterior[]) => Acquisition,
    purpose: string,
    search: Search,
  ): Candidate[] {
    if (this.pool === null) {
      const { global, nearby } = rawCandidates(this.domain(UNSCORED), search, this.seed);
      this.pool = new CandidatePool(this.models, this.coordinates, [...global, ...nearby]);
    }
    const stream = randomStream(this.seed, Purpose.acquisition, search.trial, POOL_DRAWS);
    return this.pool.ranked(this.domain(acquisitionOf(this.pool.posteriors)), purpose, stream);
  }

  /** What may be proposed, best first. */
  candidates(domain: Domain, search: Search, unseen: Unseen): Candidate[] {
    const remaining = unseen.remaining();
    if (remaining === null) return optimiseAcquisition(domain, search, this.seed);
    const everywhere = search.boxes[0]!; // a listed space is looked through, not searched
    return remaining
      .map((values) => candidateAt(domain, this.space.encode(values), everywhere))
      .filter((candidate) => candidate !== null)
      .sort((a, b) => b.score - a.score);
  }

  /**
   * The best that is unseen, rather one that tells something which no pending trial will.
   *
   * @param candidates best first
   */
  choose(candidates: readonly Candidate[], unseen: Unseen): Candidate | null {
    let first: Candidate | null = null;
    for (const candidate of candidates) {
      if (!unseen.admits(this.space.decode(candidate.point))) continue;
      if (!this.repeats(candidate.point)) return candidate;
      first ??= candidate;
    }
    return first;
  }

  /** Whether every model holds the point to be the same as one that is pending. */
  private repeats(point: Float64Array): boolean {
    const x = this.coordinates.locate(point);
    const distances = this.models.map((model) => model.squaredDistances(x).subarray(model.size - this.pending.length));
    return this.pending.some((_, i) => distances.every((squared) => squared[i]! < SAME * SAME));
  }

  /** Number of the trial nearest to a point in model coordinates, in length scales of the model. */
  nearest(model: GaussianProcess, x: Float64Array): number {
    const distances = model.squaredDistances(x);
    return this.numbers[distances.indexOf(distances.reduce((a, b) => Math.min(a, b)))]!;
  }
}
