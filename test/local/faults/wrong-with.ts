import { ENDED } from "../../../lib/study/states.ts";
import { HISTORY_LIMIT } from "../../../lib/workflow/limits.ts";
import type { Story } from "./faulty-study.ts";

/** To which the store adds up dollars. */
const BILLIONTH = 1e-9;

/** So many failures before anything else end a study. */
const HOPELESS = 10;

/** What is wrong with a story; nothing, if all is well. */
export function wrongWith({
  shape,
  study,
  trials,
  endings,
  changed,
  usurped,
  differences,
  executions,
}: Story): readonly string[] {
  const numbers = trials.map(({ number }) => number);
  const ended = trials.filter(({ state }) => ENDED.has(state));
  const tried = trials.filter(({ state }) => ENDED.has(state) && state !== "CANCELLED");
  const cost = trials.reduce((sum, trial) => sum + (trial.cost?.usd ?? 0), 0);
  // of a few trials, each may have a fate that no attempt survives
  const end = tried.some(({ state }) => state === "SUCCEEDED") ? "COMPLETED for TRIALS" : "FAILED for FAILURES";
  // those that fail end first: with many slots they may be all that has ended by then
  const hopeless = tried.length >= HOPELESS && tried.every(({ state }) => state === "FAILED");
  const problems: readonly (readonly [string, boolean])[] = [
    [`${study.status} for ${study.reason?.code}, not ${end}`, `${study.status} for ${study.reason?.code}` !== end],
    [`numbers ${numbers}`, numbers.some((number, i) => number !== i + 1)],
    [`${tried.length} trials ended of ${shape.trials}`, !hopeless && tried.length !== shape.trials],
    [`${trials.length - ended.length} trials open in the end`, ended.length !== trials.length],
    ["a trial ended twice, or unseen", ended.some(({ number }) => endings.get(number) !== 1)],
    [`trials ${changed} changed after their end`, changed.length > 0],
    [`trials ${usurped} were failed by one that did not hold them`, usurped.length > 0],
    [`${study.spentUsd} USD spent, ${cost} by the trials`, Math.abs(study.spentUsd - cost) > BILLIONTH],
    [differences.slice(0, 3).join("\n"), differences.length > 0],
    ["a history is full", executions.some(({ events }) => events >= HISTORY_LIMIT)],
  ];
  return problems.filter(([, wrong]) => wrong).map(([problem]) => problem);
}
