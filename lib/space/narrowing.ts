/**
 * Narrowing of boxes by parameter constraints: what no configuration that satisfies them can have is cut off. Each
 * constraint is a tree through which intervals go up, and what is demanded of them comes down again (HC4: Benhamou,
 * Goualard, Granvilliers & Puget 1999), one constraint after the other for as long as that cuts anything off (Mackworth
 * 1977, AC-3). What is cut off holds no solution; what is left may.
 */
import { linksOf } from "./activity.ts";
import { type Activity, Box } from "./box.ts";
import { type Expression, parseExpression } from "./expression.ts";
import { INTERVAL_OPERATIONS, type Interval, intersect, invert, isEmpty, NOTHING, type Operation } from "./interval.ts";
import type { Scalar, SearchSpace } from "./parameter.ts";

/** What a number of an expression can be within a box. */
interface NumberNode {
  /** Its interval, and whether it is sure to be a finite number. */
  range(box: Box): { readonly interval: Interval; readonly sure: boolean };
  /** Cuts off what does not let it be within z. @returns false when nothing is left */
  demand(z: Interval, box: Box): boolean;
}

/** Likewise of a condition. */
interface TruthNode {
  /** Whether the condition may be true, or false. */
  possible(truth: boolean, box: Box): boolean;
  /** Cuts off what does not let the condition be so. @returns false when nothing is left */
  demand(truth: boolean, box: Box): boolean;
}

const FINITE: Interval = { lo: -Number.MAX_VALUE, hi: Number.MAX_VALUE };

/** A condition of which nothing is known before every parameter is. */
const OPAQUE: TruthNode = { possible: () => true, demand: () => true };

function isBounded({ lo, hi }: Interval): boolean {
  return Number.isFinite(lo) && Number.isFinite(hi);
}

type Places = ReadonlyMap<string, number>;

function numberNode(expression: Expression, places: Places): NumberNode {
  switch (expression.kind) {
    case "literal": {
      const value = Number(expression.value);
      const interval = { lo: value, hi: value };
      return {
        range: () => ({ interval, sure: true }),
        demand: (z) => z.lo <= value && value <= z.hi,
      };
    }
    case "parameter": {
      const place = places.get(expression.name)!;
      return {
        range: (box) => ({ interval: box.interval(place), sure: true }),
        demand: (z, box) => box.narrow(place, z),
      };
    }
    case "call":
      return operationNode(expression.name, expression.operands, places);
    case "unary":
      return expression.operator === "-"
        ? operationNode("negate", [expression.operand], places)
        : numberNode(expression.operand, places);
    case "binary":
      return operationNode(expression.operator, [expression.left, expression.right], places);
  }
}

function operationNode(name: string, operands: readonly Expression[], places: Places): NumberNode {
  const operation: Operation = INTERVAL_OPERATIONS.get(name)!;
  const nodes = operands.map((operand) => numberNode(operand, places));
  return {
    range(box) {
      const ranges = nodes.map((node) => node.range(box));
      const intervals = ranges.map(({ interval }) => interval);
      if (intervals.some(isEmpty)) return { interval: NOTHING, sure: false };
      const interval = operation.forward(intervals);
      const sure = ranges.every((range) => range.sure) && operation.defined(intervals) && isBounded(interval);
      return { interval, sure };
    },
    demand(z, box) {
      const intervals = nodes.map((node) => node.range(box).interval);
      if (intervals.some(isEmpty)) return false;
      const within = intersect(z, operation.forward(intervals));
      if (isEmpty(within)) return false;
      return invert(operation, within, intervals).every(
        (allowed, i) => !isEmpty(allowed) && nodes[i]!.demand(allowed, box),
      );
    },
  };
}

/** Demands a ≤ b, or a < b, of finite numbers; what is strict counts where both are single numbers. */
function order(left: NumberNode, right: NumberNode, strict: boolean): TruthNode {
  function canHold(a: Interval, b: Interval): boolean {
    return strict ? a.lo < b.hi : a.lo <= b.hi;
  }
  function demandOrder(low: NumberNode, high: NumberNode, box: Box): boolean {
    const a = intersect(low.range(box).interval, FINITE);
    const b = intersect(high.range(box).interval, FINITE);
    return low.demand({ lo: FINITE.lo, hi: b.hi }, box) && high.demand({ lo: a.lo, hi: FINITE.hi }, box);
  }
  function fails(box: Box): boolean {
    const [a, b] = [left.range(box), right.range(box)];
    // Of numbers that are not finite, neither a comparison nor its opposite holds.
    return !(a.sure && b.sure) || (strict ? b.interval.lo <= a.interval.hi : b.interval.lo < a.interval.hi);
  }
  return {
    possible(truth, box) {
      if (!truth) return fails(box);
      const [a, b] = [intersect(left.range(box).interval, FINITE), intersect(right.range(box).interval, FINITE)];
      return !isEmpty(a) && !isEmpty(b) && canHold(a, b);
    },
    demand(truth, box) {
      if (!this.possible(truth, box)) return false;
      if (truth) return demandOrder(left, right, box);
      return left.range(box).sure && right.range(box).sure ? demandOrder(right, left, box) : true;
    },
  };
}

