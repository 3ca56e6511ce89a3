/** Where a trial leaves its state when it has trained so far; null: to the end, in a study without a fidelity. */
export type CheckpointPlace = (study: string, trial: number, fidelity: number | null) => string;

/** Of a place, below wherever checkpoints lie: of the whole training it is a word, and so no rung's. */
export const checkpointPath: CheckpointPlace = (study, trial, fidelity) => `${study}/${trial}/${fidelity ?? "whole"}`;
