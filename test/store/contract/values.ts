import fc from "fast-check";
import { expect, it } from "vitest";
import type { StudyStore } from "../../../lib/store/study-store.ts";
import { claimed, failure, NOON, running, spec, success } from "../fixtures.ts";

/** Text that databases and encodings like to lose. */
const TEXTS = [
  "",
  " ",
  "null",
  "ö 調律 🎻 \u{1F3BB}",
  "line\nbreak\ttab",
  "nul \u0000 in it",
  "'; DROP TABLE trial; --",
  "#",
];
const NUMBERS = [0, 5e-324, 1e-300, 1e300, Number.MAX_VALUE, -Number.MAX_VALUE, 0.1 + 0.2, 2 ** 53, -1e-130, 1 / 3];

export function valuesContract(store: () => StudyStore): void {
  it("keeps parameters and decisions as they are", async () => {
    await running(store(), 0);
    const values = [...TEXTS, ...NUMBERS, true, false, null];
    const parameters = Object.fromEntries(values.map((value, i) => [`p${i}`, value]));
    const decision = {
      strategy: "bayesian",
      values,
      nested: { empty: {}, list: [], deep: [[{ a: null }]] },
      "": "empty key",
    };
    const proposal = { number: 1, source: "enqueue", parameters, decision } as const;
    const ready = [{ from: 1, to: 1 }];
    await store().openEpoch("s", {
      generation: 1,
      number: 1,
      created: 0,
      proposals: [proposal],
      ready,
      slots: 1,
      trialsPerSlot: 1,
      at: NOON,
    });
    expect(await store().getTrial("s", 1)).toMatchObject({ parameters, decision });
    await store().settleTrial("s", 1, success(1));
    expect((await store().getStudy("s"))?.best?.parameters).toEqual(parameters);
  });

  it("keeps metrics, scores and reasons as they are", async () => {
    await running(store(), NUMBERS.length + 1);
    for (const [i, error] of NUMBERS.entries()) {
      const { trial } = await store().settleTrial(
        "s",
        i + 1,
        success(error, { costUsd: Math.abs(error) < 1 ? 0 : null }),
      );
      expect(trial.metrics).toEqual({ error });
    }
    const trials = await store().readTrials("s", { from: 1, to: NUMBERS.length });
    expect(trials.map(({ metrics }) => metrics?.["error"])).toEqual(NUMBERS);
    expect((await store().getStudy("s"))?.best).toMatchObject({ score: -Number.MAX_VALUE });

    const { lease } = await claimed(store(), "s");
    const reason = { code: "TRIAL_FAILED", message: TEXTS.join("|") };
    const last = NUMBERS.length + 1;
    await store().settleTrial("s", last, failure(lease, { reason, metrics: { error: null } }));
    expect(await store().getTrial("s", last)).toMatchObject({ reason, metrics: { error: null } });
  });

  it("keeps standard errors, and none where none was given", async () => {
    await running(store(), 2);
    const standardErrors = { error: 5e-324, "val/loss": 1e300, none: 0 };
    const { trial } = await store().settleTrial("s", 1, success(1, { standardErrors }));
    expect(trial.standardErrors).toEqual(standardErrors);
    await store().settleTrial("s", 2, success(1));
    const trials = await store().readTrials("s", { from: 1, to: 2 });
    expect(trials.map((read) => read.standardErrors)).toEqual([standardErrors, undefined]);
    expect(trials[1]).not.toHaveProperty("standardErrors");
  });

  it("orders any two scores as numbers", async () => {
    const score = fc.oneof(fc.constantFrom(...NUMBERS), fc.double({ noNaN: true, noDefaultInfinity: true }));
    let study = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(score, { minLength: 2, maxLength: 5 }), async (scores) => {
        const id = `order-${study++}`;
        await store().createStudy(id, spec(), NOON);
        await store().beginGeneration(id, { generation: 1, execution: id, at: NOON });
        const ready = [{ from: 1, to: scores.length }];
        const proposals = scores.map((_, i) => ({
          number: i + 1,
          source: "strategy" as const,
          parameters: {},
          decision: { strategy: "random" },
        }));
        await store().openEpoch(id, {
          generation: 1,
          number: 1,
          created: 0,
          proposals,
          ready,
          slots: 1,
          trialsPerSlot: 9,
          at: NOON,
        });
        for (const [i, value] of scores.entries()) await store().settleTrial(id, i + 1, success(value));
        const best = (await store().getStudy(id))?.best;
        const lowest = Math.min(...scores);
        expect(best?.score === lowest && best.trial === scores.indexOf(lowest) + 1).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it("keeps a result as large as the trial contract allows", async () => {
    await running(store(), 1);
    const metrics = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`metric_${i}`.padEnd(20, "_"), i / 7]));
    expect(JSON.stringify(metrics).length).toBeGreaterThan(30_000);
    const { trial } = await store().settleTrial("s", 1, success(1, { metrics }));
    expect(trial.metrics).toEqual(metrics);
    expect((await store().getStudy("s"))?.best?.metrics).toEqual(metrics);
  });

  it("keeps a specification as large as the API allows", async () => {
    const large = spec({
      description: TEXTS.join("\n"),
      fixed: Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`key${i}`, `🎻 ${"v".repeat(100)}`])),
      enqueue: [{ x: 1e-300 }, { x: null }, { x: "" }],
    });
    expect(JSON.stringify(large).length).toBeGreaterThan(220_000);
    const { study } = await store().createStudy("large", large, NOON);
    expect(study.spec).toEqual(large);
    expect((await store().getStudy("large"))?.spec).toEqual(large);
  });
}
