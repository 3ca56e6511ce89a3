import type { Expression } from "./expression.ts";
import { ARITHMETIC, FUNCTIONS, ORDER } from "./operators.ts";
import type { Parameter, ParameterValues, Scalar } from "./parameter.ts";

type Type = "number" | "string" | "boolean" | "null";

/** A checked expression. */
export interface Term {
  /** What its value may be; empty when a problem has been reported inside it, so that it is reported once. */
  readonly types: ReadonlySet<Type>;
  /** How a message names it. */
  readonly label: string;
  /** Every value it can have, where these are listed: a literal, a categorical or ordinal parameter. */
  readonly listed?: readonly Scalar[];
  /** @param values has every parameter that the expression reads */
  evaluate(values: ParameterValues): Scalar;
}

export interface Checked {
  readonly term: Term;
  /** Names of the parameters read, in order of appearance. */
  readonly reads: readonly string[];
  /** Each of the form "expected …, got …". */
  readonly problems: readonly string[];
}

const NUMBER: ReadonlySet<Type> = new Set<Type>(["number"]);
const BOOLEAN: ReadonlySet<Type> = new Set<Type>(["boolean"]);

function typeOf(value: Scalar): Type {
  return value === null ? "null" : (typeof value as "number" | "string" | "boolean");
}

function literalTerm(value: Scalar): Term {
  return { types: new Set([typeOf(value)]), label: JSON.stringify(value), listed: [value], evaluate: () => value };
}

function parameterTerm(parameter: Parameter): Term {
  const { name } = parameter;
  const label = name;
  const evaluate = (values: ParameterValues): Scalar => values[name]!;
  if (parameter.type === "float" || parameter.type === "int") return { types: NUMBER, label, evaluate };
  return { types: new Set(parameter.values.map(typeOf)), label, listed: parameter.values, evaluate };
}

/** Checks names and types of an expression, and compiles it to closures. */
export function checkExpression(expression: Expression, parameters: readonly Parameter[]): Checked {
  const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  const reads = new Set<string>();
  const problems: string[] = [];

  /** A term of this type whose operands failed: further problems would be echoes. */
  function broken(label: string): Term {
    return { types: new Set(), label, evaluate: () => null };
  }

  function report(problem: string, label: string): Term {
    problems.push(problem);
    return broken(label);
  }

  /** Whether all operands are of a type; a problem for the first that is not. */
  function demand(type: "number" | "boolean", where: string, operands: readonly Term[]): boolean {
    const wrong = operands.find((operand) => operand.types.size > 1 || !operand.types.has(type));
    if (wrong === undefined) return true;
    if (wrong.types.size > 0) {
      const expected = type === "number" ? "numbers" : "conditions";
      problems.push(`expected ${expected} in ${where}, got ${wrong.label} (${[...wrong.types].join(" or ")})`);
    }
    return false;
  }

  function check(node: Expression): Term {
    switch (node.kind) {
      case "literal":
        return typeof node.value === "number" && !Number.isFinite(node.value)
          ? report("expected numbers up to 1.8e308, got a larger one", "number")
          : literalTerm(node.value);
      case "parameter":
        return checkParameter(node.name);
      case "call":
        return checkCall(node.name, node.operands.map(check));
      case "unary":
        return checkUnary(node.operator, check(node.operand));
      case "binary":
        return checkBinary(node.operator, check(node.left), check(node.right));
    }
  }

  function checkParameter(name: string): Term {
    const parameter = byName.get(name);
    if (parameter === undefined) {
      const known = [...byName.keys()].join(", ");
      const hint = FUNCTIONS.has(name) ? `; the function is written ${name}(…)` : "";
      return report(`expected the name of a parameter (${known}), got ${name}${hint}`, name);
    }
    reads.add(name);
    return parameterTerm(parameter);
  }

  function checkCall(name: string, operands: readonly Term[]): Term {
    const label = `${name}(…)`;
    const known = FUNCTIONS.get(name);
    if (known === undefined)
      return report(`expected a function (${[...FUNCTIONS.keys()].join(", ")}), got ${name}`, label);
    if (known.variadic ? operands.length === 0 : operands.length !== 1) {
      const expected = known.variadic ? "one or more arguments" : "one argument";
      return report(`expected ${expected} for ${name}, got ${operands.length}`, label);
    }
    if (!demand("number", label, operands)) return broken(label);
    return {
      types: NUMBER,
      label,
      evaluate: (values) => known.apply(operands.map((operand) => operand.evaluate(values) as number)),
    };
  }

  function checkUnary(operator: string, operand: Term): Term {
    if (operator === "not") {
      const label = "not …";
      return demand("boolean", label, [operand])
        ? { types: BOOLEAN, label, evaluate: (values) => !operand.evaluate(values) }
        : broken(label);
    }
    const label = `${operator}${operand.label}`;
    const sign = operator === "-" ? -1 : 1;
    return demand("number", label, [operand])
      ? { types: NUMBER, label, evaluate: (values) => sign * (operand.evaluate(values) as number) }
      : broken(label);
  }

  function checkBinary(operator: string, left: Term, right: Term): Term {
    const label = `${left.label} ${operator} ${right.label}`;
    const arithmetic = ARITHMETIC.get(operator);
    if (arithmetic !== undefined) {
      return demand("number", label, [left, right])
        ? {
            types: NUMBER,
            label,
            evaluate: (values) => arithmetic(left.evaluate(values) as number, right.evaluate(values) as number),
          }
        : broken(label);
    }
    const order = ORDER.get(operator);
    if (order !== undefined) {
      return demand("number", label, [left, right])
        ? {
            types: BOOLEAN,
            label,
            evaluate(values) {
              const a = left.evaluate(values) as number;
              const b = right.evaluate(values) as number;
              return Number.isFinite(a) && Number.isFinite(b) && order(a, b);
            },
          }
        : broken(label);
    }
    if (operator === "and" || operator === "or") {
      if (!demand("boolean", label, [left, right])) return broken(label);
      return {
        types: BOOLEAN,
        label,
        evaluate:
          operator === "and"
            ? (values) => (left.evaluate(values) as boolean) && right.evaluate(values)
            : (values) => (left.evaluate(values) as boolean) || right.evaluate(values),
      };
    }
    return checkEquality(operator === "==", label, left, right);
  }

  function checkEquality(equal: boolean, label: string, left: Term, right: Term): Term {
    if (left.types.size === 0 || right.types.size === 0) return broken(label);
    if (![...left.types].some((type) => right.types.has(type))) {
      const kinds = (term: Term): string => `${term.label} (${[...term.types].join(" or ")})`;
      return report(`expected two values of one type in ${label}, got ${kinds(left)} and ${kinds(right)}`, label);
    }
    if (left.listed !== undefined && right.listed !== undefined) {
      const possible = new Set(left.listed);
      if (!right.listed.some((value) => possible.has(value))) {
        const list = (term: Term): string => term.listed!.map((value) => JSON.stringify(value)).join(", ");
        return report(`expected ${label} to be possible, got ${list(left)} and ${list(right)}`, label);
      }
    }
    return {
      types: BOOLEAN,
      label,
      evaluate(values) {
        const a = left.evaluate(values);
        const b = right.evaluate(values);
        if ((typeof a === "number" && !Number.isFinite(a)) || (typeof b === "number" && !Number.isFinite(b)))
          return false;
        return (a === b) === equal;
      },
    };
  }

  const term = check(expression);
  if (problems.length === 0) demand("boolean", "a constraint", [term]);
  return { term, reads: [...reads], problems };
}
