// The test error of each winner, given as JSON: `tsx scripts/held-out.ts '[{ "trial": 31, "parameters": { … } }]'`.
import { heldOutError } from "../examples/digits/test-error.ts";
import { deriveSeed } from "../lib/random/philox.ts";
import { Purpose } from "../lib/random/purpose.ts";
import type { BestView } from "../lib/study/views.ts";

/** The seed and the epochs of examples/digits/study.yaml: the network is trained as it was in the study. */
const STUDY = { seed: 7, fixed: { epochs: 30 } };

const winners = JSON.parse(process.argv[2] ?? "[]") as readonly BestView[];
const errors = winners.map(({ trial, parameters }) =>
  heldOutError(parameters, deriveSeed(STUDY.seed, Purpose.trialSeed, trial), STUDY.fixed),
);
process.stdout.write(JSON.stringify(errors));
