/** A cookie is best after 12 minutes; the palate takes points off by the square of what is amiss. */
const BEST_MINUTES = 12;

export default async ({ parameters }) => ({
  metrics: { score: 10 - ((parameters.minutes - BEST_MINUTES) / 2) ** 2 },
});
