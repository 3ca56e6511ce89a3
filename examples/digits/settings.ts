import { ACTIVATIONS, type ActivationName } from "./activation.ts";
import { OPTIMIZERS, type OptimizerName, type OptimizerSettings } from "./optimizer.ts";

/** Values by name, as JSON has them: the parameters of a trial, and what a study passes through to every trial. */
export type Values = Readonly<Record<string, unknown>>;

/** Everything that one training run depends on, besides its data and its seed. */
export interface Settings extends OptimizerSettings {
  readonly optimizer: OptimizerName;
  readonly learningRate: number;
  readonly hidden: number;
  readonly layers: number;
  /** Images a step. */
  readonly batch: number;
  readonly dropout: number;
  readonly activation: ActivationName;
  /** Passes over the training rows. */
  readonly epochs: number;
}

/** What a parameter is when the study does not tune it: ordinary values, far from the best. */
const DEFAULTS: Settings = {
  optimizer: "sgd",
  learningRate: 0.03,
  momentum: 0.9,
  weightDecay: 1e-4,
  hidden: 32,
  layers: 1,
  batch: 32,
  dropout: 0,
  activation: "relu",
  epochs: 30,
};

/**
 * The defaults, then what the trial was given; `fixed.epochs` overrides the epochs.
 *
 * @throws {RangeError} for a name that is not known: a parameter that does nothing would be tuned in vain.
 */
export function settingsFrom(parameters: Values, fixed: Values): Settings {
  for (const name of Object.keys(parameters)) expectOneOf(DEFAULTS, name, "parameter");
  const settings = { ...DEFAULTS, ...parameters, epochs: fixed["epochs"] ?? DEFAULTS.epochs } as Settings;
  expectOneOf(OPTIMIZERS, settings.optimizer, "optimizer");
  expectOneOf(ACTIVATIONS, settings.activation, "activation");
  return settings;
}

function expectOneOf(known: object, name: string, what: string): void {
  if (Object.hasOwn(known, name)) return;
  throw new RangeError(`${what}: expected one of ${Object.keys(known).join(", ")}, got "${name}"`);
}
