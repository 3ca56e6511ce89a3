/** What the searches by models share, whatever they ask of a trial: where it is looked for, and which trials count. */
import type { Acquisition } from "../acquisition/acquisition.ts";
import { type Column, columnsOf } from "../acquisition/columns.ts";
import { type Candidate, candidateAt, type Domain } from "../acquisition/domain.ts";
import { optimiseAcquisition, type Search } from "../acquisition/optimise.ts";
import { sumOf } from "../acquisition/sum.ts";
import { trustBox, trustRadius } from "../acquisition/trust-region.ts";
import type { CompiledSpace } from "../space/codec.ts";
import type { Coordinates } from "../surrogate/coordinates.ts";
import type { GaussianProcess } from "../surrogate/gaussian-process.ts";
import type { ModelledTrials } from "./evidence.ts";
import type { Pending } from "./strategy.ts";
import type { Unseen } from "./unseen.ts";

/** Incumbents whose surroundings are searched. */
export const INCUMBENTS = 8;
/** Unit of the gradient search in a column without influence: its length scale says nothing about steps in the cube. */
const MOST_SCALE = 1;

/** The search about the points that are trusted to be usable: those of measured trials, then those of pending ones. */
export class TrustedRegion {
  readonly space: CompiledSpace;
  readonly coordinates: Coordinates;
  /** Points of the unit cube, as they were believed: the rows of the models behind those of the evidence. */
  readonly pending: Float64Array[] = [];
  /** The measured points in the order of the evidence, then the pending ones. */
  readonly trusted: Float64Array[];
  private readonly seed: number;
  private readonly bias: Acquisition | null;
  private readonly columns: readonly Column[];
  private readonly measured: number;
  /** Of the trials behind the models' rows. */
  private readonly numbers: number[];

  /** @param bias what counts beside the models, whatever is asked of a trial; null: nothing */
  constructor(
    space: CompiledSpace,
    coordinates: Coordinates,
    evidence: ModelledTrials,
    seed: number,
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
  }

  /**
   * From now on the trial is trusted.
   *
   * @returns its place in model coordinates, which the models have to believe as well
   */
  believe({ number, parameters }: Pending): Float64Array {
    const point = this.space.encode(parameters);
    this.pending.push(point);
    this.trusted.push(point);
    this.numbers.push(number);
    return this.coordinates.locate(point);
  }

  /**
   * @param acquisition without the bias, which is added here
   * @param models what the acquisition is made of; the shortest of their length scales are the units of the search
   */
  domain(acquisition: Acquisition, models: readonly GaussianProcess[]): Domain {
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
   * The best that is unseen, rather one that is not avoided.
   *
   * @param candidates best first
   */
  choose(
    candidates: readonly Candidate[],
    unseen: Unseen,
    avoid: (point: Float64Array) => boolean = () => false,
  ): Candidate | null {
    let first: Candidate | null = null;
    for (const candidate of candidates) {
      if (!unseen.admits(this.space.decode(candidate.point))) continue;
      if (!avoid(candidate.point)) return candidate;
      first ??= candidate;
    }
    return first;
  }

  /** Number of the trial nearest to a point in model coordinates, in length scales of the model. */
  nearest(model: GaussianProcess, x: Float64Array): number {
    const distances = model.squaredDistances(x);
    return this.numbers[distances.indexOf(distances.reduce((a, b) => Math.min(a, b)))]!;
  }
}
