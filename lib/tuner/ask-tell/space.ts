import { type Issue, PegboxError } from "../../errors/pegbox-error.ts";
import { orderParameters } from "../../space/conditions.ts";
import type { Parameter, ParameterValues, Scalar, Scale, SearchSpace } from "../../space/parameter.ts";
import type { ChoiceLine, NumericLine, ParameterLine } from "./messages.ts";

/**
 * The search space of a `study` line, parents first.
 *
 * @throws {PegboxError} `INVALID_INPUT` with every problem: bounds, names twice, conditions that no value can meet.
 */
export function spaceOf(lines: readonly ParameterLine[]): SearchSpace {
  const issues: Issue[] = [];
  const seen = new Set<string>();
  lines.forEach((line, i) => {
    const path = `space.${i}`;
    if (seen.has(line.name)) issues.push({ path: `${path}.name`, expected: "names that differ", got: line.name });
    seen.add(line.name);
    issues.push(...("low" in line ? boundIssues(line, path) : choiceIssues(line, path)));
  });
  const { ordered, problems } = orderParameters(lines.map(parameterOf));
  for (const { parameter, message } of problems) {
    const at = lines.findIndex((line) => line.name === parameter);
    issues.push({ path: `space.${at}.condition`, expected: "a condition that can hold", got: message });
  }
  const [first] = issues;
  if (first !== undefined) {
    throw new PegboxError("INVALID_INPUT", `expected ${first.expected} at "${first.path}", got ${first.got}`, {
      issues,
    });
  }
  return { parameters: ordered, constraints: [] };
}

function boundIssues(line: NumericLine, path: string): Issue[] {
  const issues: Issue[] = [];
  if (line.low > line.high)
    issues.push({ path: `${path}.low`, expected: `low <= high (${line.high})`, got: `${line.low}` });
  const least = line.type === "int" ? 0 : Number.MIN_VALUE;
  if (line.log === true && line.low < least) {
    issues.push({ path: `${path}.low`, expected: "low > 0 on a log scale", got: `${line.low}` });
  }
  return [...issues, ...intervalIssues(line, `${path}.prior`)];
}

function intervalIssues({ type, low, high, step, prior }: NumericLine, path: string): Issue[] {
  if (prior === undefined || low > high) return [];
  const [from, to] = prior;
  const levels = type === "int" || step !== undefined;
  if (low <= from && to <= high && (levels ? from <= to : from < to)) return [];
  return [{ path, expected: `[a, b] within [${low}, ${high}], a below b`, got: JSON.stringify(prior) }];
}

function choiceIssues({ choices, prior = {} }: ChoiceLine, path: string): Issue[] {
  const twice = choices.flatMap((choice, i) =>
    choices.indexOf(choice) === i
      ? []
      : [{ path: `${path}.choices.${i}`, expected: "choices that differ", got: JSON.stringify(choice) }],
  );
  const texts = choices.map(String);
  const foreign = Object.keys(prior).filter((text) => !texts.includes(text));
  return [
    ...twice,
    ...foreign.map((text) => ({
      path: `${path}.prior.${text}`,
      expected: `one of ${JSON.stringify(choices)}`,
      got: JSON.stringify(text),
    })),
  ];
}

function parameterOf(line: ParameterLine): Parameter {
  const when = line.condition === undefined ? {} : { when: { [line.condition.param]: line.condition.values } };
  if ("choices" in line) {
    const prior = line.prior === undefined ? {} : { prior: line.prior };
    return { type: line.type, name: line.name, values: line.choices, ...prior, ...when };
  }
  const scale: Scale = line.log === true ? "log" : "linear";
  const step = line.step === undefined ? {} : { step: line.step };
  const prior = line.prior === undefined ? {} : { prior: line.prior };
  return { type: line.type, name: line.name, min: line.low, max: line.high, scale, ...step, ...prior, ...when };
}

/**
 * The values that a result names, as the space knows them; names that it does not know are ignored.
 *
 * @throws {PegboxError} `INVALID_INPUT` for a category that is none, or a number that is none.
 */
export function valuesOf(space: SearchSpace, params: Readonly<Record<string, Scalar>>, path: string): ParameterValues {
  const issues: Issue[] = [];
  const values: [string, Scalar][] = [];
  for (const parameter of space.parameters) {
    const value = Object.hasOwn(params, parameter.name) ? params[parameter.name] : undefined;
    if (value === undefined) continue;
    const fits = "values" in parameter ? parameter.values.includes(value) : typeof value === "number";
    const expected = "values" in parameter ? `one of ${JSON.stringify(parameter.values)}` : "a number";
    if (!fits) issues.push({ path: `${path}.${parameter.name}`, expected, got: JSON.stringify(value) });
    values.push([parameter.name, value]);
  }
  const [first] = issues;
  if (first === undefined) return Object.fromEntries(values);
  throw new PegboxError("INVALID_INPUT", `expected ${first.expected} at "${first.path}", got ${first.got}`, { issues });
}
