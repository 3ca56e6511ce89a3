/**
 * All configurations of a space with finitely many levels, numbered without listing them.
 *
 * Order: parameters are taken parents first, each followed by the children that it completes (depth first), otherwise
 * as in the space; levels ascend; the last parameter changes fastest. An inactive parameter counts as one level.
 *
 * Method: the number of ways to complete a prefix depends on it only through which of the later parameters it has made
 * inactive. Those numbers are counted once for each such set (dynamic programming) and turn an index into levels the
 * way a mixed-radix numeral is read.
 */
import { PegboxError } from "../errors/pegbox-error.ts";
import { type Link, linksOf } from "./activity.ts";
import type { Levels } from "./levels.ts";
import type { Parameter, ParameterValues, Scalar } from "./parameter.ts";

export interface Enumeration {
  /** How many configurations there are, constraints aside. */
  readonly size: bigint;
  /**
   * The configuration with this index.
   *
   * @throws {PegboxError} `INTERNAL` unless 0 ≤ index < size.
   */
  at(index: bigint): ParameterValues;
}

/**
 * Sets of inactive parameters that are told apart before the counting is given up, after about a second. A parent whose
 * b values have c children each needs b²c/2; only dozens of children that have several parents each need more.
 */
const MOST_STATES = 100_000;

/** Consecutive levels of a parent that all have the same effect on its children. */
interface Block {
  readonly start: number;
  readonly length: bigint;
}

/** Children of one parent and what they ask of it. */
interface Child {
  readonly place: number;
  readonly accepted: ReadonlySet<Scalar>;
}

/** Places in the order in which they are enumerated. */
function depthFirst(links: readonly (readonly Link[])[], children: readonly (readonly Child[])[]): readonly number[] {
  const order: number[] = [];
  const missing = links.map((own) => own.length);
  const stack = links.flatMap((own, place) => (own.length === 0 ? [place] : [])).reverse();
  for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
    order.push(place);
    const completed = children[place]!.filter((child) => --missing[child.place]! === 0);
    for (const child of completed.reverse()) stack.push(child.place);
  }
  return order;
}

/** Levels that some child names stand alone; the runs between them are one block each. */
function blocksOf(levels: Levels, children: readonly Child[]): readonly Block[] {
  const named = children.flatMap((child) => [...child.accepted].map((value) => levels.of(value)));
  const alone = [...new Set(named)].filter((level) => level >= 0).sort((a, b) => a - b);
  const blocks: Block[] = [];
  let next = 0;
  for (const level of [...alone, levels.count]) {
    if (level > next) blocks.push({ start: next, length: BigInt(level) - BigInt(next) });
    if (level < levels.count) blocks.push({ start: level, length: 1n });
    next = level + 1;
  }
  return blocks;
}

/**
 * @param parameters of a valid space
 * @param levels one for each parameter, with a finite count
 * @returns null when the conditions are too entangled to count
 */
export function enumerate(parameters: readonly Parameter[], levels: readonly Levels[]): Enumeration | null {
  const links = linksOf(parameters);
  const children: Child[][] = parameters.map(() => []);
  for (const [place, own] of links.entries()) {
    for (const { parent, accepted } of own) children[parent]!.push({ place, accepted });
  }
  const order = depthFirst(links, children);
  const blocks = parameters.map((_, place) => blocksOf(levels[place]!, children[place]!));

  const depthOf = new Map(order.map((place, depth) => [place, depth]));
  /** For each depth, the places not yet passed some of whose parents have been. */
  const pending: number[][] = order.map(() => []);
  for (const [depth, place] of order.entries()) {
    const parents = links[place]!.map((link) => depthOf.get(link.parent)!);
    for (let from = Math.min(depth, ...parents) + 1; from <= depth; from++) pending[from]!.push(place);
  }
  const counted: Map<string, bigint>[] = order.map(() => new Map());
  let states = 0;

  /** Adds (sign 1) or takes back (sign −1) what a choice at `place` does to its children; null: it is inactive. */
  function block(rejections: Int32Array, place: number, value: Scalar | null, inactive: boolean, sign: 1 | -1): void {
    for (const child of children[place]!) {
      if (inactive || !child.accepted.has(value)) rejections[child.place]! += sign;
    }
  }

  /** Ways to choose the parameters from `depth` on, when `rejections` of each one's conditions have failed. */
  function completions(depth: number, rejections: Int32Array): bigint {
    if (depth === order.length) return 1n;
    let state = "";
    for (const place of pending[depth]!) state += rejections[place] === 0 ? "1" : "0";
    const known = counted[depth]!.get(state);
    if (known !== undefined) return known;

    if (++states > MOST_STATES) return 0n;
    const place = order[depth]!;
    let ways = 0n;
    if (rejections[place]! > 0) {
      block(rejections, place, null, true, 1);
      ways = completions(depth + 1, rejections);
      block(rejections, place, null, true, -1);
    } else {
      for (const { start, length } of blocks[place]!) {
        const value = levels[place]!.at(start);
        block(rejections, place, value, false, 1);
        ways += length * completions(depth + 1, rejections);
        block(rejections, place, value, false, -1);
      }
    }
    counted[depth]!.set(state, ways);
    return ways;
  }

  const size = completions(0, new Int32Array(parameters.length));
  if (states > MOST_STATES) return null;

  return {
    size,
    at(index) {
      if (index < 0n || index >= size) {
        throw new PegboxError("INTERNAL", `configuration index: expected 0 … ${size - 1n}, got ${index}`);
      }
      const rejections = new Int32Array(parameters.length);
      const chosen: (Scalar | undefined)[] = parameters.map(() => undefined);
      let rest = index;
      for (const [depth, place] of order.entries()) {
        if (rejections[place]! > 0) {
          block(rejections, place, null, true, 1);
          continue;
        }
        for (const { start, length } of blocks[place]!) {
          const first = levels[place]!.at(start);
          block(rejections, place, first, false, 1);
          const each = completions(depth + 1, rejections);
          if (rest < length * each) {
            chosen[place] = levels[place]!.at(start + Number(rest / each));
            rest %= each;
            break;
          }
          rest -= length * each;
          block(rejections, place, first, false, -1);
        }
      }
      return Object.fromEntries(
        parameters.flatMap((parameter, place) => {
          const value = chosen[place];
          return value === undefined ? [] : [[parameter.name, value] as const];
        }),
      );
    },
  };
}
