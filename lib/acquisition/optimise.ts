import { exp } from "../math/exp.ts";
import { deriveSeed, type RandomStream, randomStream } from "../random/philox.ts";
import { Purpose } from "../random/purpose.ts";
import { globalCandidates, type Incumbent, nearbyCandidates } from "./candidates.ts";
import type { Candidate, Domain } from "./domain.ts";
import { climb } from "./local-search.ts";
import type { Box } from "./trust-region.ts";

/** Raw points: enough that the basin of the best of them is the right one in most spaces of up to 24 parameters. */
const RAW_POINTS = 512;
const RAW_POINTS_PER_PARAMETER = 64;
const MOST_PARAMETERS = 24;
/** Perturbed incumbents, for each raw point. */
const NEARBY_SHARE = 0.25;

const GLOBAL_STARTS = 2;
const BOLTZMANN_STARTS = 2;
const NEARBY_STARTS = 3;
/** Searches in further branches of a conditional space, the most promising first. */
const BRANCH_STARTS = 4;
/** Greed of the Boltzmann draw, per standard deviation of the scores: BoTorch's `eta`. */
const GREED = 2;

/** Second index of the stream under `Purpose.acquisition`; the scrambling of the raw points has 0. */
const DRAWS = 1;

export interface Search {
  /** Where raw points are spread. */
  readonly boxes: readonly Box[];
  /** The best measured points, best first. */
  readonly incumbents: readonly Incumbent[];
  /** Number of the trial that is looked for, which its random numbers depend on. */
  readonly trial: number;
}

/**
 * Maximises an acquisition: raw points over the trust region, perturbed incumbents, then local searches from the best
 * of both and from a few that the best would crowd out.
 *
 * @param seed of the study
 * @returns every point that was settled on, best first; empty when no raw point satisfied the parameter constraints
 */
export function optimiseAcquisition(domain: Domain, search: Search, seed: number): Candidate[] {
  const stream = randomStream(seed, Purpose.acquisition, search.trial, DRAWS);
  const { global, nearby } = rawCandidates(domain, search, seed, stream);
  const starts = new Set([
    ...global.slice(0, GLOBAL_STARTS),
    ...boltzmann(global, BOLTZMANN_STARTS, stream),
    ...nearby.slice(0, NEARBY_STARTS),
    ...branches(domain, global).slice(0, BRANCH_STARTS),
  ]);
  const climbed = [...starts].map((start) => climb(domain, start, stream));
  return byScore([...climbed, ...global, ...nearby]);
}

/** Raw points over the trust region and about the incumbents, each best first. */
export function rawCandidates(
  domain: Domain,
  search: Search,
  seed: number,
  stream: RandomStream = randomStream(seed, Purpose.acquisition, search.trial, DRAWS),
): { readonly global: Candidate[]; readonly nearby: Candidate[] } {
  const count = RAW_POINTS + RAW_POINTS_PER_PARAMETER * Math.min(domain.space.dimensions.length, MOST_PARAMETERS);
  const scramble = deriveSeed(seed, Purpose.acquisition, search.trial);
  return {
    global: byScore(globalCandidates(domain, search.boxes, count, scramble)),
    nearby: byScore(nearbyCandidates(domain, search.incumbents, NEARBY_SHARE * count, stream)),
  };
}

/** The best candidate of each branch (set of active parameters), but for the best branch, which is searched anyway. */
function branches(domain: Domain, sorted: readonly Candidate[]): Candidate[] {
  if (domain.space.dimensions.every(({ parameter }) => parameter.when === undefined)) return [];
  const firstOf = new Map<string, Candidate>();
  for (const candidate of sorted) {
    const branch = domain.space.activeMask(candidate.point).join("");
    if (!firstOf.has(branch)) firstOf.set(branch, candidate);
  }
  return [...firstOf.values()].slice(1);
}

/** Draws with probability ∝ exp(greed · standardised score). */
function boltzmann(candidates: readonly Candidate[], count: number, stream: RandomStream): Candidate[] {
  const scores = candidates.map(({ score }) => score);
  const mean = scores.reduce((a, b) => a + b, 0) / scores.length;
  const variance = scores.reduce((sum, score) => sum + (score - mean) * (score - mean), 0) / scores.length;
  if (!(variance > 0)) return [];
  const top = candidates[0]!.score;
  const weights = scores.map((score) => exp((GREED * (score - top)) / Math.sqrt(variance)));
  const total = weights.reduce((a, b) => a + b, 0);
  return Array.from({ length: count }, () => {
    let rest = stream.uniform() * total;
    const index = weights.findIndex((weight) => {
      rest -= weight;
      return rest < 0;
    });
    return candidates[Math.max(0, index)]!;
  });
}

/** Best first; equal scores keep their order, so that the same request gives the same answer. */
function byScore(candidates: readonly Candidate[]): Candidate[] {
  return candidates.toSorted((a, b) => b.score - a.score);
}
