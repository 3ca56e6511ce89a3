import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { branin } from "../../benchmarks/problems/branin.ts";
import { cells } from "../../benchmarks/problems/cells.ts";
import { gramacy } from "../../benchmarks/problems/gramacy.ts";
import type { Evaluation, Problem } from "../../benchmarks/problems/problem.ts";
import { boxSpace, defineProblem, numberAt, single } from "../../benchmarks/problems/problem.ts";
import { sphere } from "../../benchmarks/problems/sphere.ts";
import { tree } from "../../benchmarks/problems/tree.ts";
import { zdt1 } from "../../benchmarks/problems/zdt1.ts";
import { compare } from "../../benchmarks/runner/compare.ts";
import { hypervolume } from "../../benchmarks/runner/hypervolume.ts";
import { lossAfterEach } from "../../benchmarks/runner/loss.ts";
import { measure } from "../../benchmarks/runner/measure.ts";
import { rankOf } from "../../benchmarks/runner/ranks.ts";
import { type Cell, cellsOf, type Results, readResults, writeResults } from "../../benchmarks/runner/results.ts";
import { areaUnderCurve, regret, scaleOf } from "../../benchmarks/runner/scale.ts";
import { mean, median, quantile, standardError } from "../../benchmarks/runner/statistics.ts";
import { type BenchmarkTrial, runStudy } from "../../benchmarks/runner/study.ts";
import { summary } from "../../benchmarks/runner/tables.ts";
import { firstPassages } from "../../benchmarks/runner/trials-needed.ts";
import { failing } from "../../benchmarks/wrappers/failure.ts";
import { noisy } from "../../benchmarks/wrappers/noise.ts";
import type { Parameter } from "../../lib/space/parameter.ts";
import type { StrategyName } from "../../lib/study/spec.ts";
import { AskTellSession } from "../../lib/tuner/ask-tell/session.ts";

function lineOf(parameter: Parameter): object {
  const { name, when } = parameter;
  const [condition] = Object.entries(when ?? {}).map(([param, values]) => ({ param, values }));
  const rest = condition === undefined ? {} : { condition };
  if ("values" in parameter) return { type: parameter.type, name, choices: parameter.values, ...rest };
  return { type: parameter.type, name, low: parameter.min, high: parameter.max, ...rest };
}

/** The same study as lines of `pegbox optimize`. */
function bySession(problem: Problem, strategy: StrategyName, seed: number, trials: number, batch: number): unknown[] {
  const session = new AskTellSession();
  const { space, objectives, outcomes } = problem;
  const constraints = outcomes.map(({ metric, min, max }) => ({
    name: metric,
    op: min === undefined ? "<=" : ">=",
    threshold: min ?? max,
  }));
  const study = { type: "study", space: space.parameters.map(lineOf), objectives, constraints, strategy, seed };
  expect(session.answer({ ...study, budget: trials, batch })).toMatchObject({ ok: true });
  const all: unknown[] = [];
  while (all.length < trials) {
    const { suggestions } = session.answer({ type: "ask", n: Math.min(batch, trials - all.length) }) as {
      suggestions: { id: string; params: Parameters<Problem["evaluate"]>[0] }[];
    };
    if (suggestions.length === 0) break;
    const results = suggestions.map(({ id, params }) => {
      all.push(params);
      const seen = problem.observe(params, { seed, number: all.length });
      if (seen === null) return { id, metrics: null };
      const names = [...objectives.map(({ name }) => name), ...outcomes.map(({ metric }) => metric)];
      const measured = [...seen.values, ...seen.outcomes];
      return { id, metrics: Object.fromEntries(names.map((name, i) => [name, measured[i]])) };
    });
    expect(session.answer({ type: "tell", results })).toEqual({ ok: true });
  }
  return all;
}

