// The test error of each winner, the mean of five trainings: `tsx scripts/held-out.ts '[{ "parameters": { … } }]'`.
import { heldOutError } from "../examples/digits/test-error.ts";
import type { BestView } from "../lib/study/views.ts";

/** The epochs of examples/digits/study.yaml: the network is trained as it was in the study. */
const FIXED = { epochs: 30 };

/** One training is luck: each of the 397 test images makes 0.25 %, and seeds differ by twice that. */
const TRAININGS = 5;

const winners = JSON.parse(process.argv[2] ?? "[]") as readonly BestView[];
const errors = winners.map(({ parameters }) => {
  const runs = Array.from({ length: TRAININGS }, (_, seed) => heldOutError(parameters, seed, FIXED));
  return runs.reduce((sum, error) => sum + error, 0) / TRAININGS;
});
process.stdout.write(JSON.stringify(errors));
