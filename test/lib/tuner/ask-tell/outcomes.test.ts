import { expect, it } from "vitest";
import { AskTellSession } from "../../../../lib/tuner/ask-tell/session.ts";

const study = {
  type: "study",
  space: [{ name: "x", type: "float", low: 0, high: 1 }],
  objectives: [{ name: "y", goal: "minimize" }],
  constraints: [
    { name: "heat", op: "<=", threshold: 1 },
    { name: "yield", op: ">=", threshold: 2 },
  ],
  seed: 1,
};

const opened = (changes: object = {}): AskTellSession => {
  const session = new AskTellSession();
  expect(session.answer({ ...study, ...changes })).toEqual({ ok: true });
  return session;
};
const tell = (session: AskTellSession, id: string, x: number, metrics: object | null): void => {
  expect(session.answer({ type: "tell", results: [{ id, params: { x }, metrics }] })).toEqual({ ok: true });
};

it("the best is the best feasible one, and null before there is one", () => {
  const session = opened();
  tell(session, "a", 0.1, { y: -9, heat: 1.5, yield: 3 });
  tell(session, "b", 0.2, { y: -8, heat: 0.5, yield: 1 });
  tell(session, "c", 0.3, { y: -7, heat: 0.5 });
  tell(session, "d", 0.4, { y: -6, heat: null, yield: 3 });
  tell(session, "e", 0.5, null);
  expect(session.answer({ type: "best" })).toEqual({ params: null });
  tell(session, "f", 0.6, { y: 5, heat: 1, yield: 2 });
  tell(session, "g", 0.7, { y: 4, heat: 0.9, yield: 2.5 });
  expect(session.answer({ type: "best" })).toEqual({ params: { x: 0.7 } });
});

it("what breaks a constraint is told to the strategy with its values: the boundary is learnt from them", () => {
  // The objective falls towards x = 1, the heat rises past its bound at 0.55, and nothing ever fails.
  const session = opened({ budget: 20 });
  for (let n = 1; n <= 14; n++) {
    const { suggestions } = session.answer({ type: "ask" }) as { suggestions: { id: string; params: { x: number } }[] };
    const { id, params } = suggestions[0]!;
    tell(session, id, params.x, { y: -params.x, heat: (params.x + 0.45) ** 3, yield: 3 - params.x });
  }
  const { params } = session.answer({ type: "best" }) as { params: { x: number } };
  expect(params.x).toBeLessThanOrEqual(0.55);
  expect(params.x).toBeGreaterThan(0.545);
});

it("a strategy that ranks by one objective is refused for two", () => {
  const objectives = ["y", "z"].map((name) => ({ name, goal: "minimize" }));
  expect(new AskTellSession().answer({ ...study, strategy: "cmaes", objectives })).toEqual({
    error: {
      code: "INVALID_INPUT",
      message: "expected a strategy for several objectives, got cmaes with 2 objectives",
      path: "strategy",
    },
  });
});

it.each(["bayesian", "evolution", "auto"])("%s takes several objectives", (strategy) => {
  const session = opened({
    strategy,
    constraints: [],
    objectives: ["y", "z"].map((name) => ({ name, goal: "minimize" })),
  });
  for (let n = 1; n <= 10; n++) {
    const { suggestions } = session.answer({ type: "ask" }) as { suggestions: { id: string; params: { x: number } }[] };
    const { id, params } = suggestions[0]!;
    tell(session, id, params.x, { y: params.x, z: 1 - params.x ** 2 });
  }
  expect((session.answer({ type: "best" }) as { params: { x: number } }).params.x).toBeLessThan(0.2);
});
