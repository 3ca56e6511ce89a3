import { Distribution } from "../cma/distribution.ts";
import { cmaParameters, defaultSize } from "../cma/parameters.ts";
import { leadingPoints } from "../design/initial-design.ts";
import { randomStream } from "../random/philox.ts";
import { Purpose } from "../random/purpose.ts";
import type { CompiledSpace } from "../space/codec.ts";
import type { ParameterValues } from "../space/parameter.ts";
import type { CmaColumns } from "./cma-columns.ts";
import { mergedHistory } from "./merged-history.ts";
import type { Observation, ProposeRequest } from "./strategy.ts";
import { Unseen } from "./unseen.ts";
import { violationsOf } from "./violation.ts";

/** σ at the start: a third of the range is within a deviation of its middle, and all of it within three. */
const INITIAL_STEP = 0.2;
/** Beyond so many parameters only variances are learnt: ten thousand trials are too few for d²/2 covariances. */
const MOST_CORRELATED = 30;
/** No deviation grows beyond the cube: on a plateau it would do so for ever. */
const MOST_DEVIATION = 1;
/** Draws that turn out to be known, or to break a parameter constraint, before another strategy takes their place. */
const ATTEMPTS = 64;
/** A distribution narrower than this, in units of the cube, has converged. */
const NARROW = 1e-9;
/** Beyond this condition number, the tutorial's, a matrix no longer tells its axes apart. */
const MOST_CONDITION = 1e14;
/** Values that differ by less than this share do so by rounding. */
const RESOLUTION = 1e-12;
/** A restart has a population of so many times the last one's: A. Auger & N. Hansen 2005, "IPOP-CMA-ES". */
const GROWTH = 2;

/** A draw of the distribution. */
export interface Draw {
  readonly parameters: ParameterValues;
  /** d, as it was drawn: the range may end before it. */
  readonly x: Float64Array;
}

/** A trial of a generation, as it is ranked. */
interface Member {
  readonly x: Float64Array;
  /** Lower is better; Infinity without a value. */
  readonly cost: number;
  readonly violation: number;
}

/**
 * The state of CMA-ES after the trials that have ended, built anew from them. Trial numbers say which generation a trial is
 * of: 1 … λ, λ + 1 … 2λ, and so on. What a trial drew is drawn again, so that nothing else need be remembered; one that
 * was given by a person, or that was asked for while an earlier generation was running, is learnt from as it is.
 */
export class CmaSearch {
  run = 0;
  generation = 0;
  private readonly space: CompiledSpace;
  private readonly columns: CmaColumns;
  private readonly request: ProposeRequest;
  /** Of the generation that is running. */
  private first = 1;
  private size: number;
  private distribution: Distribution;
  /** Best cost of each generation of this run. */
  private bests: number[] = [];

  constructor(space: CompiledSpace, columns: CmaColumns, request: ProposeRequest) {
    const { batch } = request;
    this.space = space;
    this.columns = columns;
    this.request = request;
    // Whole batches, so that each is drawn when the generation before it is complete.
    this.size = batch * Math.ceil(defaultSize(columns.dimension) / batch);
    this.distribution = this.started(columns.reduce(space.encode(leadingPoints(space)[0]!)));
    this.replay();
  }

  get step(): number {
    return this.distribution.stepSize;
  }

