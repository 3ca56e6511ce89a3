import { describe, expect, test } from "vitest";
import type { News } from "../../cli/output/news.ts";
import type { Studies } from "../../cli/studies/studies.ts";
import { watchStudy } from "../../cli/watch-study.ts";
import type { Trial } from "../../lib/study/records.ts";
import type { Reason, StudyStatus } from "../../lib/study/states.ts";
import { studyView, trialView } from "../../lib/study/views.ts";
import { aStudy, aTrial } from "../lib/study/records-builder.ts";
import { VirtualClock } from "../support/virtual-clock.ts";

interface Sight {
  readonly status?: StudyStatus;
  readonly reason?: Reason;
  readonly trials?: readonly Partial<Trial>[];
}

const proposed = (number: number): Partial<Trial> => ({ number, state: "PROPOSED", metrics: null, attempts: 0 });
const running = (number: number, attempts = 1): Partial<Trial> => ({
  ...proposed(number),
  state: "RUNNING",
  attempts,
  startedAt: number,
});
const ended = (number: number, endedAt: number): Partial<Trial> => ({
  ...running(number),
  state: "SUCCEEDED",
  endedAt,
});
const DONE = { status: "COMPLETED", reason: { code: "TRIALS", message: "all ended" } } as const;

/** Watches a study that looks as each sight in turn, a second apart, and tells what was said and how often trials were read. */
async function watched(...sights: readonly Sight[]) {
  const clock = new VirtualClock(0);
  const now = (): Sight => sights[Math.min(Math.floor(clock.now() / 1000), sights.length - 1)] as Sight;
  const reads: number[] = [];
  const studies = {
    lookMs: 1000,
    look: async () => {
      const { trials: _, ...study } = now();
      return studyView(aStudy({ ...study, updatedAt: sights.indexOf(now()) }));
    },
    async *trials(_: string, from: number) {
      reads.push(from);
      yield (now().trials ?? []).filter(({ number = 1 }) => number >= from).map((trial) => trialView(aTrial(trial)));
    },
  } as Partial<Studies> as Studies;
  const told: News[] = [];
  const sleep = (milliseconds: number): Promise<void> => clock.sleep(milliseconds, new AbortController().signal);
  const view = await clock.run(watchStudy("s-1", studies, { sleep, tell: (news) => told.push(news) }));
  const brief = told.map((news) => {
    const what = "trial" in news ? news.trial.number : "number" in news ? news.number : "";
    const rungs = news.type === "trialPaused" ? ` at ${news.trial.fidelity}` : "";
    return `${news.type} ${what}${rungs}`;
  });
  return { view, told, brief, reads };
}

describe("a study that is watched", () => {
  test("is told as it goes: what runs, what has ended since in the order in which it did, what runs again", async () => {
    const { view, brief, reads } = await watched(
      { trials: [ended(1, 10), running(2), proposed(3)] },
      { trials: [ended(1, 10), running(2), running(3)] },
      { trials: [ended(1, 10), { ...proposed(2), attempts: 1 }, ended(3, 30), ended(4, 20), running(5)] },
      { ...DONE, trials: [1, 3, 4].map((number) => ended(number, number)).concat(ended(2, 50), ended(5, 40)) },
    );
    expect(brief).toEqual([
      "trialStarted 2",
      "trialStarted 3",
      "trialEnded 4",
      "trialEnded 3",
      "trialRequeued 2",
      "trialStarted 5",
      "trialEnded 5",
      "trialEnded 2",
    ]);
    expect(view.status).toBe("COMPLETED");
    expect(reads, "of what is known to have ended no more is read").toEqual([1, 2, 2, 2]);
  });

  test("bears the times that things happened at, and the best as it stands", async () => {
    const { told } = await watched({ trials: [running(1)] }, { ...DONE, trials: [ended(1, 4321)] });
    expect(told).toMatchObject([
      { type: "trialStarted", at: 1 },
      { type: "trialEnded", at: 4321, best: null },
    ]);
  });

  test("is told of each rung once, also of those that passed between two looks", async () => {
    const rung = (fidelity: number) => ({ fidelity, metrics: { error: fidelity }, feasible: true });
    const paused = (...rungs: number[]): Partial<Trial> => ({
      ...running(1),
      state: "PAUSED",
      fidelity: rungs.at(-1) ?? null,
      rungs: rungs.map(rung),
    });
    const { brief } = await watched(
      { trials: [paused(1)] },
      {
        trials: [
          { ...paused(1), state: "PROPOSED", fidelity: 3 },
          { ...paused(1), number: 2 },
        ],
      },
      { trials: [paused(1, 3, 9), { ...paused(1), number: 2 }] },
      { ...DONE, trials: [{ ...ended(1, 5), fidelity: 27, rungs: [1, 3, 9].map(rung) }] },
    );
    expect(brief).toEqual(["trialPaused 2 at 1", "trialPaused 1 at 3", "trialPaused 1 at 9", "trialEnded 1"]);
  });

  test.each<[StudyStatus, string | null, number]>([
    ["CREATED", null, 2],
    ["PAUSING", "PAUSED_BY_USER", 2],
    ["PAUSED", "RESUMED", 2],
    ["PAUSED", "QUEUED", 2],
    ["PAUSED", "PAUSED_BY_USER", 1],
    ["PAUSED", "INTERRUPTED", 1],
    ["STOPPING", "STOPPED_BY_USER", 2],
    ["STOPPED", "STOPPED_BY_USER", 1],
    ["FAILED", "FAILURES", 1],
  ])("%s (%s) is looked at %i times", async (status, code, looks) => {
    const reason = code === null ? {} : { reason: { code, message: "why" } };
    const { reads } = await watched({ status, ...reason }, DONE);
    expect(reads).toHaveLength(looks);
  });
});
