import { strategyLimits } from "../study/strategy-limits.ts";
import { bayesian } from "./bayesian.ts";
import { cmaes } from "./cmaes.ts";
import type { ProposeAnswer, ProposeRequest, Strategy } from "./strategy.ts";

/** From this trial on the surrogate, which has a row for each of so many trials, would leave some out. */
const MANY = 1000;
/** Of the budget: with less to come, a search that starts its generations anew does not catch up. */
const WORTH_A_CHANGE = 2 * MANY;

/** A row of the table by which `auto` chooses; `docs/strategies.md` shows it. */
export interface AutoRow {
  /** In words, as the documentation has it. */
  readonly when: string;
  readonly holds: (request: ProposeRequest) => boolean;
  readonly strategy: Strategy;
  /** What the decision of a trial says under `auto`. */
  readonly reason: string;
}

/** The first that holds is taken. */
export const AUTO_TABLE: readonly [AutoRow, ...AutoRow[]] = [
  {
    when: "trials from 1,001 on, of 2,000 or more, in a space and for a goal that `cmaes` takes",
    holds: (request) => request.first > MANY && (request.budget ?? 0) >= WORTH_A_CHANGE && cmaesTakes(request),
    strategy: cmaes,
    reason: "many numeric trials",
  },
  { when: "everything else", holds: () => true, strategy: bayesian, reason: "every result counts" },
];

/**
 * Chooses what proposes, by `AUTO_TABLE`: a function of the space, the objectives, the budget and the number of the trial, so
 * that a replay chooses the same. Its decisions are those of what it chose, and say why under `auto`.
 */
export const auto: Strategy = { name: "auto", adaptive: true, needsHistory: () => true, propose };

function propose(request: ProposeRequest): ProposeAnswer {
  const { strategy, reason } = AUTO_TABLE.find(({ holds }) => holds(request)) ?? AUTO_TABLE[0];
  const { suggestions, exhausted } = strategy.propose(request);
  return {
    suggestions: suggestions.map(({ parameters, decision }) => ({
      parameters,
      decision: { ...decision, auto: reason },
    })),
    exhausted,
  };
}

function cmaesTakes({ objectives, space }: ProposeRequest): boolean {
  const parameters = space.parameters.map((parameter) => [parameter.name, parameter] as const);
  return strategyLimits("cmaes", objectives.length, parameters).length === 0;
}
