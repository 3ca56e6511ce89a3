import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Parameter } from "../../../../lib/space/parameter.ts";
import { type AskTellAnswer, AskTellSession } from "../../../../lib/tuner/ask-tell/session.ts";
import { examples } from "../../strategy/random-spaces.ts";

/** A parameter as a `study` line writes it, which knows one parent and no reverse-log scale. */
function line(parameter: Parameter): object {
  const [condition] = Object.entries(parameter.when ?? {});
  const common = {
    name: parameter.name,
    type: parameter.type,
    ...(condition === undefined ? {} : { condition: { param: condition[0], values: condition[1] } }),
  };
  if ("values" in parameter) return { ...common, choices: parameter.values };
  const { min, max, scale, step } = parameter;
  return { ...common, low: min, high: max, log: scale === "log", ...(step === undefined ? {} : { step }) };
}

const strategy = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("random", "sobol", "grid", "evolution") },
  fc.constant("auto"),
);
const studyLine = fc
  .record({
    example: examples,
    strategy,
    goal: fc.constantFrom("minimize", "maximize"),
    constraints: fc.constantFrom([], [{ name: "c", op: "<=", threshold: 0.5 }]),
    seed: fc.maxSafeNat(),
    batch: fc.integer({ min: 1, max: 20 }),
  })
  .map(({ example, goal, ...rest }) => ({
    type: "study",
    space: example.space.parameters.map(line),
    objectives: [{ name: "y", goal }],
    ...rest,
  }));

/** What a program may send for a number: some are no JSON, but the command reads Python's. */
const metric = fc.oneof(
  fc.double(),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, null, 1e300, -1e300, 0, 5e-324),
);
const metrics = fc.option(
  fc.dictionary(fc.constantFrom("y", "c", "other", "__proto__"), metric, { noNullPrototype: true }),
);
const tellLine = fc
  .array(
    fc.record(
      {
        id: fc.oneof(fc.nat(12).map(String), fc.constantFrom("new", "constructor", "", 3)),
        metrics,
        params: fc.dictionary(fc.constantFrom("a", "x1", "toString", "none"), fc.jsonValue({ maxDepth: 1 })),
      },
      { requiredKeys: ["id", "metrics"] },
    ),
    { maxLength: 6 },
  )
  .map((results) => ({ type: "tell", results }));
const askLine = fc.integer({ min: 1, max: 4 }).map((n) => ({ type: "ask", n }));

const sound: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  { weight: 3, arbitrary: askLine },
  { weight: 4, arbitrary: tellLine },
  fc.constant({ type: "best" }),
);
/** A line with one of its keys replaced by anything, or no line at all. */
const unsound = fc.oneof(
  fc
    .tuple(fc.oneof(sound, studyLine), fc.nat(20), fc.jsonValue({ maxDepth: 2 }))
    .map(([whole, key, value]) => ({ ...whole, [Object.keys(whole)[key % Object.keys(whole).length]!]: value })),
  fc.jsonValue({ maxDepth: 2 }),
);

const DOCUMENTED = ["INVALID_INPUT", "CONFLICT", "SPACE_EMPTY", "INVALID_STUDY", "NOT_YET"];

function expectAnswered(session: AskTellSession, asked: unknown): AskTellAnswer {
  const answer = session.answer(asked);
  const written = JSON.stringify(answer);
  expect(written).not.toMatch(/[\n\r]/);
  expect(JSON.parse(written)).toEqual(answer);
  const error = answer["error"] as { readonly code: string; readonly message: string } | undefined;
  if (error !== undefined) expect(DOCUMENTED, error.message).toContain(error.code);
  return answer;
}

describe("whatever lines come", () => {
  test("each has one answer, a wrong one an error, and `best` always one", () => {
    fc.assert(
      fc.property(
        studyLine,
        fc.array(fc.oneof({ weight: 3, arbitrary: sound }, unsound), { maxLength: 10 }),
        (study, lines) => {
          const session = new AskTellSession();
          expect(expectAnswered(session, study)).toEqual({ ok: true });
          for (const asked of lines) {
            const answer = expectAnswered(session, asked);
            expect(Object.keys(answer).length).toBeGreaterThan(0);
          }
          expect(expectAnswered(session, { type: "best" })).toHaveProperty("params");
        },
      ),
      { numRuns: 300, seed: 3 },
    );
  });
});
