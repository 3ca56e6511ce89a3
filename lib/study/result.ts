import { render } from "./file/render.ts";
import { type Judgement, reasonCode, shortenMessage, unscored } from "./judgement.ts";
import { measuredMetrics, outcomeViolations, standardErrorsOf } from "./measured.ts";
import { isStep, type Measurement, MOST_MEASUREMENTS } from "./measurement.ts";
import { parseResultJson } from "./python-json.ts";
import type { Metrics, StandardErrors } from "./records.ts";
import type { StudySpec } from "./spec.ts";
import { RESULT_LIMIT_BYTES } from "./trial-contract.ts";

export { readCaughtError } from "./caught-error.ts";
export type { Judgement } from "./judgement.ts";

type Mapping = Readonly<Record<string, unknown>>;

/**
 * Judges what a runner gave back for a trial.
 *
 * 1. More than 32 KiB, or not an object: FAILED.
 * 2. `error`: FAILED with its type as the code. `infeasible`: INFEASIBLE. Null, as languages without "absent" write it,
 *    is absent. Where several are given, the worse news counts.
 * 3. An objective that is missing or no number: FAILED, and so is a standard error of a metric that is negative, not finite
 *    or no number. An objective that is not finite, or null: INFEASIBLE.
 * 4. Otherwise SUCCEEDED; feasible where the outcome constraints hold.
 *
 * `measurements` are taken along, whatever became of the trial.
 *
 * @param raw the result of product's trial contract, as it came: any value. Numbers may be non-finite or null.
 */
export function readResult(raw: unknown, spec: StudySpec): Judgement {
  const bytes = jsonBytes(raw);
  if (bytes === null) return invalid(`the result: expected JSON, got ${typeof raw} or a value that holds itself`);
  if (bytes > RESULT_LIMIT_BYTES) return tooLarge(bytes);
  if (!isMapping(raw)) return invalid(`the result: expected an object with metrics, got ${render(raw)}`);
  const costUsd = costOf(raw["cost"]);
  const measurements = measurementsOf(raw["measurements"], spec);
  return { ...judged(raw, spec, costUsd), ...(measurements.length === 0 ? {} : { measurements }) };
}

function judged(raw: Mapping, spec: StudySpec, costUsd: number | null): Judgement {
  if (isGiven(raw["error"])) return failure(raw["error"], costUsd);
  if (isGiven(raw["infeasible"]) && raw["infeasible"] !== false) return infeasible(raw, spec, costUsd);
  return measured(raw, spec, costUsd);
}

/** What is no measurement is left out: no trial fails for what it said beside its result. Of a step the first counts. */
function measurementsOf(raw: unknown, spec: StudySpec): readonly Measurement[] {
  const steps = new Map<number, Measurement>();
  for (const told of Array.isArray(raw) ? raw : []) {
    const { step, metrics } = isMapping(told) ? told : {};
    if (!isStep(step) || !isMapping(metrics) || steps.has(step) || steps.size === MOST_MEASUREMENTS) continue;
    steps.set(step, { step, metrics: measuredMetrics(metrics, spec.metrics) });
  }
  return [...steps.values()].sort((a, b) => a.step - b.step);
}

/**
 * The same of a text, as a job leaves it in a file: JSON, with numbers as Python writes them. One that is too large need not
 * be all of it.
 */
export function readResultText(text: string, spec: StudySpec): Judgement {
  if (new TextEncoder().encode(text).length > RESULT_LIMIT_BYTES) return tooLarge(`over ${RESULT_LIMIT_BYTES}`);
  let parsed: unknown;
  try {
    parsed = parseResultJson(text);
  } catch {
    return invalid(`the result: expected JSON, got ${render(text)}`);
  }
  return readResult(parsed, spec);
}

function tooLarge(bytes: number | string): Judgement {
  const message =
    `the result is ${bytes} bytes of JSON, at most ${RESULT_LIMIT_BYTES} are kept: ` +
    "write large things to a file and name it in `artifacts`";
  return unscored("FAILED", { code: "RESULT_TOO_LARGE", message });
}

