import type { RandomStream } from "../random/philox.ts";
import type { Coordinates } from "../surrogate/coordinates.ts";
import { FollowedPoints } from "../surrogate/followed-points.ts";
import type { GaussianProcess } from "../surrogate/gaussian-process.ts";
import type { Candidate, Domain } from "./domain.ts";
import { climb } from "./local-search.ts";

/** Members that a gradient search starts from, for each trial: the pool is dense, and lacks but the last digits. */
const CLIMBS = 1;

/**
 * The candidates of a large batch: drawn and predicted once, then kept up with each trial that the batch takes, at m
 * operations a candidate and model (optimizer of GIBBON, Moss et al. 2021, and of most batch engines: greedy over a
 * fixed set).
 */
export class CandidatePool {
  /** The models' posteriors, known at the members. */
  readonly posteriors: readonly FollowedPoints[];
  private readonly members: readonly { readonly candidate: Candidate; readonly x: Float64Array }[];

  constructor(models: readonly GaussianProcess[], coordinates: Coordinates, candidates: readonly Candidate[]) {
    this.members = candidates.map((candidate) => ({ candidate, x: coordinates.locate(candidate.point) }));
    const points = this.members.map(({ x }) => x);
    this.posteriors = models.map((model) => new FollowedPoints(model, points));
  }

  /** @param models those of before, after they have believed one more point */
  follow(models: readonly GaussianProcess[]): void {
    this.posteriors.forEach((posterior, k) => {
      posterior.follow(models[k]!);
    });
  }

  /** The members by the domain's acquisition, which is one of `posteriors`, and what is uphill of the best; best first. */
  ranked(domain: Domain, stream: RandomStream): Candidate[] {
    const scored = this.members
      .map(({ candidate, x }) => ({ ...candidate, score: domain.acquisition.value(x) }))
      .sort((a, b) => b.score - a.score);
    const climbed = scored.slice(0, CLIMBS).map((start) => climb(domain, start, stream));
    return [...climbed.sort((a, b) => b.score - a.score), ...scored];
  }
}
