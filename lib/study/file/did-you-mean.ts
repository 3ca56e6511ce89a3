/** What the same thing is called by those who come from elsewhere (Optuna, Ray Tune, Vizier, W&B, SageMaker). */
const SYNONYMS: Readonly<Record<string, string>> = {
  objective: "metrics",
  objectives: "metrics",
  space: "parameters",
  params: "parameters",
  searchspace: "parameters",
  low: "min",
  lower: "min",
  minvalue: "min",
  high: "max",
  upper: "max",
  maxvalue: "max",
  choices: "values",
  options: "values",
  categories: "values",
  direction: "goal",
  mode: "goal",
  ntrials: "trials",
  maxtrials: "trials",
  samples: "trials",
  budgettrials: "trials",
  concurrency: "parallel",
  parallelism: "parallel",
  njobs: "parallel",
  timeout: "trialTimeout",
  algorithm: "strategy",
  sampler: "strategy",
  condition: "when",
  initial: "default",
  id: "name",
  shell: "command",
  module: "function",
  url: "http",
  min: "minimize",
  max: "maximize",
  real: "float",
  double: "float",
  number: "float",
  uniform: "float",
  integer: "int",
  choice: "categorical",
  category: "categorical",
  enum: "categorical",
  bool: "categorical",
  boolean: "categorical",
  discrete: "ordinal",
  logarithmic: "log",
  bayes: "bayesian",
  gp: "bayesian",
  qmc: "sobol",
};

/** Nobody mistypes a longer word; and the distance takes time in proportion to the square of the length. */
const LONGEST_WORD = 40;

/** The known word that was most likely meant, or undefined where none is near. */
function didYouMean(word: string, known: Iterable<string>): string | undefined {
  if (word.length > LONGEST_WORD) return undefined;
  const plain = normalise(word);
  const synonym = Object.hasOwn(SYNONYMS, plain) ? SYNONYMS[plain] : undefined;
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    if (candidate === synonym) return candidate;
    if (Math.abs(candidate.length - word.length) > 3) continue;
    const distance = editDistance(plain, normalise(candidate));
    // a third of the letters wrong is still the same word; more is another one
    if (distance < least && distance <= Math.max(1, Math.floor(candidate.length / 3)) && distance < plain.length) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}

/** The hint, or undefined where no known word is near. */
export function didYouMeanHint(word: string, known: Iterable<string>): string | undefined {
  const meant = didYouMean(word, known);
  return meant === undefined ? undefined : `did you mean "${meant}"?`;
}

function normalise(word: string): string {
  return word.toLowerCase().replace(/[-_ ]/g, "");
}

/** Optimal string alignment distance: insert, delete, replace, or swap two neighbours. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(replaced, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      }
      current.push(least);
    }
    before = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}
