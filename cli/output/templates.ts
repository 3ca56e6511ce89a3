/** What `pegbox init` writes: a study that runs at once, and says where to put one's own. */
export const STUDY_TEMPLATE: string = studyTemplate(
  2,
  `runner: { function: trial.mjs }
# a Python script instead, with parameters in the JSON file that PEGBOX_REQUEST names and in PEGBOX_PARAM_<name>,
# and the result as the last line it prints, {"metrics": {"loss": 0.12}}:
# runner: { command: "python train.py" }
`,
);

/** @param runner the last lines. */
export function studyTemplate(parallel: number, runner: string): string {
  return `# yaml-language-server: $schema=./node_modules/pegbox/schema/study.schema.json
version: 1
name: first-study
metrics:
  - { name: loss, goal: minimize }
parameters:
  learningRate: { type: float, min: 1.0e-5, max: 1, scale: log, default: 0.01 }
  layers:       { type: int, min: 1, max: 4 }
  optimizer:    { type: categorical, values: [sgd, adam] }
  momentum:     { type: float, min: 0, max: 0.99, when: { optimizer: sgd } }
strategy: auto
seed: 1
trials: 30
parallel: ${parallel}
${runner}`;
}

export const TRIAL_TEMPLATE = `// Put your training here: parameters come in, metrics go out. This one has its best at 0.003, 2 layers, adam.
export default async ({ parameters }) => {
  const { learningRate, layers, optimizer, momentum = 0.9 } = parameters;
  const loss = Math.log10(learningRate / 0.003) ** 2 + 0.3 * (layers - 2) ** 2 + (optimizer === "adam" ? 0 : 0.2 + (0.9 - momentum) ** 2);
  return { metrics: { loss } };
};
`;
