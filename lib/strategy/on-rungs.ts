import { calibrate } from "../fidelity/calibration.ts";
import { promotable } from "../fidelity/promotion.ts";
import { type Fidelity, rungReached, rungsOf } from "../fidelity/rungs.ts";
import { type CompiledSpace, compileSpace } from "../space/codec.ts";
import type { ParameterValues } from "../space/parameter.ts";
import { selectBest } from "./ranking.ts";
import type { Observation, ProposeAnswer, ProposeRequest, Strategy, Suggestion } from "./strategy.ts";
import { violationsOf } from "./violation.ts";

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
 * which costs three times as much; while none has earned that, the strategy proposes a new one for the lowest rung.
 *
 * The strategy sees one value for each configuration, that of its highest rung, brought to the scale of the highest rung of all
 * (`calibrate`), so that cheap trials teach it where the expensive ones are worth their price.
 *
 * Decisions of those that climb say `mode: "climb"`; those of new ones are the strategy's.
 *
 * @throws {PegboxError} `SPACE_EMPTY`.
 */
export function proposeOnRungs(strategy: Strategy, request: ProposeRequest, fidelity: Fidelity): ProposeAnswer {
  const rungs = rungsOf(fidelity);
  const configs = configsOf(request, compileSpace(request.space), rungs);
  const climbs = climbers(request, configs, rungs);
  const count = request.count - climbs.length;
  if (count === 0) return { suggestions: climbs, exhausted: false };
  const started = configs.filter(({ rung }) => rung >= 0);
  const { suggestions, exhausted } = strategy.propose({
    ...request,
    first: request.first + climbs.length,
    count,
    position: configs.length,
    history: onHighestRung(started),
    pending: configs.filter(({ rung }) => rung < 0),
    budget: null, // so many whole trainings: no number of configurations
  });
  const fresh = suggestions.map((suggestion): Suggestion => ({ ...suggestion, fidelity: rungs[0]! }));
  return { suggestions: [...climbs, ...fresh], exhausted: exhausted && climbs.length === 0 };
}

function configsOf({ history, pending }: ProposeRequest, space: CompiledSpace, rungs: readonly number[]): Config[] {
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

/** The configurations that go on, as many as have earned it and are wanted. */
function climbers(request: ProposeRequest, configs: readonly Config[], rungs: readonly number[]): Suggestion[] {
  const suggestions: Suggestion[] = [];
  while (suggestions.length < request.count) {
    const config = promotable(configs, rungs.length, (reached, rung, count) => bestOf(request, reached, rung, count));
    if (config === null) break;
    config.climbing = true;
    suggestions.push({
      parameters: config.parameters,
      decision: { strategy: "asha", mode: "climb", continues: config.number },
      fidelity: rungs[config.rung + 1]!,
    });
  }
  return suggestions;
}

/** In the order of `selectBest`, so with several objectives and within outcome constraints. */
function bestOf(
  { objectives, outcomes }: ProposeRequest,
  reached: readonly Config[],
  rung: number,
  count: number,
): Config[] {
  const there = reached.flatMap((config) => {
    const trial = config.measured[rung];
    return trial === undefined || trial.values === null ? [] : [{ config, trial, values: trial.values }];
  });
  const violation = violationsOf({ ...(outcomes && { outcomes }), history: there.map(({ trial }) => trial) });
  const ranked = there.map(({ config, trial, values }) => ({
    config,
    number: config.number,
    costs: values.map((value, k) => (objectives[k]!.goal === "minimize" ? value : -value)),
    violation: violation(trial),
  }));
  return selectBest(ranked, count).map(({ config }) => config);
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
