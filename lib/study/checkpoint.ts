/** Where a trial leaves its state when it has trained so far; null: to the end, in a study without a fidelity. */
export type CheckpointPlace = (study: string, trial: number, fidelity: number | null) => string;

/** Of a place, below wherever checkpoints lie. A study has trials that climb from rung to rung, or none: no two places are one. */
export const checkpointPath: CheckpointPlace = (study, trial, fidelity) =>
  fidelity === null ? `${study}/${trial}` : `${study}/${trial}/${fidelity}`;