function equality(left: NumberNode, right: NumberNode, equal: boolean): TruthNode {
  function possible(truth: boolean, box: Box): boolean {
    const [a, b] = [left.range(box), right.range(box)];
    // Of numbers that are not finite, neither equality nor inequality holds.
    if (!truth && !(a.sure && b.sure)) return true;
    return truth === equal
      ? !isEmpty(intersect(intersect(a.interval, b.interval), FINITE))
      : mayDiffer(a.interval, b.interval);
  }
  return {
    possible,
    demand(truth, box) {
      if (!possible(truth, box)) return false;
      const [a, b] = [left.range(box), right.range(box)];
      if (truth !== equal || (!truth && !(a.sure && b.sure))) return true;
      const common = intersect(intersect(a.interval, b.interval), FINITE);
      return left.demand(common, box) && right.demand(common, box);
    },
  };
}

function mayDiffer(a: Interval, b: Interval): boolean {
  return !(a.lo === a.hi && b.lo === b.hi && a.lo === b.lo);
}

/** A listed parameter against a literal, or another one. */
function choiceEquality(left: Expression, right: Expression, equal: boolean, places: Places): TruthNode {
  const valuesOf = (side: Expression, box: Box): readonly Scalar[] | null => {
    if (side.kind === "literal") return [side.value];
    return side.kind === "parameter" ? box.listed(places.get(side.name)!) : null;
  };
  function keep(side: Expression, box: Box, predicate: (value: Scalar) => boolean): boolean {
    if (side.kind === "parameter") return box.keep(places.get(side.name)!, predicate);
    return side.kind === "literal" && predicate(side.value);
  }
  return {
    possible(truth, box) {
      const [a, b] = [valuesOf(left, box), valuesOf(right, box)];
      if (a === null || b === null) return true;
      if (truth === equal) return a.some((value) => b.includes(value));
      return a.length > 1 || b.length > 1 || a[0] !== b[0];
    },
    demand(truth, box) {
      const [a, b] = [valuesOf(left, box), valuesOf(right, box)];
      if (a === null || b === null) return true;
      const same = truth === equal;
      // Values are different for certain only from a single one.
      const keepLeft = (value: Scalar): boolean => (same ? b.includes(value) : b.length > 1 || value !== b[0]);
      const keepRight = (value: Scalar): boolean => (same ? a.includes(value) : a.length > 1 || value !== a[0]);
      return keep(left, box, keepLeft) && keep(right, box, keepRight);
    },
  };
}

function isNumeric(expression: Expression, isNumber: (name: string) => boolean): boolean {
  switch (expression.kind) {
    case "literal":
      return typeof expression.value === "number";
    case "parameter":
      return isNumber(expression.name);
    case "call":
      return true;
    case "unary":
      return expression.operator !== "not";
    case "binary":
      return INTERVAL_OPERATIONS.has(expression.operator);
  }
}

function isChoice({ kind }: Expression): boolean {
  return kind === "literal" || kind === "parameter";
}

function truthNode(expression: Expression, places: Places, isNumber: (name: string) => boolean): TruthNode {
  const truth = (node: Expression): TruthNode => truthNode(node, places, isNumber);
  switch (expression.kind) {
    case "unary": {
      const inner = truth(expression.operand);
      return {
        possible: (wanted, box) => inner.possible(!wanted, box),
        demand: (wanted, box) => inner.demand(!wanted, box),
      };
    }
    case "binary": {
      const { operator, left, right } = expression;
      if (operator === "and" || operator === "or") return junction(truth(left), truth(right), operator === "and");
      const numeric = isNumeric(left, isNumber) && isNumeric(right, isNumber);
      if (operator === "==" || operator === "!=") {
        if (numeric) return equality(numberNode(left, places), numberNode(right, places), operator === "==");
        return isChoice(left) && isChoice(right) ? choiceEquality(left, right, operator === "==", places) : OPAQUE;
      }
      const [a, b] = [numberNode(left, places), numberNode(right, places)];
      if (operator === "<" || operator === "<=") return order(a, b, operator === "<");
      return order(b, a, operator === ">");
    }
    case "parameter":
      return choiceEquality(expression, { kind: "literal", value: true }, true, places);
    case "literal":
      return { possible: (wanted) => wanted === expression.value, demand: (wanted) => wanted === expression.value };
    case "call":
      return OPAQUE;
  }
}