function measured(raw: Mapping, spec: StudySpec, costUsd: number | null): Judgement {
  if (!isMapping(raw["metrics"])) {
    const keys = Object.keys(raw).slice(0, 10).join(", ");
    const got = isGiven(raw["metrics"]) ? render(raw["metrics"]) : `a result with ${keys === "" ? "no keys" : keys}`;
    return invalid(`metrics: expected an object of numbers, got ${got}`, costUsd);
  }
  const values = raw["metrics"];
  const wrong = spec.metrics.filter(({ name }) => !isNumberOrNull(own(values, name)));
  if (wrong.length > 0) {
    const complaints = wrong.map(({ name }) => `metrics.${name}: expected a number, got ${render(own(values, name))}`);
    return invalid(complaints.join("; "), costUsd);
  }
  const metrics = measuredMetrics(values, spec.metrics);
  const errors = raw["standardErrors"] ?? {};
  if (!isMapping(errors))
    return invalid(`standardErrors: expected an object of numbers, got ${render(errors)}`, costUsd);
  const given = standardErrorsOf(errors, metrics);
  const flawed = given.filter(([, error]) => !isStandardError(error));
  if (flawed.length > 0) {
    const complaints = flawed.map(
      ([name, error]) => `standardErrors.${name}: expected a number of at least 0, got ${render(error)}`,
    );
    return invalid(complaints.join("; "), costUsd);
  }
  const lost = spec.metrics.filter(({ name }) => metrics[name] === null);
  if (lost.length > 0) {
    const message = `${lost.map(({ name }) => name).join(", ")}: not a finite number`;
    return unscored("INFEASIBLE", { code: "NOT_FINITE", message }, { metrics, costUsd });
  }
  const success = succeeded(metrics, spec, costUsd);
  return given.length === 0 ? success : { ...success, standardErrors: Object.fromEntries(given) as StandardErrors };
}

function succeeded(metrics: Metrics, spec: StudySpec, costUsd: number | null): Judgement {
  const violations = outcomeViolations(metrics, spec.outcomes);
  const feasible = violations.length === 0;
  const reason = feasible ? null : { code: "OUTCOME_VIOLATED", message: violations.join("; ") };
  const [objective, ...others] = spec.metrics;
  const value = objective === undefined ? null : (metrics[objective.name] ?? null);
  const alone = feasible && others.length === 0 && value !== null;
  const score = alone ? (objective?.goal === "maximize" ? 0 - value : value) : null;
  return { state: "SUCCEEDED", metrics, feasible, reason, score, costUsd, retryable: false };
}

function infeasible(raw: Mapping, spec: StudySpec, costUsd: number | null): Judgement {
  const why = raw["infeasible"];
  const told = typeof why === "string" && why.trim() !== "";
  const message = told ? shortenMessage(why) : "the trial declared itself infeasible";
  const metrics = isMapping(raw["metrics"]) ? measuredMetrics(raw["metrics"], spec.metrics) : null;
  return unscored("INFEASIBLE", { code: "INFEASIBLE", message }, { metrics, costUsd });
}

function failure(error: unknown, costUsd: number | null): Judgement {
  const { type, message, retryable } = isMapping(error) ? error : { type: null, message: error, retryable: false };
  const words = typeof message === "string" && message.trim() !== "" ? message : undefined;
  const otherwise = isGiven(message) ? render(message) : "the trial failed without a message";
  const reason = { code: reasonCode(type, "ERROR"), message: shortenMessage(words ?? otherwise) };
  return unscored("FAILED", reason, { costUsd, retryable: retryable === true });
}

function invalid(message: string, costUsd: number | null = null): Judgement {
  return unscored("FAILED", { code: "RESULT_INVALID", message: shortenMessage(message) }, { costUsd });
}

function costOf(cost: unknown): number | null {
  const usd = isMapping(cost) ? own(cost, "usd") : undefined;
  return typeof usd === "number" && Number.isFinite(usd) && usd >= 0 ? usd : null;
}

/** Length of the value as JSON in UTF-8; null where it has none. */
function jsonBytes(value: unknown): number | null {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    return null;
  }
  return new TextEncoder().encode(text ?? "null").length;
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isNumberOrNull(value: unknown): boolean {
  return typeof value === "number" || value === null;
}

function isStandardError(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function own(mapping: Mapping, key: string): unknown {
  return Object.hasOwn(mapping, key) ? mapping[key] : undefined;
}
