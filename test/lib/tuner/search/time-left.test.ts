import { expect, it } from "vitest";
import { timeLeft } from "../../../../lib/tuner/search/time-left.ts";
import { NOON, spec } from "../../../store/fixtures.ts";
import { success, Tuner } from "../support.ts";

const limited = { spec: spec({ budget: { wallClock: 100, trialTimeout: null } }), startedAt: NOON };
const ended = (...seconds: number[]) => seconds.map((second) => ({ endedAt: NOON + 1000 * second }));

it("is the share that was left when the latest trial ended", () => {
  expect(timeLeft(limited, [])).toBe(1);
  expect(timeLeft(limited, [...ended(40, 25), { endedAt: null }])).toBe(0.6);
});

it("stays between 0 and 1, for trials that ended late or were brought in from before", () => {
  expect(timeLeft(limited, ended(300))).toBe(0);
  expect(timeLeft(limited, ended(-300))).toBe(1);
});

it("is unknown where time is not limited, or the study has not begun", () => {
  expect(timeLeft({ ...limited, spec: spec() }, ended(40))).toBeUndefined();
  expect(timeLeft({ ...limited, startedAt: null }, ended(40))).toBeUndefined();
});

it.each([
  ["expects trials to take what they took where time is limited", 10_000, true],
  ["says nothing of it elsewhere", null, false],
])("a study %s", async (_, wallClock, expected) => {
  const tuner = new Tuner();
  await tuner.start({
    strategy: "bayesian",
    trials: 16,
    parallel: 1,
    budget: { wallClock, trialTimeout: null },
  });
  for (let epoch = 1; epoch <= 12; epoch++) {
    await tuner.open();
    const given = await tuner.claim({ epoch });
    const { parameters } = await tuner.trial(given.trial);
    const x = parameters["x"] as number;
    tuner.now += 1000 * Math.round(10 * 50 ** x);
    await tuner.next({
      epoch,
      seq: 1,
      told: { trial: given.trial, lease: given.lease, result: success((x - 0.7) ** 2) },
    });
  }
  const last = await tuner.trial(12);
  expect(Object.hasOwn(last.decision, "seconds")).toBe(expected);
  if (expected) {
    expect((last.decision["seconds"] as number) / (10 * 50 ** (last.parameters["x"] as number))).toBeCloseTo(1, 1);
  }
});