/** Both conditions, or either. */
function junction(left: TruthNode, right: TruthNode, both: boolean): TruthNode {
  return {
    possible: (wanted, box) =>
      wanted === both
        ? left.possible(wanted, box) && right.possible(wanted, box)
        : left.possible(wanted, box) || right.possible(wanted, box),
    demand(wanted, box) {
      if (wanted === both) return left.demand(wanted, box) && right.demand(wanted, box);
      if (!left.possible(wanted, box)) return right.demand(wanted, box);
      return right.possible(wanted, box) || left.demand(wanted, box);
    },
  };
}

/** The constraints of a space as means to narrow boxes of it. */
export interface Narrowing {
  /** What is left of the whole space, not to be changed; null when nothing is: no configuration satisfies the constraints. */
  readonly whole: Box | null;
  /** Whether a parameter is active within a box. */
  activity(place: number, box: Box): Activity;
  /**
   * Cuts off what breaks a constraint.
   *
   * @param changed the parameter that was cut since the box was last narrowed
   * @returns false when nothing is left
   */
  narrow(box: Box, changed: number): boolean;
}

/** A range that got less than this share narrower is not worth another round: so a slow convergence ends. */
const WORTHWHILE = 0.01;

/** Visits of a constraint in one narrowing, on average; what remains to be cut off later choices will find. */
const VISITS = 8;

interface Contractor {
  readonly reads: readonly number[];
  readonly condition: TruthNode;
}

const compiled = new WeakMap<SearchSpace, Narrowing>();

/** @param space whose constraints are valid; the same object is compiled once */
export function narrowingOf(space: SearchSpace): Narrowing {
  const known = compiled.get(space);
  if (known !== undefined) return known;
  const fresh = compileNarrowing(space);
  compiled.set(space, fresh);
  return fresh;
}

function compileNarrowing({ parameters, constraints }: SearchSpace): Narrowing {
  const links = linksOf(parameters);
  const places: Places = new Map(parameters.map(({ name }, place) => [name, place]));
  const isNumber = (name: string): boolean => {
    const parameter = parameters[places.get(name)!]!;
    return !("values" in parameter) || parameter.values.every((value) => typeof value === "number");
  };
  const contractors = constraints.map((source): Contractor => {
    const expression = parseExpression(source);
    return { reads: [...readBy(expression, places)], condition: truthNode(expression, places, isNumber) };
  });

  /** For each parameter the constraints that read it, or read one that it can switch on or off. */
  const concerned: Set<number>[] = parameters.map(() => new Set());
  const concern = (place: number, constraint: number): void => {
    concerned[place]!.add(constraint);
    for (const { parent } of links[place]!) concern(parent, constraint);
  };
  for (const [constraint, { reads }] of contractors.entries()) for (const place of reads) concern(place, constraint);

  function activity(place: number, box: Box): Activity {
    let least: Activity = "always";
    for (const { parent, accepted } of links[place]!) {
      const states = [activity(parent, box), box.meets(parent, accepted)];
      if (states.includes("never")) return "never";
      if (states.includes("sometimes")) least = "sometimes";
    }
    return least;
  }

  function settle(box: Box, waiting: Set<number>): boolean {
    let visits = VISITS * contractors.length;
    for (const constraint of waiting) {
      if (visits-- === 0) return true;
      waiting.delete(constraint);
      const { reads, condition } = contractors[constraint]!;
      if (reads.some((place) => activity(place, box) !== "always")) continue;
      const before = reads.map((place) => ({ place, interval: box.interval(place), list: box.listed(place) }));
      if (!condition.demand(true, box)) return false;
      for (const { place, interval, list } of before) {
        const cut = list === null ? isCut(interval, box.interval(place)) : list.length > box.listed(place)!.length;
        // A set that grows while it is gone through is gone through to its end.
        if (cut) for (const other of concerned[place]!) waiting.add(other);
      }
    }
    return true;
  }

  const all = Box.of(parameters);
  const whole = settle(all, new Set(contractors.keys())) ? all : null;
  return { whole, activity, narrow: (box, changed) => settle(box, new Set(concerned[changed])) };
}

function isCut(before: Interval, after: Interval): boolean {
  return after.hi - after.lo < (1 - WORTHWHILE) * (before.hi - before.lo);
}

/** Places of the parameters that an expression reads. */
function readBy(expression: Expression, places: Places): Set<number> {
  switch (expression.kind) {
    case "literal":
      return new Set();
    case "parameter":
      return new Set([places.get(expression.name)!]);
    case "call":
      return new Set(expression.operands.flatMap((operand) => [...readBy(operand, places)]));
    case "unary":
      return readBy(expression.operand, places);
    case "binary":
      return new Set([...readBy(expression.left, places), ...readBy(expression.right, places)]);
  }
}
