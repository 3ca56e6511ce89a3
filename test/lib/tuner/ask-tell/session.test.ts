import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AskTellAnswer, AskTellSession } from "../../../../lib/tuner/ask-tell/session.ts";

const X = { name: "x", type: "float", low: 0, high: 1 };
const STUDY = { type: "study", space: [X], objectives: [{ name: "y", goal: "minimize" }], strategy: "random" };

/** The `study` line of the contract. */
const SAMPLE = {
  type: "study",
  name: "s1",
  space: [
    { name: "x", type: "float", low: 1e-5, high: 1, log: true },
    { name: "n", type: "int", low: 1, high: 9, step: 2 },
    { name: "c", type: "categorical", choices: ["a", "b"], condition: { param: "n", values: [1, 3] } },
  ],
  objectives: [{ name: "y", goal: "minimize" }],
  constraints: [{ name: "c1", op: "<=", threshold: 0 }],
  seed: 1,
  budget: 100,
  batch: 4,
  fidelity: { name: "epochs", type: "int", low: 1, high: 27 },
};

function sessionOf(changes: object = {}): AskTellSession {
  const session = new AskTellSession();
  expect(session.answer({ ...STUDY, ...changes })).toHaveProperty("ok", true);
  return session;
}

interface Suggestion {
  readonly id: string;
  readonly params: Readonly<Record<string, unknown>>;
}

function ask(session: AskTellSession, n = 1): readonly Suggestion[] {
  const { suggestions } = session.answer({ type: "ask", n });
  expect(suggestions, JSON.stringify(suggestions)).toBeInstanceOf(Array);
  return suggestions as readonly Suggestion[];
}

function tell(session: AskTellSession, ...results: readonly object[]): AskTellAnswer {
  return session.answer({ type: "tell", results });
}

const best = (session: AskTellSession): unknown => session.answer({ type: "best" })["params"];

describe("the sample of the contract", () => {
  test("is answered line by line", () => {
    const session = new AskTellSession();
    expect(session.answer(SAMPLE)).toEqual({ ok: true, mode: "suggest" });
    const suggestions = ask(session, 4);
    expect(suggestions.map(({ id }) => id)).toEqual(["0", "1", "2", "3"]);
    for (const { params } of suggestions) {
      expect(params["x"]).toBeGreaterThanOrEqual(1e-5);
      expect(params["x"]).toBeLessThanOrEqual(1);
      expect([1, 3, 5, 7, 9]).toContain(params["n"]);
      expect("c" in params).toBe(params["n"] === 1 || params["n"] === 3);
    }
    const [first, second] = suggestions;
    expect(best(session)).toBeNull();
    const results = [
      { id: "0", params: first?.params, metrics: { y: 1.25, c1: -0.5 }, step: 3, fidelity: 9, external: true },
      { id: "1", params: second?.params, metrics: null, stopped: false },
    ];
    expect(tell(session, ...results)).toEqual({ ok: true });
    expect(session.answer({ type: "report", id: "2", step: 3, metrics: { y: 2 } })).toMatchObject({
      error: { code: "CONFLICT" },
    });
    expect(best(session)).toEqual(first?.params);
  });

  test("gives the same bytes for the same lines", () => {
    const bytes = (): string => {
      const session = new AskTellSession();
      const lines: object[] = [SAMPLE];
      for (let id = 0; id < 14; id += 2) {
        const metrics = (value: number): object => ({ y: value, c1: value - 5 });
        const told = [
          { id: `${id + 1}`, metrics: metrics((id * 7) % 11) },
          { id: `${id}`, metrics: null },
        ];
        lines.push({ type: "ask", n: 2 }, { type: "tell", results: told });
      }
      return lines.map((line) => JSON.stringify(session.answer(line))).join("\n");
    };
    expect(bytes()).toBe(bytes());
  });

  test("another seed gives other suggestions", () => {
    expect(ask(sessionOf({ seed: 2 }))).not.toEqual(ask(sessionOf({ seed: 3 })));
  });
});

