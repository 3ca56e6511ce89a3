const COMBINATION = [4, 0, 7];

/** A lock says open or shut; it does not say how close you are. */
export default async ({ parameters: { first, second, third } }) => ({
  metrics: { shut: [first, second, third].every((dial, i) => dial === COMBINATION[i]) ? 0 : 1 },
});
