import { randomStream } from "../../lib/random/philox.ts";
import { compileSpace } from "../../lib/space/codec.ts";
import type { ParameterValues, SearchSpace } from "../../lib/space/parameter.ts";
import { Stream } from "../streams.ts";
import { defineProblem, type Problem, single } from "./problem.ts";

const OPERATIONS = ["conv1", "conv3", "none", "pool", "skip"];
const SIZES = [16, 32, 64, 128];
const SEED = 1;

const space: SearchSpace = {
  parameters: [
    ...["edge1", "edge2", "edge3", "edge4"].map((name) => ({
      name,
      type: "categorical" as const,
      values: OPERATIONS,
    })),
    { name: "width", type: "ordinal", values: SIZES },
    { name: "depth", type: "ordinal", values: [1, 2, 3, 5, 8] },
  ],
  constraints: [],
};

/** Deviation of the effect of one parameter's category, and of a pair's; a pair is worth half of a single. */
const MAIN = 0.04;
const PAIR = 0.02;
/** Loss of a step away from the best width and depth, squared. */
const STEP = 0.01;

const compiled = compileSpace(space);
const configurations: readonly ParameterValues[] = Array.from({ length: compiled.cardinality }, (_, index) =>
  compiled.enumerate(BigInt(index)),
);

/** Each category and each pair of categories adds a normal number; the ordinal ones add bowls that lean on an edge. */
function lossOf(parameters: ParameterValues): number {
  const levels = space.parameters.map((parameter) =>
    "values" in parameter ? parameter.values.indexOf(parameters[parameter.name] ?? null) : 0,
  );
  const edges = levels.slice(0, 4);
  const [width = 0, depth = 0] = levels.slice(4);
  let loss = 0;
  edges.forEach((operation, i) => {
    loss += MAIN * effect(i, i, operation, operation);
    edges.slice(0, i).forEach((other, j) => {
      loss += PAIR * effect(j, i, other, operation);
    });
  });
  const bestWidth = edges[0] === 1 ? 2 : 1;
  return loss + STEP * ((width - bestWidth) ** 2 + (depth - 3) ** 2 + (width - bestWidth) * (depth - 3));
}

/** A normal number for two edges and what is on them. */
function effect(i: number, j: number, a: number, b: number): number {
  return randomStream(SEED, Stream.table, 4 * i + j, OPERATIONS.length * a + b).normal();
}

const table: ReadonlyMap<string, number> = new Map(
  configurations.map((parameters) => [compiled.key(parameters), lossOf(parameters)]),
);
const lookUp = (parameters: ParameterValues): number => table.get(compiled.key(parameters))!;
const best = configurations.reduce((a, b) => (lookUp(b) < lookUp(a) ? b : a));

/** A finite table, read like a table of trained architectures: 12,500 of them. */
export const cells: Problem = defineProblem(
  {
    name: "cells",
    family: "table",
    source: "of our own; the cells of Dong & Yang, ICLR 2020 (NAS-Bench-201), with numbers that are drawn",
    trials: 60,
    space,
    optimum: { kind: "value", value: lookUp(best), places: [best] },
  },
  (parameters) => single(lookUp(parameters)),
);