describe("study", () => {
  test("without fidelity has no mode", () => {
    expect(new AskTellSession().answer(STUDY)).toEqual({ ok: true });
  });

  test("a second one starts afresh", () => {
    const session = sessionOf();
    const first = ask(session, 2);
    tell(session, { id: "0", metrics: { y: 1 } });
    expect(session.answer(STUDY)).toEqual({ ok: true });
    expect(best(session)).toBeNull();
    expect(ask(session, 2)).toEqual(first);
  });

  test("a wrong one leaves the open one as it is", () => {
    const session = sessionOf();
    tell(session, { id: "a", params: { x: 0.5 }, metrics: { y: 1 } });
    expect(session.answer({ ...STUDY, space: [] })).toHaveProperty("error");
    expect(best(session)).toEqual({ x: 0.5 });
  });

  test("parents may stand behind their children, and conditions chain", () => {
    const space = [
      { name: "c", type: "float", low: 0, high: 1, condition: { param: "b", values: [true] } },
      { name: "b", type: "categorical", choices: [true, false], condition: { param: "a", values: ["on"] } },
      { name: "a", type: "categorical", choices: ["on", "off"] },
    ];
    for (const { params } of ask(sessionOf({ space }), 30)) {
      expect("b" in params).toBe(params["a"] === "on");
      expect("c" in params).toBe(params["b"] === true);
    }
  });

  test("names are any texts, choices any scalars, and names of Object's are no values", () => {
    const space = [
      { name: "constructor", type: "float", low: 0, high: 1 },
      { name: "Größe / 10", type: "ordinal", choices: [null, true, "1", 1] },
    ];
    const session = sessionOf({ space, objectives: [{ name: "toString", goal: "maximize" }] });
    const [{ id, params } = { id: "", params: {} }] = ask(session);
    expect(params).toHaveProperty("constructor", expect.any(Number));
    expect([null, true, "1", 1]).toContain(params["Größe / 10"]);
    expect(tell(session, { id, params: { "Größe / 10": "1" }, metrics: {} })).toEqual({ ok: true });
    expect(best(session)).toBeNull();
    tell(session, { id, params, metrics: { toString: 1 } });
    expect(best(session)).toEqual(params);
  });

  test.each([
    ["no space", { space: [] }, "space"],
    ["a type that is none", { space: [{ ...X, type: "real" }] }, "space.0.type"],
    ["no upper bound", { space: [{ name: "x", type: "float", low: 0 }] }, "space.0.high"],
    ["bounds swapped", { space: [{ ...X, low: 2 }] }, "space.0.low"],
    ["a logarithm of nothing", { space: [X, { ...X, name: "z", log: true }] }, "space.1.low"],
    ["a step of nothing", { space: [{ ...X, step: 0 }] }, "space.0.step"],
    ["half an int", { space: [{ ...X, type: "int", low: 0.5 }] }, "space.0.low"],
    ["a name twice", { space: [X, X] }, "space.1.name"],
    ["a choice twice", { space: [{ name: "c", type: "ordinal", choices: [1, 2, 1] }] }, "space.0.choices.2"],
    ["no choices", { space: [{ name: "c", type: "categorical", choices: [] }] }, "space.0.choices"],
    ["an unknown parent", { space: [{ ...X, condition: { param: "p", values: [1] } }] }, "space.0.condition"],
    ["itself as a parent", { space: [{ ...X, condition: { param: "x", values: [1] } }] }, "space.0.condition"],
    ["no objectives", { objectives: [] }, "objectives"],
    ["a goal that is none", { objectives: [{ name: "y", goal: "less" }] }, "objectives.0.goal"],
    ["a strategy that is none", { strategy: "luck" }, "strategy"],
    ["manual, where nobody enqueues", { strategy: "manual" }, "strategy"],
    ["a seed that is none", { seed: -1 }, "seed"],
    ["no budget", { budget: 0 }, "budget"],
    ["an empty batch", { batch: 0 }, "batch"],
    ["an operator that is none", { constraints: [{ name: "c", op: "<", threshold: 0 }] }, "constraints.0.op"],
  ])("%s is wrong", (_, changes, path) => {
    const { error } = new AskTellSession().answer({ ...STUDY, ...changes }) as { error: Record<string, string> };
    expect(error).toEqual({ code: expect.any(String), message: expect.any(String), path });
    expect(error["message"]).not.toBe("");
  });

  test("a budget in other units than trials is rounded down", () => {
    expect(ask(sessionOf({ strategy: "grid", budget: 3.7 }), 9)).toHaveLength(3);
    expect(ask(sessionOf({ strategy: "grid", budget: 1e300 }), 2)).toHaveLength(2);
  });
});

