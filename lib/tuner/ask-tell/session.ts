import { type Issue, PegboxError } from "../../errors/pegbox-error.ts";
import { climbs } from "../../fidelity/rules.ts";
import { rungsOf } from "../../fidelity/rungs.ts";
import type { ParameterValues, SearchSpace } from "../../space/parameter.ts";
import { behind, type Curve, onRungs } from "../../strategy/early-stopping.ts";
import { proposeOnRungs } from "../../strategy/on-rungs.ts";
import { recommend } from "../../strategy/recommend.ts";
import { strategyFor } from "../../strategy/registry.ts";
import type { Observation, ProposeAnswer, ProposeRequest, Strategy } from "../../strategy/strategy.ts";
import { outcomeViolations } from "../../study/measured.ts";
import type { StandardErrors } from "../../study/records.ts";
import type { OutcomeConstraint } from "../../study/spec.ts";
import { strategyLimits } from "../../study/strategy-limits.ts";
import { measuredValues } from "../search/observation.ts";
import { type AskTellLine, type ReportLine, readLine, type StudyLine, type TellResult } from "./messages.ts";
import { spaceOf, valuesOf } from "./space.ts";

/** What a line is answered with: one JSON object a line. */
export type AskTellAnswer = Readonly<Record<string, unknown>>;

interface Asked {
  readonly number: number;
  parameters: ParameterValues;
  readonly fidelity?: number;
  /** What it reported on its way, in order of step. */
  readonly curve: readonly Omit<ReportLine, "type" | "id">[];
  readonly stopped: boolean;
  /** Undefined while it is out; null when it failed. */
  metrics?: Readonly<Record<string, number | null>> | null;
  standardErrors?: StandardErrors;
}

interface OpenStudy {
  readonly line: StudyLine;
  readonly space: ReturnType<typeof spaceOf>;
  readonly outcomes: readonly OutcomeConstraint[];
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
        return report(study, line);
    }
  }

  #open(line: StudyLine): AskTellAnswer {
    const space = spaceOf(line.space);
    refuseBeyondLimits(line, space);
    const strategy = strategyFor(line.strategy);
    const outcomes = line.constraints.map(({ name, op, threshold }) =>
      op === "<=" ? { metric: name, max: threshold } : { metric: name, min: threshold },
    );
    this.#study = { line, space, outcomes, strategy, trials: new Map(), asked: 0, nextId: 0 };
    return line.fidelity === null ? { ok: true } : { ok: true, mode: modeOf(line) };
  }
}

/** How trials are cut short: told how far to train, or asked how they do on the way. */
function modeOf({ fidelity }: StudyLine): "none" | "suggest" | "curve" {
  if (fidelity === null) return "none";
  return climbs(fidelity) ? "suggest" : "curve";
}

/** @throws {PegboxError} `INVALID_INPUT` when the strategy cannot do what the study asks of it. */
function refuseBeyondLimits(
  { strategy, objectives, constraints, fidelity }: StudyLine,
  { parameters }: SearchSpace,
): void {
  const limits = strategyLimits(
    strategy,
    objectives.length,
    parameters.map((parameter) => [parameter.name, parameter]),
  );
  const issues: Issue[] = limits.map((limit) => ({ path: "strategy", ...limit }));
  if (fidelity?.rule === "median" && objectives.length + constraints.length > 1) {
    issues.push({ path: "fidelity.rule", expected: "stop, for more than one objective alone", got: "median" });
  }
  const [first] = issues;
  if (first === undefined) return;
  throw new PegboxError("INVALID_INPUT", `expected ${first.expected}, got ${first.got}`, { issues });
}

