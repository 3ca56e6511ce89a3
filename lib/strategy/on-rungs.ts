import { calibrate } from "../fidelity/calibration.ts";
import { promotable } from "../fidelity/promotion.ts";
import { firstFidelity } from "../fidelity/rules.ts";
import { rungReached, rungsOf } from "../fidelity/rungs.ts";
import { compileSpace } from "../space/codec.ts";
import type { ParameterValues } from "../space/parameter.ts";
import type { FidelitySpec } from "../study/spec.ts";
import { mergedHistory } from "./merged-history.ts";
import { bestOnRung } from "./rung-order.ts";
import type { Observation, ProposeAnswer, ProposeRequest, Strategy, Suggestion } from "./strategy.ts";

/** A configuration and what is known of it. */
interface Config {
  /** Of its first trial. */
  readonly number: number;
  readonly parameters: ParameterValues;
  /** By rung, from the lowest; a gap where it was not measured. */
  readonly measured: (Observation | undefined)[];
  rung: number;
  climbing: boolean;
}

/**
 * Proposals of a study whose trials may be cut short. A configuration that was among the best third of a rung goes on to the next,
 * which costs three times as much; while none has earned that, the strategy proposes a new one. Those that go on
 * are numbered as the new ones are.
 *
 * @throws {PegboxError} `SPACE_EMPTY`.
 */
export function proposeOnRungs(strategy: Strategy, request: ProposeRequest, fidelity: FidelitySpec): ProposeAnswer {
  const climbs = climbOnRungs(request, fidelity);
  const count = request.count - climbs.length;
  if (count === 0) return { suggestions: climbs, exhausted: false };
  const position = configsOf(request, fidelity).length;
  const first = request.first + climbs.length;
  const { suggestions, exhausted } = startOnRungs(strategy, { ...request, first, count, position }, fidelity);
  return { suggestions: [...climbs, ...suggestions], exhausted: exhausted && climbs.length === 0 };
}

/**
 * The configurations that have earned to go on, at most `count`. Their decisions say `mode: "climb"`, and which trial was their
 * first.
 */
export function climbOnRungs(request: ProposeRequest, fidelity: FidelitySpec): Suggestion[] {
  const rungs = rungsOf(fidelity);
  const configs = configsOf(request, fidelity);
  const suggestions: Suggestion[] = [];
  for (const bracket of bracketsOf(configs, rungs.length, fidelity)) {
    while (suggestions.length < request.count) {
      const config = promotable(bracket, rungs.length, (reached, rung, count) => bestOf(request, reached, rung, count));
      if (config === null) break;
      config.climbing = true;
      suggestions.push(climbOf(config, rungs, fidelity));
    }
  }
  return suggestions;
}

/**
 * The one that goes on when nothing new is left to start and none has earned it, for a study is there to train one to the end:
 * the best of those that stand highest. Null when one was trained to the end, and when none is left that could be.
 */
export function lastToClimb(request: ProposeRequest, fidelity: FidelitySpec): Suggestion | null {
  const rungs = rungsOf(fidelity);
  const configs = configsOf(request, fidelity);
  if (configs.some(({ measured }) => (measured[rungs.length - 1]?.values ?? null) !== null)) return null;
  for (let rung = rungs.length - 2; rung >= 0; rung--) {
    const there = configs.filter((config) => config.rung === rung && !config.climbing);
    const [best] = bestOf(request, there, rung, 1);
    if (best !== undefined) return climbOf(best, rungs, fidelity);
  }
  return null;
}

/**
 * New configurations, for the rung that trials begin on. The strategy sees one value for each that it knows, that of its highest rung, brought
 * to the scale of the highest rung of all (`calibrate`), so that cheap trials teach it where the expensive ones are worth their
 * price.
 *
 * @throws {PegboxError} `SPACE_EMPTY`.
 */
export function startOnRungs(strategy: Strategy, request: ProposeRequest, fidelity: FidelitySpec): ProposeAnswer {
  const configs = configsOf(request, fidelity);
  const { suggestions, exhausted } = strategy.propose({
    ...request,
    history: onHighestRung(configs.filter(({ rung }) => rung >= 0)),
    pending: configs.filter(({ rung }) => rung < 0),
    budget: null, // so many whole trainings: no number of configurations
  });
  const begun = suggestions.map((suggestion, i) => ({
    ...suggestion,
    fidelity: firstFidelity(fidelity, request.position + i),
  }));
  return { suggestions: begun, exhausted };
}

function configsOf(request: ProposeRequest, fidelity: FidelitySpec): Config[] {
  const { pending } = request;
  const history = mergedHistory(request.history);
  const rungs = rungsOf(fidelity);
  const space = compileSpace(request.space);
  const configs = new Map<string, Config>();
  const configOf = ({ number, parameters }: Pick<Observation, "number" | "parameters">): Config => {
    const key = space.key(parameters);
    const config = configs.get(key) ?? { number, parameters, measured: [], rung: -1, climbing: false };
    configs.set(key, config);
    return config;
  };
  for (const trial of history) {
    const config = configOf(trial);
    // Below the lowest rung there is nothing to compare with; without a fidelity (an import) it was trained to the end.
    const rung = Math.max(0, trial.fidelity === undefined ? rungs.length - 1 : rungReached(rungs, trial.fidelity));
    config.measured[rung] = trial;
    config.rung = Math.max(config.rung, rung);
  }
  for (const trial of pending) configOf(trial).climbing = true;
  return [...configs.values()];
}

/** The best of those that have measured something there. */
function bestOf(request: ProposeRequest, reached: readonly Config[], rung: number, count: number): Config[] {
  const there = reached.flatMap((config) => {
    const trial = config.measured[rung];
    return trial === undefined ? [] : [{ item: config, number: config.number, trial }];
  });
  return bestOnRung(request, there, count);
}

/** By Hyperband only those are compared that began on the same rung. */
function bracketsOf(configs: readonly Config[], rungs: number, { rule }: FidelitySpec): Config[][] {
  if (rule !== "hyperband") return [[...configs]];
  const began = ({ measured }: Config): number => measured.findIndex((trial) => trial !== undefined);
  return Array.from({ length: rungs }, (_, rung) => configs.filter((config) => began(config) === rung));
}

function climbOf({ number, parameters, rung }: Config, rungs: readonly number[], { rule }: FidelitySpec): Suggestion {
  return {
    parameters,
    decision: { strategy: rule, mode: "climb", continues: number },
    fidelity: rungs[rung + 1]!,
  };
}

/** What the strategy sees: of each configuration its highest rung, the objectives as they would be on the highest of all. */
function onHighestRung(configs: readonly Config[]): Observation[] {
  const succeeded = configs.filter(({ measured }) =>
    measured.every((trial) => trial === undefined || trial.values !== null),
  );
  const objectives = succeeded[0]?.measured.at(-1)?.values?.length ?? 0;
  const columns = Array.from({ length: objectives }, (_, k) =>
    calibrate(succeeded.map(({ measured }) => Array.from(measured, (trial) => trial?.values?.[k]))),
  );
  const values = new Map(succeeded.map((config, i) => [config, columns.map((column) => column[i]!)]));
  return configs.map((config) => ({
    ...config.measured.at(-1)!,
    number: config.number,
    values: values.get(config) ?? null,
  }));
}
