/**
 * Parameter constraints: `+ - * / % ^`, comparisons, `and or not`, the functions abs min max log exp sqrt floor ceil,
 * parentheses, numbers, quoted strings, `true` and `false`, and parameters by name.
 *
 * An expression is parsed, checked for names and types, and turned into closures once; nothing is evaluated as code.
 * A comparison of numbers one of which is not finite (a division by zero, an overflow, the logarithm of a negative
 * number) is false, `!=` included: a constraint that cannot be computed does not hold. Equality is that of doubles.
 */
import { PegboxError } from "../errors/pegbox-error.ts";
import { parseExpression } from "./expression.ts";
import { type Checked, checkExpression } from "./expression-check.ts";
import type { Parameter, ParameterValues } from "./parameter.ts";

export interface CompiledConstraint {
  readonly source: string;
  /** Names of the parameters that it reads. */
  readonly reads: readonly string[];
  /** True also when it reads an inactive (absent) parameter: then it does not apply. */
  holds(values: ParameterValues): boolean;
}

function check(source: string, parameters: readonly Parameter[]): Checked | { readonly problems: readonly string[] } {
  try {
    return checkExpression(parseExpression(source), parameters);
  } catch (error) {
    if (error instanceof SyntaxError) return { problems: [error.message] };
    throw error;
  }
}

/** What is wrong with a constraint, each of the form "expected …, got …"; empty when it is valid. */
export function checkConstraint(source: string, parameters: readonly Parameter[]): string[] {
  return [...check(source, parameters).problems];
}

/** @throws {PegboxError} `INVALID_STUDY` with every problem of the constraint. */
export function compileConstraint(source: string, parameters: readonly Parameter[]): CompiledConstraint {
  const checked = check(source, parameters);
  if (!("term" in checked) || checked.problems.length > 0) {
    throw new PegboxError("INVALID_STUDY", `constraint "${source}": ${checked.problems.join("; ")}`);
  }
  const { term, reads } = checked;
  return {
    source,
    reads,
    holds: (values) => !reads.every((name) => Object.hasOwn(values, name)) || term.evaluate(values) === true,
  };
}
