import type { RandomStream } from "../random/philox.ts";
import type { Coordinates } from "../surrogate/coordinates.ts";
import { FollowedPoints } from "../surrogate/followed-points.ts";
import type { GaussianProcess } from "../surrogate/gaussian-process.ts";
import type { Candidate, Domain } from "./domain.ts";
import { climb } from "./local-search.ts";

/** Trials for which a gradient search starts from the best member; the pool is dense, and later ones lack but the last digits. */
const CLIMBS = 16;

/**
 * The candidates of a large batch: drawn and predicted once, then kept up with each trial that the batch takes, at m
 * operations a candidate and model (optimizer of GIBBON, Moss et al. 2021, and of most batch engines: greedy over a
 * fixed set).
 */
export class CandidatePool {
  /** The models' posteriors, known at the members. */
  readonly posteriors: readonly FollowedPoints[];
  private climbs = 0;
  /** Of the members, as they were when last looked at, by purpose. */
  private readonly scores = new Map<string, Float64Array>();
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

  /**
   * The members by the domain's acquisition, which is one of `posteriors`, and, for the first trials, what is uphill of the best; best first.
   * A believed point makes others worth less, hardly ever more: a member that was worth less than the best is now when it
   * was last looked at for the same purpose is not looked at again (lazy greedy, Minoux 1978).
   */
  ranked(domain: Domain, purpose: string, stream: RandomStream): Candidate[] {
    const scores = this.scores.get(purpose) ?? new Float64Array(this.members.length).fill(Number.POSITIVE_INFINITY);
    this.scores.set(purpose, scores);
    const order = () => this.members.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]! || a - b);
    let best = Number.NEGATIVE_INFINITY;
    for (const i of order()) {
      if (scores[i]! <= best) break;
      scores[i] = domain.acquisition.value(this.members[i]!.x);
      best = Math.max(best, scores[i]!);
    }
    const scored = order().map((i) => ({ ...this.members[i]!.candidate, score: scores[i]! }));
    const polished = this.climbs++ < CLIMBS ? scored.slice(0, 1).map((start) => climb(domain, start, stream)) : [];
    return [...polished, ...scored];
  }
}
