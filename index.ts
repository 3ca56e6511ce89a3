// `pegbox`: the types of a trial written in TypeScript, and the optimizer to ask and tell from a program of your own.
export type { TrialFailure, TrialRequest, TrialResult } from "./lib/study/trial-contract.ts";
export { type AskTellAnswer, AskTellSession } from "./lib/tuner/ask-tell/session.ts";
