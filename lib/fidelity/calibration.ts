/** Trials that a slope of 1 counts as: through two points passes a line whatever they say. */
const PRIOR_TRIALS = 3;
/** What a lower rung says is played down, never turned around. */
const LEAST_SLOPE = 0.1;

/** Of one trial, by rung from the lowest; a gap where it was not measured. The last is a value. */
export type Ladder = readonly (number | undefined)[];

/**
 * What the values of trials would be on the highest rung that any has reached. From rung to rung a line through the trials that
 * were measured on both, E[y' | y] = ȳ' + b (y − ȳ); that they climbed because of y does not bias it. The slope b is drawn towards
 * 1 by a prior worth three trials with the spread of the rung below.
 *
 * @param ladders none is empty
 * @returns the value of each trial on its highest rung, brought to the highest rung of all
 */
export function calibrate(ladders: readonly Ladder[]): number[] {
  const highest = ladders.reduce((most, { length }) => Math.max(most, length), 0) - 1;
  const steps = Array.from({ length: highest }, (_, rung) => stepFrom(ladders, rung));
  return ladders.map((own) => steps.slice(own.length - 1).reduce((value, step) => step(value), own.at(-1)!));
}

function stepFrom(ladders: readonly Ladder[], rung: number): (value: number) => number {
  const below = ladders.map((own) => own[rung]).filter((value) => value !== undefined);
  const both = ladders.flatMap((own) => {
    const [low, high] = [own[rung], own[rung + 1]];
    return low === undefined || high === undefined ? [] : [{ low, high }];
  });
  if (both.length === 0) return (value) => value;
  const [mean, meanAbove] = [meanOf(both.map(({ low }) => low)), meanOf(both.map(({ high }) => high))];
  const centre = meanOf(below);
  const prior = PRIOR_TRIALS * meanOf(below.map((value) => (value - centre) * (value - centre)));
  let [spread, joint] = [prior, prior];
  for (const { low, high } of both) {
    spread += (low - mean) * (low - mean);
    joint += (low - mean) * (high - meanAbove);
  }
  const slope = spread > 0 ? Math.max(LEAST_SLOPE, joint / spread) : 1;
  return (value) => meanAbove + slope * (value - mean);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