function ask(study: OpenStudy, count: number): AskTellAnswer {
  const { line, space, outcomes, strategy, trials } = study;
  const relevant = line.fidelity !== null || strategy.needsHistory(space) ? [...trials.values()] : [];
  const first = trials.size + 1;
  const propose = (request: ProposeRequest): ProposeAnswer =>
    line.fidelity === null ? strategy.propose(request) : proposeOnRungs(strategy, request, line.fidelity);
  const { suggestions, exhausted } = propose({
    space,
    objectives: line.objectives,
    outcomes,
    seed: line.seed,
    first,
    count,
    position: study.asked,
    history: relevant.flatMap((trial) => known(trial, study)),
    pending: relevant.filter(({ metrics }) => metrics === undefined),
    budget: line.budget,
    batch: line.batch,
  });
  const curves = modeOf(line) === "curve";
  const answers = suggestions.map(({ parameters, ...suggestion }, i) => {
    const id = freeId(study);
    study.asked += 1;
    const fidelity = curves ? undefined : suggestion.fidelity;
    trials.set(id, { number: first + i, parameters, curve: [], stopped: false, ...present({ fidelity }) });
    return { id, params: parameters, ...present({ fidelity }) };
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
    const { id, metrics, standardErrors } = result;
    const asked = study.trials.get(id);
    const { number = study.trials.size + 1, curve = [], stopped = false } = asked ?? {};
    const fidelity = result.fidelity ?? asked?.fidelity ?? (stopped ? curve.at(-1)?.step : undefined);
    study.trials.set(id, { number, parameters, curve, stopped, metrics, ...present({ fidelity, standardErrors }) });
  }
  return { ok: true };
}

/** Of a step the first report counts, and only the last step is judged. */
function report(study: OpenStudy, { id, step, metrics }: ReportLine): AskTellAnswer {
  const { line, trials } = study;
  const { fidelity } = line;
  const mode = modeOf(line);
  if (fidelity === null || mode !== "curve") {
    throw new PegboxError("CONFLICT", `"report" needs mode "curve", expected none in mode "${mode}"`);
  }
  const trial = trials.get(id);
  if (trial === undefined) {
    const issue = { path: "id", expected: "the id of a suggestion", got: JSON.stringify(id) };
    throw new PegboxError("INVALID_INPUT", `expected ${issue.expected} at "id"`, { issues: [issue] });
  }
  if (trial.stopped || trial.metrics !== undefined) return { stop: true };
  if (trial.curve.some((point) => point.step === step)) return { stop: false };
  const curve = [...trial.curve, { step, metrics }].sort((a, b) => a.step - b.step);
  const told = { ...trial, curve };
  const others = [...trials.values()].filter((other) => other !== trial).map((other) => curveOf(other, study));
  const { objectives } = line;
  const last = curve.at(-1)?.step === step;
  const stopped =
    last && behind(fidelity, { objectives, outcomes: study.outcomes }, curveOf(told, study), others) !== null;
  trials.set(id, { ...told, stopped });
  return { stop: stopped };
}

function curveOf(trial: Asked, study: OpenStudy): Curve {
  return trial.curve.map(({ step, metrics }) => observe({ ...trial, fidelity: step, metrics }, study));
}

/** What a strategy learns from a trial: of one that reported, what it was on each rung; of one that was not stopped, its end. */
function known(trial: Asked, study: OpenStudy): readonly Observation[] {
  const { fidelity } = study.line;
  const end = trial.metrics === undefined ? [] : [observe(trial, study)];
  if (fidelity === null || trial.curve.length === 0) return end;
  const onWay = onRungs(curveOf(trial, study), rungsOf(fidelity)).filter((point) => point !== undefined);
  return trial.stopped && trial.metrics !== null ? onWay : [...onWay, ...end];
}

function parametersOf(study: OpenStudy, { id, params }: TellResult, i: number): ParameterValues {
  if (params !== undefined) return valuesOf(study.space, params, `results.${i}.params`);
  const asked = study.trials.get(id);
  if (asked !== undefined) return asked.parameters;
  const issue = {
    path: `results.${i}.params`,
    expected: "the parameters of an id that was never asked for",
    got: "nothing",
  };
  throw new PegboxError("INVALID_INPUT", `expected ${issue.expected} at "${issue.path}"`, { issues: [issue] });
}

function observe(
  { number, parameters, metrics = null, standardErrors, fidelity }: Asked,
  { line, outcomes }: OpenStudy,
): Observation {
  const measured = measuredValues(metrics, line.objectives, outcomes, standardErrors);
  return { number, parameters, ...present({ fidelity }), ...measured };
}

/** Without the keys that have no value. */
function present<T extends object>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}

/** Of the trials within the outcome constraints, the one to deploy by the first objective; among those trained farthest. */
function best(study: OpenStudy): ParameterValues | null {
  const { line, space, outcomes, trials } = study;
  const [objective] = line.objectives;
  const deployable = [...trials.values()]
    .filter(({ metrics }) => outcomeViolations(metrics ?? {}, outcomes).length === 0)
    .map((trial) => observe(trial, study));
  const farthest = Math.max(
    ...deployable.map(({ fidelity = line.fidelity?.max ?? 0, values }) => (values === null ? 0 : fidelity)),
  );
  const trained = deployable.filter(({ fidelity = farthest }) => fidelity >= farthest);
  return recommend(space, objective?.goal ?? "minimize", line.seed, trained)?.parameters ?? null;
}
