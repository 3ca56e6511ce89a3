import { expect, it } from "vitest";
import type { Proposal, StudyStore } from "../../../lib/store/study-store.ts";
import type { TrialSource } from "../../../lib/study/records.ts";
import { claimed, DAY, NOON, openNew, proposals, running, spec, success } from "../fixtures.ts";

const ALL = { from: 1, to: 99 };
const AT = NOON + 5;

const asked = (number: number, source: TrialSource = "enqueue"): readonly Proposal[] =>
  proposals(number, 1).map((proposal) => ({ ...proposal, source }));

export function wishesContract(store: () => StudyStore): void {
  const enqueue = (created: number, changes: object = {}): ReturnType<StudyStore["addTrial"]> =>
    store().addTrial("s", { created, proposals: asked(created + 1), at: AT, ...changes });

  it("adds a trial that is ready after the others of the open epoch", async () => {
    const id = await running(store(), 1);
    expect(await enqueue(1)).toMatchObject({
      outcome: "added",
      trial: { number: 2, state: "PROPOSED", source: "enqueue", attempts: 0 },
    });
    expect(await store().getStudy(id)).toMatchObject({
      ...{ created: 2, added: 1, imported: 0, updatedAt: AT },
      ...{ counts: { proposed: 2 }, epoch: { number: 1, ready: [{ from: 1, to: 2 }] } },
    });
    const slots = [await claimed(store(), id), await claimed(store(), id, { slot: 1 })];
    expect(slots.map(({ number }) => number)).toEqual([1, 2]);
  });

  it("adds what the file enqueues before it, none of which a person has added", async () => {
    await store().createStudy("s", spec(), NOON);
    const file = [...asked(1), ...asked(2)];
    expect(await enqueue(0, { proposals: [...file, ...asked(3)] })).toMatchObject({ trial: { number: 3 } });
    expect(await store().getStudy("s")).toMatchObject({ created: 3, added: 1, counts: { proposed: 3 } });
  });

  it("makes it ready in epoch 0 where none was opened, for who plans the first to find", async () => {
    await store().createStudy("s", spec(), NOON);
    await enqueue(0);
    expect(await store().getStudy("s")).toMatchObject({ epoch: { number: 0, ready: [{ from: 1, to: 1 }] } });
    await store().beginGeneration("s", { generation: 1, execution: "x", at: NOON + 6 });
    const opening = { generation: 1, number: 1, created: 1, proposals: proposals(2, 1), slots: 1, trialsPerSlot: 2 };
    await store().openEpoch("s", { ...opening, ready: [{ from: 1, to: 2 }], at: NOON + 7 });
    expect((await claimed(store(), "s")).number).toBe(1);
  });

  it("brings a trial in finished: counted, known as the best, imported, and ready for nobody", async () => {
    const id = await running(store(), 1);
    const settlement = success(0.25, { at: AT, costUsd: 0.5 });
    const added = await enqueue(1, { proposals: asked(2, "import"), settlement });
    expect(added).toMatchObject({
      outcome: "added",
      trial: { number: 2, state: "SUCCEEDED", metrics: { error: 0.25 }, startedAt: null, endedAt: AT },
    });
    expect(await store().getTrial(id, 2)).toEqual(added?.trial);
    expect(await store().getStudy(id)).toMatchObject({
      ...{ created: 2, added: 1, imported: 1, spentUsd: 0.5, counts: { proposed: 1, succeeded: 1 } },
      ...{ best: { trial: 2, score: 0.25 }, endedAtBest: 0, epoch: { ready: [{ from: 1, to: 1 }] } },
    });
    const { items } = await store().readEvents(id, { limit: 99 });
    expect(items.at(-1)).toMatchObject({ type: "best", trial: 2 });
    await store().settleTrial(id, 1, success(0.1));
    expect(await store().getStudy(id)).toMatchObject({ endedAtBest: 1, imported: 1 });
  });

  it("changes nothing where the study has other trials than the caller saw, or has ended", async () => {
    const id = await running(store(), 2);
    expect(await enqueue(1)).toBeNull();
    await store().moveStudy(id, { from: ["RUNNING"], to: "STOPPING", reason: null, at: AT });
    expect(await enqueue(2)).toBeNull();
    await store().moveStudy(id, { from: ["STOPPING"], to: "STOPPED", reason: null, at: AT });
    expect(await enqueue(2)).toBeNull();
    expect(await store().readTrials(id, ALL)).toHaveLength(2);
    await expect(store().addTrial("nobody", { created: 0, proposals: asked(1), at: AT })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });

  it("adds to one that waits, and is met by who plans next", async () => {
    const id = await running(store(), 1);
    await store().moveStudy(id, { from: ["RUNNING"], to: "PAUSED", reason: null, at: AT });
    expect(await enqueue(1)).toMatchObject({ outcome: "added" });
    await store().beginGeneration(id, { generation: 2, execution: "x", at: AT });
    await expect(openNew(store(), id, 2, 2, 1)).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("adds one of many that are added at one instant, and the next by who asks again", async () => {
    const id = await running(store(), 1);
    const answers = await Promise.all([1, 2, 3].map(() => enqueue(1)));
    expect(answers.filter((answer) => answer?.outcome === "added")).toHaveLength(1);
    expect(await store().getStudy(id)).toMatchObject({ created: 2, added: 1 });
  });

  it("remembers a key for a day: the same trial again, and a conflict for another request", async () => {
    await running(store(), 1);
    const key = { value: "k", hash: "h" };
    const first = await enqueue(1, { key });
    expect(await enqueue(2, { key })).toEqual({ trial: first?.trial, outcome: "repeated" });
    await expect(enqueue(2, { key: { value: "k", hash: "other" } })).rejects.toMatchObject({
      code: "IDEMPOTENCY_CONFLICT",
    });
    expect(await enqueue(2, { key, at: AT + DAY })).toMatchObject({ outcome: "added", trial: { number: 3 } });
  });

  it("answers a used key with the trial as it stands: what is brought along then is no result of it", async () => {
    const id = await running(store(), 1);
    const key = { value: "k", hash: "h" };
    const waiting = await enqueue(1, { key });
    const finished = await enqueue(2, { proposals: asked(3, "import"), settlement: success(0.25, { at: AT }) });
    const again = { key, proposals: asked(4, "import"), settlement: success(0.125, { at: AT }) };
    expect(await enqueue(3, again)).toEqual({ trial: waiting?.trial, outcome: "repeated" });
    expect(await store().getStudy(id)).toMatchObject({ created: 3, imported: 1, best: { trial: 3, score: 0.25 } });
    const { items } = await store().readEvents(id, { limit: 99 });
    expect(items.filter(({ type }) => type === "best")).toMatchObject([{ trial: finished?.trial.number }]);
  });
}
