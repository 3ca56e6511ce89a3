import { loadDigits } from "./data.ts";
import { settingsFrom, type Values } from "./settings.ts";
import { train } from "./train.ts";

/** Of what Pegbox gives to a trial, what this one needs. */
export interface Request {
  readonly parameters: Values;
  readonly fixed: Values;
  readonly seed: number;
  /** How many epochs to train for now, of all; absent where every trial is trained to the end. */
  readonly fidelity?: { readonly epochs?: number };
}

export interface Result {
  readonly metrics: { readonly error: number; readonly loss: number; readonly trainError: number };
}

const digits = loadDigits();

/** One trial: train on the training rows, judge on the validation rows. The same request gives the same metrics. */
export default async function trial(request: Request): Promise<Result> {
  const settings = settingsFrom(request.parameters, request.fixed);
  const network = train(digits.train, settings, request.seed, request.fidelity?.epochs);
  const { error, loss } = network.evaluate(digits.validation);
  const trainError = network.evaluate(digits.train).error;
  return { metrics: { error, loss, trainError } };
}