describe("ask", () => {
  test("a trial's suggestion does not depend on how many are asked for at a time", () => {
    for (const strategy of ["random", "sobol", "grid"]) {
      const one = sessionOf({ strategy });
      const singly = Array.from({ length: 6 }, () => ask(one)[0]);
      expect(ask(sessionOf({ strategy }), 6)).toEqual(singly);
    }
  });

  test("n is 1 where it is left out", () => {
    expect(sessionOf().answer({ type: "ask" })["suggestions"]).toHaveLength(1);
  });

  test("a finite space is used up once, then exhausted", () => {
    const session = sessionOf({ space: [{ name: "n", type: "int", low: 1, high: 3 }] });
    tell(session, { id: "import", params: { n: 2 }, metrics: { y: 1 } });
    const rest = session.answer({ type: "ask", n: 5 });
    expect((rest["suggestions"] as Suggestion[]).map(({ params }) => params["n"]).toSorted()).toEqual([1, 3]);
    expect(rest).not.toHaveProperty("exhausted");
    expect(session.answer({ type: "ask", n: 1 })).toEqual({ suggestions: [], exhausted: true });
  });

  test("ids that imports have taken are not given again", () => {
    const session = sessionOf();
    tell(session, { id: "1", params: { x: 0.1 }, metrics: { y: 1 } }, { id: 3, params: { x: 0.2 }, metrics: null });
    expect(ask(session, 3).map(({ id }) => id)).toEqual(["0", "2", "4"]);
  });

  test("learns: trials that were told decide what is suggested", () => {
    const suggestedFor = (y: (x: number) => number): unknown => {
      const session = sessionOf({ strategy: "bayesian", budget: 20 });
      for (let i = 0; i < 8; i++) {
        const [{ id, params } = { id: "", params: {} }] = ask(session);
        tell(session, { id, metrics: { y: y(Number(params["x"])) } });
      }
      return ask(session)[0]?.params;
    };
    expect(suggestedFor((x) => (x - 0.2) ** 2)).not.toEqual(suggestedFor((x) => (x - 0.9) ** 2));
  });

  test("10,000 times is a matter of seconds", () => {
    const session = sessionOf();
    const before = process.cpuUsage();
    for (let i = 0; i < 10_000; i++) {
      const [{ id, params } = { id: "", params: {} }] = ask(session);
      tell(session, { id, params, metrics: { y: i } });
    }
    // of the processor, not of the clock: other tests run beside this one
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(5);
  });
});

