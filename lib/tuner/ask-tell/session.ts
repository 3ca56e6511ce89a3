import { PegboxError } from "../../errors/pegbox-error.ts";
import type { ParameterValues } from "../../space/parameter.ts";
import { strategyFor } from "../../strategy/registry.ts";
import type { Observation, Strategy } from "../../strategy/strategy.ts";
import { type AskTellLine, readLine, type StudyLine, type TellResult } from "./messages.ts";
import { spaceOf, valuesOf } from "./space.ts";

/** What a line is answered with: one JSON object a line. */
export type AskTellAnswer = Readonly<Record<string, unknown>>;

interface Asked {
  readonly number: number;
  parameters: ParameterValues;
  /** Undefined while it is out; null when it failed. */
  metrics?: Readonly<Record<string, number | null>> | null;
}

interface OpenStudy {
  readonly line: StudyLine;
  readonly space: ReturnType<typeof spaceOf>;
  readonly strategy: Strategy;
  /** By id. */
  readonly trials: Map<string, Asked>;
  /** Suggestions given so far: the position in a sequence. */
  asked: number;
  /** Where to look for the next id that no import has taken. */
  nextId: number;
}

/**
 * The optimizer as a filter: lines in, one answer each, no clock and no disk; the same lines give the same bytes.
 * A wrong line is answered with `error` and changes nothing; so is one that finds a defect of ours, as `INTERNAL`.
 */
export class AskTellSession {
  #study: OpenStudy | null = null;

  answer(value: unknown): AskTellAnswer {
    try {
      return this.#take(readLine(value));
    } catch (error) {
      if (!(error instanceof PegboxError)) return { error: { code: "INTERNAL", message: String(error), path: "" } };
      return { error: { code: error.code, message: error.message, path: error.issues[0]?.path ?? "" } };
    }
  }

  #take(line: AskTellLine): AskTellAnswer {
    if (line.type === "study") return this.#open(line);
    const study = this.#study;
    if (study === null) throw new PegboxError("CONFLICT", `expected a "study" line before "${line.type}"`);
    switch (line.type) {
      case "ask":
        return ask(study, line.n);
      case "tell":
        return tell(study, line.results);
      case "best":
        return { params: best(study) };
      case "report":
        throw new PegboxError("CONFLICT", `"report" needs mode "curve"; the mode of this study is "none"`);
    }
  }

  #open(line: StudyLine): AskTellAnswer {
    const space = spaceOf(line.space);
    const strategy = strategyFor(line.strategy, space, line.objectives);
    if (strategy.name === "bayesian" && line.objectives.length > 1) {
      const issue = { path: "strategy", expected: "random, sobol or grid for several objectives", got: line.strategy };
      throw new PegboxError("NOT_YET", `expected ${issue.expected}, got ${issue.got}`, { issues: [issue] });
    }
    this.#study = { line, space, strategy, trials: new Map(), asked: 0, nextId: 0 };
    return line.fidelity === null ? { ok: true } : { ok: true, mode: "none" };
  }
}

function ask(study: OpenStudy, count: number): AskTellAnswer {
  const { line, space, strategy, trials } = study;
  const relevant = strategy.needsHistory(space) ? [...trials.values()] : [];
  const first = trials.size + 1;
  const { suggestions, exhausted } = strategy.propose({
    space,
    objectives: line.objectives,
    seed: line.seed,
    first,
    count,
    position: study.asked,
    history: relevant.filter(({ metrics }) => metrics !== undefined).map((trial) => observe(trial, line)),
    pending: relevant.filter(({ metrics }) => metrics === undefined),
    budget: line.budget,
    batch: line.batch,
  });
  const answers = suggestions.map(({ parameters }, i) => {
    const id = freeId(study);
    study.asked += 1;
    trials.set(id, { number: first + i, parameters });
    return { id, params: parameters };
  });
  return exhausted && answers.length === 0 ? { suggestions: answers, exhausted } : { suggestions: answers };
}

function freeId(study: OpenStudy): string {
  while (study.trials.has(String(study.nextId))) study.nextId += 1;
  return String(study.nextId);
}

/** A result for an id that was never asked for is an import; what it says of its parameters wins. All or none. */
function tell(study: OpenStudy, results: readonly TellResult[]): AskTellAnswer {
  const told = results.map((result, i) => ({ result, parameters: parametersOf(study, result, i) }));
  for (const { result, parameters } of told) {
    const number = study.trials.get(result.id)?.number ?? study.trials.size + 1;
    study.trials.set(result.id, { number, parameters, metrics: result.metrics });
  }
  return { ok: true };
}

function parametersOf(study: OpenStudy, { id, params }: TellResult, i: number): ParameterValues {
  if (params !== undefined) return valuesOf(study.space, params, `results.${i}.params`);
  const known = study.trials.get(id);
  if (known !== undefined) return known.parameters;
  const issue = {
    path: `results.${i}.params`,
    expected: "the parameters of an id that was never asked for",
    got: "nothing",
  };
  throw new PegboxError("INVALID_INPUT", `expected ${issue.expected} at "${issue.path}"`, { issues: [issue] });
}

function observe({ number, parameters, metrics }: Asked, line: StudyLine): Observation {
  const values = line.objectives.map(({ name }) => reported(metrics, name));
  const usable = feasible(metrics, line) && values.every((value) => value !== null);
  return { number, parameters, values: usable ? (values as number[]) : null };
}

function feasible(metrics: Asked["metrics"], line: StudyLine): boolean {
  if (metrics === undefined || metrics === null) return false;
  return line.constraints.every(({ name, op, threshold }) => {
    const value = reported(metrics, name) ?? Number.NaN;
    return op === "<=" ? value <= threshold : value >= threshold;
  });
}

function reported(metrics: Asked["metrics"], name: string): number | null {
  return metrics && Object.hasOwn(metrics, name) ? (metrics[name] ?? null) : null;
}

/** The feasible trial with the best first objective; the earlier one where two are equal. */
function best(study: OpenStudy): ParameterValues | null {
  const sign = study.line.objectives[0]?.goal === "maximize" ? -1 : 1;
  let found: { readonly parameters: ParameterValues; readonly score: number } | null = null;
  for (const trial of study.trials.values()) {
    const value = trial.metrics === undefined ? null : observe(trial, study.line).values?.[0];
    if (value === undefined || value === null) continue;
    const score = sign * value;
    if (found === null || score < found.score) found = { parameters: trial.parameters, score };
  }
  return found?.parameters ?? null;
}
