import { expect, it } from "vitest";
import { AskTellSession } from "../../../../lib/tuner/ask-tell/session.ts";

const STUDY = {
  type: "study",
  space: [{ name: "x", type: "float", low: 0, high: 1 }],
  objectives: [{ name: "y", goal: "minimize" }],
};

/** A bowl whose bottom is at 0.5, with five lucky trials far from it. */
function best(luckyError: number | null): unknown {
  const session = new AskTellSession();
  session.answer(STUDY);
  const results = Array.from({ length: 31 }, (_, i) => {
    const lucky = i >= 1 && i <= 5;
    return {
      id: `${i}`,
      params: { x: i / 30 },
      metrics: { y: lucky ? -0.05 : (i / 30 - 0.5) ** 2 },
      ...(luckyError === null ? {} : { standardErrors: { y: lucky ? luckyError : 1e-4 } }),
    };
  });
  expect(session.answer({ type: "tell", results })).toEqual({ ok: true });
  return session.answer({ type: "best" })["params"];
}

it("decide what is best", () => {
  expect(best(3)).toEqual({ x: 0.5 });
  expect(best(null)).not.toEqual({ x: 0.5 });
});

it.each([[{ y: -1 }], [{ y: null }], [{ y: "1" }], [0.1]])("%j are refused, and nothing changes", (standardErrors) => {
  const session = new AskTellSession();
  session.answer(STUDY);
  const result = { id: "0", params: { x: 0.5 }, metrics: { y: 1 }, standardErrors };
  expect(session.answer({ type: "tell", results: [result] })).toMatchObject({ error: { code: "INVALID_INPUT" } });
  expect(session.answer({ type: "best" })).toEqual({ params: null });
});
