/**
 * Best at a learning rate of 0.01 and a dropout of 0.3, where the loss is 0.2 on average. Every request has a seed of its own,
 * also one for the same parameters: a program that draws from it measures something new each time.
 */
export default async ({ seed, parameters: { learningRate, dropout } }) => {
  const mean = 0.2 + 0.1 * (Math.log10(learningRate) + 2) ** 2 + (dropout - 0.3) ** 2;
  return { metrics: { loss: mean + 0.1 * luck(seed) } };
};

/** About normal, deviation 1: the sum of twelve uniform draws less their mean (an LCG of Knuth's). */
function luck(seed) {
  let state = BigInt(seed);
  let sum = 0;
  for (let draw = 0; draw < 12; draw++) {
    state = (state * 6364136223846793005n + 1442695040888963407n) % 2n ** 64n;
    sum += Number(state >> 11n) / 2 ** 53;
  }
  return sum - 6;
}