describe("a study in this process", () => {
  const halfFails = failing(noisy(branin, 1), { region: ({ x1 }) => (x1 as number) > 8, share: 0.2 });
  it.each([
    ["bayesian", gramacy, 10, 1],
    ["bayesian", halfFails, 16, 4],
    ["bayesian", tree, 12, 4],
    ["evolution", zdt1, 30, 8],
    ["random", cells, 12, 1],
    ["sobol", sphere, 12, 5],
    ["grid", branin, 12, 1],
  ] as const)("%s proposes what the filter proposes", (strategy, problem, trials, batch) => {
    const ours = runStudy(problem, { strategy, seed: 3, trials, batch }).map(({ parameters }) => parameters);
    expect(ours).toEqual(bySession(problem, strategy, 3, trials, batch));
  });

  it("ends when a finite space has nothing new left", () => {
    const coin = defineProblem(
      {
        name: "coin",
        family: "table",
        source: "of this test",
        trials: 10,
        space: { parameters: [{ name: "side", type: "categorical", values: [0, 1] }], constraints: [] },
        optimum: { kind: "value", value: 0, places: [{ side: 0 }] },
      },
      (parameters) => single(numberAt(parameters, "side")),
    );
    for (const strategy of ["random", "grid", "bayesian"] as const) {
      expect(runStudy(coin, { strategy, seed: 1, trials: 10, batch: 1 })).toHaveLength(2);
    }
  });
});

const trial = (truth: Evaluation, observed: Evaluation | null = truth): BenchmarkTrial => ({
  parameters: {},
  observed,
  truth,
});

describe("the loss after each trial", () => {
  it("is the true value of the best seen", () => {
    const trials = [trial(single(3), single(5)), trial(single(7), single(4)), trial(single(1), single(6))];
    expect(lossAfterEach(sphere, trials)).toEqual([3, 7, 7]);
  });

  it("counts no failed and no infeasible trial", () => {
    const outside = { values: [0.1], outcomes: [-1, 0] };
    const inside = { values: [0.9], outcomes: [0, 1.5] };
    const trials = [trial(single(0), null), trial(outside), trial(inside)];
    const infinity = Number.POSITIVE_INFINITY;
    expect(lossAfterEach(gramacy, trials)).toEqual([infinity, infinity, 0.9]);
  });

  it("is the hypervolume that is missing, with several objectives", () => {
    const point = (a: number, b: number): BenchmarkTrial => trial({ values: [a, b], outcomes: [] });
    const losses = lossAfterEach(zdt1, [point(12, 0), point(1, 1), point(2, 2), point(0, 2)]);
    const whole = 120 + 2 / 3;
    [whole, whole - 100, whole - 100, whole - 109].forEach((loss, i) => {
      expect(losses[i]).toBeCloseTo(loss, 10);
    });
  });

  it("knows hypervolume in three objectives", () => {
    const points = [
      [0, 1, 1],
      [1, 0, 1],
      [1, 1, 0],
      [1, 1, 1],
    ];
    // the cube [1, 2]³, and three boxes of 1 × 1 × 1 beside it
    expect(hypervolume(points, [2, 2, 2])).toBeCloseTo(4, 12);
    expect(hypervolume([[3, 0, 0]], [2, 2, 2])).toBe(0);
    expect(hypervolume([], [2, 2, 2])).toBe(0);
  });
});

describe("the scale of regret", () => {
  // On a line, the best of ten uniform numbers has its median at 1 − 2^(−1/10).
  const line = defineProblem(
    {
      name: "line",
      family: "smooth",
      source: "of this test",
      trials: 10,
      space: boxSpace([[0, 1]]),
      optimum: { kind: "value", value: 0, places: [{ x1: 0 }] },
    },
    (parameters) => single(numberAt(parameters, "x1")),
  );

  it("is 1 at the median best of ten random trials, whatever the noise", () => {
    const expected = 1 - 2 ** (-1 / 10);
    // the density there is 10(1 − m)⁹ = 5.36: four standard errors of a median of 201
    expect(Math.abs(scaleOf(line).reference - expected)).toBeLessThan(4 / (2 * 5.36 * Math.sqrt(201)));
    expect(scaleOf(noisy(line, 5))).toEqual(scaleOf(line));
  });

  it("clips", () => {
    const scale = { least: 2, reference: 6 };
    expect([1, 2, 3, 6, 9, Number.POSITIVE_INFINITY].map((loss) => regret(scale, loss))).toEqual([0, 0, 0.25, 1, 1, 1]);
  });

  it("averages over the whole budget, where a study ended early too", () => {
    expect(areaUnderCurve({ least: 0, reference: 1 }, [0.8, 0.4], 4)).toBeCloseTo(0.5, 12);
  });

  it("says how many budgets random search and grid search need", () => {
    const scale = scaleOf(line);
    const needed = firstPassages(line, scale, 10);
    // 0 is the first point of every grid, and never drawn; the median first passage below x is ln ½ / ln(1 − x)
    expect(needed(0)).toEqual({ random: 10, grid: 1 });
    expect(needed(0.01).random).toBeGreaterThan(4);
    expect(needed(0.01).random).toBeLessThan(10);
    expect(needed(1).random).toBe(0.1);
  });

  it("counts a tie at the end of the budget as 1", () => {
    const flat = { ...line, evaluate: () => single(0), observe: () => single(0) };
    expect(firstPassages(flat, { least: 0, reference: 1 }, 5)(0)).toEqual({ random: 1, grid: 1 });
  });
});

