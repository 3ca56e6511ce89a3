import { expect, it } from "vitest";
import { AskTellSession } from "../../../../lib/tuner/ask-tell/session.ts";

const X = { name: "x", type: "float", low: 0, high: 1, prior: [0.7, 0.9] };
const C = { name: "c", type: "categorical", choices: ["a", 2], prior: { 2: 3 } };
const study = (space: object[]): object => ({ type: "study", space, objectives: [{ name: "y", goal: "minimize" }] });

it("the first suggestion is what a prior takes to be the best", () => {
  const session = new AskTellSession();
  expect(session.answer(study([X, C]))).toEqual({ ok: true });
  expect(session.answer({ type: "ask" })).toMatchObject({
    suggestions: [{ params: { x: expect.closeTo(0.8, 12), c: 2 } }],
  });
});

it.each([
  [{ ...X, prior: [0.9, 0.7] }, "space.0.prior"],
  [{ ...X, prior: [0.7, 1.1] }, "space.0.prior"],
  [{ ...X, prior: [0.7, 0.7] }, "space.0.prior"],
  [{ ...X, prior: [0.7] }, "space.0.prior"],
  [{ ...X, type: "int", prior: [1, 2] }, "space.0.prior"],
  [{ ...C, prior: { b: 1 } }, "space.0.prior.b"],
  [{ ...C, prior: { a: 0 } }, "space.0.prior.a"],
])("%j is refused", (parameter, path) => {
  expect(new AskTellSession().answer(study([parameter]))).toMatchObject({ error: { code: "INVALID_INPUT", path } });
});
