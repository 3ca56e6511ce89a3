/**
 * First counter word of the random streams of the benchmarks: what the numbers are for. They stand apart from those of
 * the strategies (`Purpose`, below 1000), so that no noise is ever the draw that chose the point.
 */
export const Stream = {
  rotation: 1001,
  peaks: 1002,
  table: 1003,
  shift: 1004,
  noise: 1005,
  failure: 1006,
  latency: 1007,
  growth: 1008,
  duration: 1009,
} as const;
