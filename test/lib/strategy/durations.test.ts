import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomStream } from "../../../lib/random/philox.ts";
import { compileSpace } from "../../../lib/space/codec.ts";
import type { ParameterValues } from "../../../lib/space/parameter.ts";
import { bayesian } from "../../../lib/strategy/bayesian.ts";
import { type Durations, learnDurations } from "../../../lib/strategy/durations.ts";
import type { Observation, ProposeRequest } from "../../../lib/strategy/strategy.ts";
import { modelCoordinates } from "../../../lib/surrogate/coordinates.ts";
import { centralDifference } from "../surrogate/examples.ts";
import { floats, propose, request } from "./requests.ts";

const plane = floats(2);
const at = (parameters: ParameterValues, name: string): number => parameters[name] as number;
/** 20 s to 600 s along x0. */
const along = (parameters: ParameterValues): number => 20 * 30 ** at(parameters, "x0");
/** Numbers from 0 to 1 that no parameter explains. */
const scattered = (number: number): number => randomStream(number, 1).uniform();

/** A cover of the plane, with what each trial took; null: that is not known. */
function history(
  count: number,
  seconds: (parameters: ParameterValues, number: number) => number | null,
): Observation[] {
  return propose(bayesian, request(plane, { budget: 1000 }), count, count).map(({ parameters }, i) => {
    const took = seconds(parameters, i + 1);
    const value = (at(parameters, "x0") - 0.6) ** 2 + (at(parameters, "x1") - 0.4) ** 2;
    return { number: i + 1, parameters, values: [value], ...(took === null ? {} : { seconds: took }) };
  });
}

function learn(trials: readonly Observation[], changes: Partial<ProposeRequest> = {}): Durations | null {
  const space = compileSpace({ parameters: plane, constraints: [] });
  return learnDurations(space, modelCoordinates(space), request(plane, { history: trials, timeLeft: 1, ...changes }));
}

describe("durations", () => {
  it("are learnt where parameters decide them, from failed trials too", () => {
    const failing = history(16, along).map((trial, i) => (i % 3 === 0 ? { ...trial, values: null } : trial));
    for (const trials of [history(16, along), failing]) {
      const { secondsAt } = learn(trials)!;
      for (const x of [0.1, 0.5, 0.9]) {
        const ratio = secondsAt(Float64Array.from([x, 0.3])) / along({ x0: x });
        expect(ratio).toBeGreaterThan(0.9);
        expect(ratio).toBeLessThan(1.1);
      }
    }
  });

  it.each([
    ["none is known", history(16, () => null)],
    ["there are no trials", []],
    ["three are known", history(3, along)],
    ["they hardly differ", history(16, (parameters) => 100 + 10 * at(parameters, "x0"))],
    ["they are below what goes by beside a trial", history(16, (parameters) => along(parameters) / 10_000)],
    ["no parameter decides them", history(40, (_, number) => 20 * 30 ** scattered(number))],
  ])("are not, where %s", (_, trials) => {
    expect(learn(trials)).toBeNull();
  });

  it("may have an outlier, a trial that waited for days", () => {
    const waited = history(24, (parameters, number) => (number === 5 ? 200_000 : along(parameters)));
    const { secondsAt } = learn(waited)!;
    expect(secondsAt(Float64Array.from([0.9, 0.9])) / secondsAt(Float64Array.from([0.1, 0.9]))).toBeGreaterThan(5);
  });

  it("count by the logarithm, in proportion to the time that is left", () => {
    const trials = history(16, along);
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        (left, x) => {
          const { bias, secondsAt } = learn(trials, { timeLeft: left })!;
          const [here, there] = [Float64Array.from([x, 0.3]), Float64Array.from([0.5, 0.5])];
          const ratio = Math.log((1 + secondsAt(there)) / (1 + secondsAt(here)));
          expect(bias.value(here) - bias.value(there)).toBeCloseTo(left * ratio, 9);
          const gradient = new Float64Array(2);
          expect(bias.valueAndGradient(here, gradient)).toBe(bias.value(here));
          expect(gradient[0]).toBeCloseTo(centralDifference(bias.value, here, 0, 1e-4), 4);
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe("a proposal", () => {
  const ask = (changes: Partial<ProposeRequest>) => {
    const { length } = changes.history ?? [];
    return bayesian.propose(request(plane, { first: length + 1, position: length, ...changes }));
  };
  const timed = history(16, along);
  const untimed = history(16, () => null);

  it("is the same to the byte where time is not limited, or durations are not explained", () => {
    expect(ask({ history: timed, count: 5 })).toEqual(ask({ history: untimed, count: 5 }));
    const noise = history(16, (_, number) => 20 * 30 ** scattered(number));
    expect(ask({ history: noise, count: 5, timeLeft: 0.9 })).toEqual(ask({ history: untimed, count: 5 }));
  });

  it("says what it is expected to take, in large batches too", () => {
    const { suggestions } = ask({ history: timed, count: 20, timeLeft: 1 });
    for (const { parameters, decision } of suggestions) {
      expect(decision).toMatchObject({ mode: "ei", seconds: expect.any(Number) });
      expect((decision["seconds"] as number) / along(parameters)).toBeCloseTo(1, 1);
    }
  });

  it("counts the time beside failures too", () => {
    const failing = (trials: Observation[]): Observation[] =>
      trials.map((trial, i) => (i % 4 === 0 ? { ...trial, values: null } : trial));
    const [quick] = ask({ history: failing(timed), timeLeft: 1 }).suggestions;
    const [plain] = ask({ history: failing(untimed) }).suggestions;
    expect(quick!.decision).toMatchObject({ mode: "ei", logFeasible: expect.any(Number), seconds: expect.any(Number) });
    expect(along(quick!.parameters)).toBeLessThan(along(plain!.parameters));
  });

  it("of several objectives does not count it", () => {
    const objectives = [
      { name: "y", goal: "minimize" },
      { name: "z", goal: "minimize" },
    ] as const;
    const two = (trials: Observation[]): Observation[] =>
      trials.map((trial) => ({ ...trial, values: [trial.values![0]!, -trial.values![0]!] }));
    expect(ask({ objectives, history: two(timed), timeLeft: 1 })).toEqual(ask({ objectives, history: two(untimed) }));
  });
});

it("tries the cheaper of two regions that are equally good more often", () => {
  const good = (x: number): number => Math.min((x - 0.2) ** 2, (x - 0.8) ** 2);
  const cheap = (limited: boolean): number => {
    const trials: Observation[] = [];
    let elapsed = 0;
    for (let number = 1; number <= 24; number++) {
      const changes = { history: [...trials], first: number, position: number - 1, budget: 24 };
      const left = limited ? { timeLeft: Math.max(0, 1 - elapsed / 10_000) } : {};
      const { parameters } = bayesian.propose(request(plane, { ...changes, ...left })).suggestions[0]!;
      const value = good(at(parameters, "x0")) + (at(parameters, "x1") - 0.4) ** 2;
      trials.push({ number, parameters, values: [value], seconds: along(parameters) });
      elapsed += along(parameters);
    }
    return trials.filter(({ parameters }) => at(parameters, "x0") < 0.5).length;
  };
  expect(cheap(true)).toBeGreaterThan(15);
  expect(cheap(true)).toBeGreaterThan(cheap(false));
});
