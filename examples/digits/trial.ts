import type { TrialRequest, TrialResult } from "../../lib/study/trial-contract.ts";
import { loadDigits } from "./data.ts";
import { settingsFrom } from "./settings.ts";
import { train } from "./train.ts";

const digits = loadDigits();

/** One trial: train on the training rows, judge on the validation rows. The same request gives the same metrics. */
export default async function trial(request: TrialRequest): Promise<TrialResult> {
  const network = train(digits.train, settingsFrom(request.parameters, request.fixed), request.seed);
  const { error, loss } = network.evaluate(digits.validation);
  const trainError = network.evaluate(digits.train).error;
  return { metrics: { error, loss, trainError } };
}