describe("tell", () => {
  test("in any order, and twice: the last word counts", () => {
    const session = sessionOf();
    const [a, b, c] = ask(session, 3);
    tell(session, { id: "2", metrics: { y: 3 } });
    tell(session, { id: "0", metrics: { y: 2 } });
    expect(best(session)).toEqual(a?.params);
    tell(session, { id: "0", metrics: { y: 9 } }, { id: "1", metrics: { y: 5 } }, { id: "1", metrics: { y: 1 } });
    expect(best(session)).toEqual(b?.params);
    tell(session, { id: "1", metrics: null });
    expect(best(session)).toEqual(c?.params);
  });

  test("params win over what was suggested", () => {
    const session = sessionOf();
    const [{ id } = { id: "" }] = ask(session);
    tell(session, { id, params: { x: 0.75, unknown: 1 }, metrics: { y: 1 } });
    expect(best(session)).toEqual({ x: 0.75 });
  });

  test.each([
    ["<=", -0.1, true],
    ["<=", 0.1, false],
    [">=", 0.1, true],
    [">=", -0.1, false],
    ["<=", null, false],
    ["<=", undefined, false],
  ])("a constraint %s 0 of a trial with %s: feasible is %s", (op, c1, feasible) => {
    const session = sessionOf({ constraints: [{ name: "c1", op, threshold: 0 }] });
    const metrics = c1 === undefined ? { y: 1 } : { y: 1, c1 };
    tell(session, { id: "a", params: { x: 0.5 }, metrics });
    expect(best(session)).toEqual(feasible ? { x: 0.5 } : null);
  });

  test("an objective that is missing or not finite is a failed trial", () => {
    const session = sessionOf();
    tell(session, { id: "a", params: { x: 0.5 }, metrics: { y: null } }, { id: "b", params: { x: 0.5 }, metrics: {} });
    expect(best(session)).toBeNull();
  });

  test.each([
    ["an unknown id without params", [{ id: "zz", metrics: { y: 1 } }], "results.0.params"],
    ["a metric that is no number", [{ id: "a", params: { x: 0.5 }, metrics: { y: "1" } }], "results.0.metrics.y"],
    ["no metrics", [{ id: "a", params: { x: 0.5 } }], "results.0.metrics"],
    ["a parameter that is no number", [{ id: "a", params: { x: "0.5" }, metrics: null }], "results.0.params.x"],
    ["results that are none", { id: "a" }, "results"],
  ])("%s: the line is wrong and none of it is taken", (_, wrong, path) => {
    const session = sessionOf();
    const good = { id: "good", params: { x: 0.5 }, metrics: { y: 1 } };
    const results = Array.isArray(wrong) ? [...wrong, good] : wrong;
    expect(session.answer({ type: "tell", results })).toEqual({
      error: { code: "INVALID_INPUT", message: expect.any(String), path },
    });
    expect(best(session)).toBeNull();
    expect(ask(session)[0]?.id).toBe("0");
  });

  test("a choice that is none is wrong", () => {
    const session = sessionOf({ space: [{ name: "c", type: "categorical", choices: [1, 2] }] });
    expect(tell(session, { id: "a", params: { c: "1" }, metrics: null })).toMatchObject({
      error: { code: "INVALID_INPUT", path: "results.0.params.c" },
    });
  });
});

describe("curves", () => {
  const curves = (rule: string, changes: object = {}): AskTellSession => {
    const session = new AskTellSession();
    const fidelity = { name: "epochs", low: 1, high: 27, rule };
    expect(session.answer({ ...STUDY, fidelity, ...changes })).toEqual({ ok: true, mode: "curve" });
    return session;
  };
  const report = (session: AskTellSession, id: string, step: number, y: number | null): unknown =>
    session.answer({ type: "report", id, step, metrics: { y } })["stop"];

  test("every step is reported, and who is behind is told to stop", () => {
    const session = curves("stop");
    const asked = ask(session, 6);
    expect(asked.every((suggestion) => !("fidelity" in suggestion))).toBe(true);
    expect(["0", "1", "2", "3"].map((id) => report(session, id, 1, Number(id)))).toEqual([false, false, false, false]);
    expect(report(session, "4", 1, 4)).toBe(true);
    expect(report(session, "4", 2, -4)).toBe(true);
    expect(report(session, "5", 1, -1)).toBe(false);
    tell(session, { id: "4", metrics: { y: 4 } }, { id: "0", metrics: { y: 9 } });
    expect(best(session)).toEqual(asked[0]?.params);
  });

  test("the median rule stops between rungs too", () => {
    const session = curves("median");
    ask(session, 6);
    for (const id of ["0", "1", "2", "3", "4"]) for (const step of [1, 2]) report(session, id, step, Number(id));
    expect([report(session, "5", 1, 2), report(session, "5", 2, 2), report(session, "5", 3, 9)]).toEqual([
      false,
      false,
      false,
    ]);
    const [late] = ask(session);
    expect(report(session, late!.id, 1, 3)).toBe(true);
  });

  test("the first report of a step counts, and one that comes late decides nothing", () => {
    const session = curves("stop");
    ask(session, 5);
    for (const id of ["0", "1", "2", "3"]) report(session, id, 1, Number(id));
    expect([report(session, "4", 2, 9), report(session, "4", 1, 9), report(session, "4", 2, 0)]).toEqual([
      true,
      true,
      true,
    ]);
    expect([report(session, "0", 1, 99), report(session, "0", 0.5, 99)]).toEqual([false, false]);
  });

  test("a stopped trial teaches what it was on its rungs, and is no failure", () => {
    const session = curves("stop", { strategy: "bayesian" });
    const distance = (x: unknown): number => Math.abs((x as number) - 0.3);
    for (let round = 0; round < 15; round++) {
      const [{ id, params }] = ask(session) as [Suggestion];
      const stop = report(session, id, 1, distance(params["x"]));
      tell(session, { id, metrics: { y: distance(params["x"]) - (stop === true ? 0 : 1) } });
    }
    const [next] = ask(session);
    expect(distance(next?.params["x"])).toBeLessThan(0.05);
    expect(distance((best(session) as Suggestion["params"])["x"])).toBeLessThan(0.05);
  });

  test.each([
    [{ id: "9", step: 1, metrics: { y: 1 } }, "id"],
    [{ id: "0", step: 0, metrics: { y: 1 } }, "step"],
    [{ id: "0", step: 1 }, "metrics"],
  ])("%j is refused", (line, path) => {
    const session = curves("stop");
    ask(session);
    expect(session.answer({ type: "report", ...line })).toMatchObject({ error: { code: "INVALID_INPUT", path } });
  });

  test("a median is that of one objective; hyperband suggests how far to train", () => {
    const fidelity = { name: "epochs", low: 1, high: 27, rule: "median" };
    const constraints = [{ name: "size", threshold: 1 }];
    expect(new AskTellSession().answer({ ...STUDY, fidelity, constraints })).toMatchObject({
      error: { code: "INVALID_INPUT", path: "fidelity.rule" },
    });
    const session = new AskTellSession();
    expect(session.answer({ ...STUDY, fidelity: { ...fidelity, rule: "hyperband" } })).toEqual({
      ok: true,
      mode: "suggest",
    });
    expect(ask(session, 4).map((suggestion) => (suggestion as { fidelity?: number }).fidelity)).toEqual([1, 3, 1, 9]);
  });
});