describe("statistics", () => {
  it("are the textbook's", () => {
    expect(mean([1, 2, 6])).toBe(3);
    expect(standardError([1, 2, 6])).toBeCloseTo(Math.sqrt(7 / 3), 12);
    expect(median([5, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2);
    expect(quantile([10, 20, 30, 40], 0.95)).toBe(40);
  });
});

function results(strategies: Readonly<Record<string, readonly number[]>>, batch = 1): Results {
  const entries = Object.entries(strategies).map(([strategy, losses]) => [
    strategy,
    {
      needed: { random: 10, grid: 2 },
      seeds: Object.fromEntries(losses.map((loss, i) => [i + 1, { loss, auc: loss > 1 ? 0.75 : 0.4 }])),
    },
  ]);
  const problem = { family: "smooth", trials: 5, least: 0, reference: 2, strategies: Object.fromEntries(entries) };
  return {
    commit: "0123456789",
    clean: true,
    date: "2026-01-02",
    node: "v20.0.0",
    batch,
    problems: { bowl: problem as Results["problems"][string] },
  };
}

describe("a file of results", () => {
  it("comes back as it was written, Infinity too, in short lines", () => {
    const folder = mkdtempSync(join(tmpdir(), "pegbox-results-"));
    try {
      const path = join(folder, "results.json");
      const written = results({ bayesian: [0.5, Number.POSITIVE_INFINITY], random: [1, 2] });
      writeResults(path, written);
      expect(readResults(path)).toEqual(written);
      const lines = readFileSync(path, "utf8").split("\n");
      expect(lines).toContain('            "1": { "loss": 0.5, "auc": 0.4 },');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(120);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("is compared with another cell by cell", () => {
    const change = compare(results({ bayesian: [1, 1, 3, 0.5] }), results({ bayesian: [0.5, 1, 4, 0.75] }), "bayesian");
    // regrets 0.5, 0.5, 1, 0.25 → 0.25, 0.5, 1, 0.375: the third got worse beyond the ceiling
    expect(change).toMatchObject({ cells: 4, wins: 1, losses: 2 });
    expect(change.gain).toBeCloseTo(0.03125, 12);
    expect(change.gainError).toBeCloseTo(standardError([0.25, 0, 0, -0.125]), 12);
  });

  it("is not compared with what is no pair of it", () => {
    const base = results({ bayesian: [1] });
    expect(() => compare(base, results({ bayesian: [1] }, 8), "bayesian")).toThrow("batch");
    expect(() => compare(base, results({ random: [1] }), "bayesian")).toThrow("none");
    const other = { ...base, problems: { bowl: { ...base.problems["bowl"]!, reference: 3 } } };
    expect(() => compare(base, other, "bayesian")).toThrow("bowl");
  });

  it("ranks with shared ranks for equals", () => {
    const cells: Cell[] = cellsOf(results({ bayesian: [1], random: [2], sobol: [2], grid: [3] }));
    expect(cells.map((cell) => rankOf(cell, cells))).toEqual([1, 2.5, 2.5, 4]);
  });

  it("is summed up with the best strategy first", () => {
    const rows = summary(results({ random: [2, 2], bayesian: [1, 1] }));
    expect(rows).toEqual([
      expect.objectContaining({ strategy: "bayesian", cells: 2, regret: "0.500 ± 0.000", "mean rank": "1.00" }),
      expect.objectContaining({ strategy: "random", regret: "1.000 ± 0.000", "random needs": "10.0 ×" }),
    ]);
  });
});

it("measures a problem: the optimizer is ahead of random search on Branin's function", () => {
  const measured = measure(branin, { strategies: ["bayesian", "random"], seeds: [1], batch: 1, trials: 25 });
  const [optimized, drawn] = [measured.strategies.bayesian!, measured.strategies.random!];
  expect(optimized.seeds["1"]!.loss).toBeLessThan(drawn.seeds["1"]!.loss);
  expect(optimized.needed.random).toBeGreaterThan(5);
  expect(measured).toMatchObject({ family: "smooth", trials: 25, least: 10 / (8 * Math.PI) });
});
