import { expect, it } from "vitest";
import { randomStream } from "../../../../lib/random/philox.ts";
import { AskTellSession } from "../../../../lib/tuner/ask-tell/session.ts";

const study = {
  type: "study",
  space: [{ name: "x", type: "float", low: -1, high: 1 }],
  objectives: [{ name: "y", goal: "minimize" }],
  seed: 1,
};

/** A study to which x was told forty times, with the values of x² and normal noise. */
function told(deviation: number): { session: AskTellSession; lowest: number } {
  const session = new AskTellSession();
  session.answer(study);
  const stream = randomStream(5, 0);
  const results = Array.from({ length: 40 }, (_, i) => {
    const x = 2 * stream.uniform() - 1;
    return { id: String(i), params: { x }, metrics: { y: x * x + deviation * stream.normal() } };
  });
  session.answer({ type: "tell", results });
  const lowest = results.reduce((a, b) => (b.metrics.y < a.metrics.y ? b : a));
  return { session, lowest: lowest.params.x };
}

it("answers the best value where the values are exact", () => {
  const { session, lowest } = told(0);
  expect(session.answer({ type: "best" })).toEqual({ params: { x: lowest } });
});

it("answers by the model where the values are noisy", () => {
  const { session, lowest } = told(0.2);
  const { params } = session.answer({ type: "best" }) as { params: { x: number } };
  expect(Math.abs(params.x)).toBeLessThan(Math.abs(lowest));
});