describe("best", () => {
  test("of what is maximised is the highest; of equals the first", () => {
    const session = sessionOf({ objectives: [{ name: "y", goal: "maximize" }] });
    [1, 3, 3, 2].forEach((y, i) => {
      tell(session, { id: `${i}`, params: { x: i / 10 }, metrics: { y } });
    });
    expect(best(session)).toEqual({ x: 0.1 });
  });
});

describe("a wrong line", () => {
  test.each([
    [{ type: "ask" }],
    [{ type: "tell", results: [] }],
    [{ type: "best" }],
    [{ type: "report", id: 1, step: 1, metrics: {} }],
  ])("%j before any study", (line) => {
    expect(new AskTellSession().answer(line)).toEqual({
      error: { code: "CONFLICT", message: expect.stringContaining(line.type), path: "" },
    });
  });

  test.each([
    [null, ""],
    [3, ""],
    [[], ""],
    [{}, "type"],
    [{ type: "nope" }, "type"],
    [{ type: "ask", n: 0 }, "n"],
    [{ type: "ask", n: 1.5 }, "n"],
    [{ type: "ask", n: 1e9 }, "n"],
  ])("%j", (line, path) => {
    expect(sessionOf().answer(line)).toEqual({
      error: { code: "INVALID_INPUT", message: expect.any(String), path },
    });
  });

  test("of any kind changes nothing: what follows is as if it had not come", () => {
    const junk = fc.oneof(
      fc.jsonValue(),
      fc.record({ type: fc.constantFrom("study", "ask", "tell", "report", "best") }, { noNullPrototype: true }),
      fc.record({ type: fc.constant("tell"), results: fc.array(fc.jsonValue()) }),
      fc.record({ type: fc.constant("study"), space: fc.jsonValue(), objectives: fc.jsonValue() }),
    );
    fc.assert(
      fc.property(fc.array(junk, { maxLength: 8 }), (lines) => {
        const session = sessionOf();
        const plain = sessionOf();
        for (const line of lines) if (!("error" in session.answer(line))) plain.answer(line);
        expect(session.answer({ type: "ask", n: 3 })).toEqual(plain.answer({ type: "ask", n: 3 }));
      }),
      { numRuns: 200 },
    );
  });
});
