import jsep from "jsep";

/** What a constraint is made of, after parsing. */
export type Expression =
  | { readonly kind: "literal"; readonly value: number | string | boolean }
  | { readonly kind: "parameter"; readonly name: string }
  | { readonly kind: "call"; readonly name: string; readonly operands: readonly Expression[] }
  | { readonly kind: "unary"; readonly operator: string; readonly operand: Expression }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Expression; readonly right: Expression };

/** Characters; keeps the recursion of parser and checker far from the stack's end. */
const LONGEST = 1000;

/** Operators, loosest first; those of one row bind alike. `^` is right-associative, the others left-associative. */
const PRECEDENCE: readonly (readonly string[])[] = [
  ["or"],
  ["and"],
  ["==", "!=", "<", "<=", ">", ">="],
  ["+", "-"],
  ["*", "/", "%"],
  ["^"],
];

const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">="]);
const GROUP = "Group";
const CLOSING_PARENTHESIS = 41;

/** jsep keeps its operators in one place for the whole process; nothing else in it uses jsep. */
function configure(): void {
  jsep.removeAllBinaryOps();
  jsep.removeAllUnaryOps();
  jsep.removeAllLiterals();
  for (const [row, operators] of PRECEDENCE.entries()) {
    for (const operator of operators) jsep.addBinaryOp(operator, row + 1, operator === "^");
  }
  for (const operator of ["-", "+", "not"]) jsep.addUnaryOp(operator);
  jsep.addLiteral("true", true);
  jsep.addLiteral("false", false);
  // jsep forgets parentheses; `-x ^ 2` and `(-x) ^ 2` must stay two things.
  jsep.hooks.add("gobble-token", function keepGroup(env) {
    if (this.char !== "(") return;
    this.index++;
    const body = this.gobbleExpressions(CLOSING_PARENTHESIS);
    if (this.expr.charAt(this.index) !== ")") this.throwError("Unclosed (");
    this.index++;
    env.node = { type: GROUP, body };
  });
}

configure();

/** @throws {SyntaxError} with a message of the form "expected …, got …" */
export function parseExpression(source: string): Expression {
  if (source.length > LONGEST) {
    throw new SyntaxError(`expected an expression of at most ${LONGEST} characters, got ${source.length}`);
  }
  let tree: jsep.Expression;
  try {
    tree = jsep(source);
  } catch (cause) {
    throw new SyntaxError(
      `expected an expression such as "a * b <= 256", got "${source}": ${(cause as Error).message}`,
    );
  }
  return convert(tree, source);
}

function only(body: readonly jsep.Expression[], source: string): jsep.Expression {
  const [first] = body;
  if (first === undefined || body.length > 1) {
    throw new SyntaxError(
      `expected one expression, got ${body.length === 0 ? "none" : body.length} in "${source}"; conditions are joined by "and" or "or"`,
    );
  }
  return first;
}

/**
 * jsep binds every unary operator tightest; here, as in Python, `-x ^ 2` is −(x²) and `not a < b` is not (a < b): a
 * unary operator at the left edge of an operation that binds tighter than itself takes all of it as its operand.
 */
function loosen(node: jsep.Expression): jsep.Expression {
  if (node.type !== "BinaryExpression") return node;
  const operation = node as jsep.BinaryExpression;
  const edge = loosen(operation.left);
  if (edge.type !== "UnaryExpression") return { ...operation, left: edge };
  const unary = edge as jsep.UnaryExpression;
  return isLooser(unary.operator, operation.operator)
    ? { ...unary, argument: loosen({ ...operation, left: unary.argument }) }
    : { ...operation, left: edge };
}

function isLooser(unary: string, binary: string): boolean {
  return unary === "not" ? binary !== "and" && binary !== "or" : binary === "^";
}

function refuseChain(operator: string, left: jsep.Expression, source: string): void {
  if (COMPARISONS.has(operator) && left.type === "BinaryExpression" && COMPARISONS.has(String(left["operator"]))) {
    throw new SyntaxError(
      `expected one comparison at a time, got a chain in "${source}"; write "a < b and b < c", or parentheses`,
    );
  }
}

function convert(node: jsep.Expression, source: string): Expression {
  const core = node as jsep.CoreExpression | { type: typeof GROUP; body: jsep.Expression[] };
  switch (core.type) {
    case "Literal":
      return { kind: "literal", value: core.value as number | string | boolean };
    case "Identifier":
      return { kind: "parameter", name: core.name };
    case "CallExpression":
      if (core.callee.type !== "Identifier") break;
      return {
        kind: "call",
        name: core.callee["name"] as string,
        operands: core.arguments.map((operand) => convert(operand, source)),
      };
    case "UnaryExpression":
      return { kind: "unary", operator: core.operator, operand: convert(core.argument, source) };
    case "BinaryExpression": {
      const tree = loosen(core);
      if (tree.type !== "BinaryExpression") return convert(tree, source);
      const { operator, left, right } = tree as jsep.BinaryExpression;
      refuseChain(operator, left, source);
      return { kind: "binary", operator, left: convert(left, source), right: convert(right, source) };
    }
    case GROUP:
    case "Compound":
      return convert(only(core.body, source), source);
    default:
      break;
  }
  throw new SyntaxError(
    `expected numbers, strings, parameters, functions and operators, got ${core.type} in "${source}"`,
  );
}
