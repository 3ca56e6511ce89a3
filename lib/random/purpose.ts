/**
 * First counter word of every random stream: what the numbers are for. Streams of different purposes never share a
 * block, so a new consumer of randomness changes nobody else's numbers. Values are never reused or renumbered:
 * a recorded study replays by them.
 */
export const Purpose = {
  trialSeed: 1,
  random: 2,
  sobol: 3,
  acquisition: 4,
  fit: 5,
  evolution: 6,
  cmaes: 7,
} as const;

export type Purpose = (typeof Purpose)[keyof typeof Purpose];
