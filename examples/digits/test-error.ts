import { concat, loadDigits } from "./data.ts";
import { settingsFrom, type Values } from "./settings.ts";
import { train } from "./train.ts";

/**
 * The one honest figure: the share of test images that the tuned network gets wrong, 0 … 1. Nothing that chose the
 * parameters has seen them. Once chosen, the validation rows have done their work and join the training rows.
 */
export function heldOutError(parameters: Values, seed: number, fixed: Values = {}): number {
  const digits = loadDigits();
  const network = train(concat(digits.train, digits.validation), settingsFrom(parameters, fixed), seed);
  return network.evaluate(digits.test).error;
}