  /** The first draw for a trial that may be proposed; null when there is none among many. */
  draw(trial: number, unseen: Unseen): Draw | null {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const stream = randomStream(this.request.seed, Purpose.cmaes, trial, attempt);
      const z = Float64Array.from({ length: this.columns.dimension }, () => stream.normal());
      const x = this.distribution.point(z);
      const parameters = this.space.decode(this.columns.expand(this.columns.clip(x)));
      if (unseen.admits(parameters)) return { parameters, x };
    }
    return null;
  }

  private started(mean: Float64Array): Distribution {
    const separable = this.columns.dimension > MOST_CORRELATED;
    return new Distribution({ mean, step: INITIAL_STEP, size: this.size, separable });
  }

  /** Generation after generation, up to the one that is running. */
  private replay(): void {
    const { pending, first } = this.request;
    const history = mergedHistory(this.request.history);
    const costOf = this.costs();
    const unseen = new Unseen(this.space, []);
    let place = 0;
    while (this.first + this.size <= first) {
      const end = this.first + this.size;
      const waiting = pending.some(({ number }) => number >= this.first && number < end);
      // The next generation may be asked for while this one is running; the one after it is not kept waiting.
      if (waiting && first < end + this.size) return;
      const members: Member[] = [];
      for (; place < history.length && history[place]!.number < end; place++) {
        const trial = history[place]!;
        if (this.space.contains(trial.parameters)) members.push({ x: this.learnable(trial, unseen), ...costOf(trial) });
        unseen.take(trial.parameters);
      }
      this.first = end;
      this.learn(members);
    }
  }

  private learnable({ number, parameters }: Observation, unseen: Unseen): Float64Array {
    const drawn = this.draw(number, unseen);
    if (drawn !== null && sameValues(drawn.parameters, parameters)) return this.columns.learnt(drawn.x);
    return this.columns.told(this.space.encode(parameters), this.distribution.mean);
  }

  private learn(members: readonly Member[]): void {
    const ranked = members.toSorted((a, b) => a.violation - b.violation || compare(a.cost, b.cost));
    const [best, worst] = [ranked[0], ranked.at(-1)];
    if (best === undefined || best === worst || best.cost === Number.POSITIVE_INFINITY) return; // nothing to learn
    const { distribution, columns } = this;
    distribution.learn(ranked.map(({ x }) => x));
    distribution.mean.set(columns.clip(distribution.mean));
    const { effective } = cmaParameters(columns.dimension, this.size, false);
    distribution.widen(columns.leastDeviations(distribution.mean, effective));
    distribution.limit(MOST_DEVIATION);
    this.generation++;
    this.bests.push(best.cost);
    if (this.finished(worst!.cost)) this.restart();
  }

  private finished(worst: number): boolean {
    const { columns, distribution } = this;
    const d = columns.dimension;
    const deviations = distribution.deviations();
    const continuous = Array.from(deviations, (_, k) => k).filter((k) => columns.continuous(k));
    const narrow =
      continuous.length > 0 && continuous.every((k) => Math.max(deviations[k]!, distribution.drift(k)) < NARROW);
    const window = this.bests.slice(-(10 + Math.ceil((30 * d) / this.size)));
    const values = [...window, worst];
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const flat =
      this.bests.length > window.length && high - low <= RESOLUTION * Math.max(Math.abs(low), Math.abs(high));
    return narrow || flat || distribution.condition() > MOST_CONDITION;
  }

  private restart(): void {
    this.run++;
    this.generation = 0;
    this.bests = [];
    this.size *= GROWTH;
    const stream = randomStream(this.request.seed, Purpose.cmaes, 0, this.run); // there is no trial 0
    this.distribution = this.started(
      this.columns.clip(Float64Array.from({ length: this.columns.dimension }, () => stream.uniform())),
    );
  }

  private costs(): (trial: Observation) => Pick<Member, "cost" | "violation"> {
    const violation = violationsOf(this.request);
    const sign = this.request.objectives[0]!.goal === "minimize" ? 1 : -1;
    return (trial) =>
      trial.values === null
        ? { cost: Number.POSITIVE_INFINITY, violation: Number.POSITIVE_INFINITY }
        : { cost: sign * trial.values[0]!, violation: violation(trial) };
  }
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0; // Infinity less Infinity is no number
}

function sameValues(a: ParameterValues, b: ParameterValues): boolean {
  return Object.entries(a).every(([name, value]) => b[name] === value);
}
