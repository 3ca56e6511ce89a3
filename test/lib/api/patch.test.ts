import { describe, expect, it } from "vitest";
import { type Answer, type Harness, harness, NOON, studyBody } from "./harness.ts";

const ID = "digits-t0";
const PARAMETERS = {
  x: { type: "float", min: 0, max: 1, default: 0.5 },
  n: { type: "int", min: 1, max: 9 },
  c: { type: "categorical", values: ["a", "b"] },
};

async function living(more: object = {}): Promise<Harness> {
  const h = harness();
  await h.send("POST", "/studies", studyBody({ parameters: PARAMETERS, trials: 20, ...more }));
  await h.store.beginGeneration(ID, { generation: 1, execution: `${ID}-g1`, at: NOON });
  return h;
}

const patch = (h: Harness, body: unknown, match: string | null = '"0"'): Promise<Answer> =>
  h.send("PATCH", `/studies/${ID}`, body, match === null ? {} : { "if-match": match });
const specOf = async (h: Harness) => (await h.store.getStudy(ID))?.spec;

describe("PATCH /studies/{id}", () => {
  it("changes what may change, and says so in the story and the tag", async () => {
    const h = await living();
    const body = {
      trials: 30,
      parallel: 4,
      budget: { wallClock: "1h" },
      stopping: { target: 0.1 },
      parameters: { x: { min: 0.25 }, n: { max: 20 } },
    };
    expect((await h.ask("GET", `/studies/${ID}`)).headers.get("etag")).toBe('"0"');
    const answer = await patch(h, body);
    expect([answer.status, answer.headers.get("etag"), answer.body.id]).toEqual([200, '"1"', ID]);
    expect(await specOf(h)).toMatchObject({
      trials: 30,
      parallel: 4,
      budget: { wallClock: 3600 },
      stopping: { target: 0.1, noProgress: null },
      space: { parameters: [{ name: "x", min: 0.25, max: 1 }, { name: "n", min: 1, max: 20 }, { name: "c" }] },
    });
    const file = await h.ask("GET", `/studies/${ID}/file`);
    expect([file.headers.get("etag"), file.body.parameters.n.max]).toEqual(['"1"', 20]);
    const events = (await h.ask("GET", `/studies/${ID}/events`)).body.events;
    expect(events.at(-1).message).toContain("parameters.x.min 0 → 0.25, parameters.n.max 9 → 20: changed by request");
  });

  it("takes keys back to their defaults, and merge-patch+json; what changes nothing is no amendment", async () => {
    const h = await living({ budget: { wallClock: 60 }, stopping: { target: 0.1, noProgress: 9 } });
    const type = { "content-type": "application/merge-patch+json" };
    const headers = { ...type, "if-match": "*" };
    const body = { trials: null, budget: { wallClock: null }, stopping: { target: null } };
    const answer = await h.send("PATCH", `/studies/${ID}`, body, headers);
    expect([answer.status, answer.headers.get("etag")]).toEqual([200, '"1"']);
    expect(await specOf(h)).toMatchObject({
      trials: 50,
      budget: { wallClock: null },
      stopping: { noProgress: 9, target: null },
    });
    const same = await patch(h, { name: "digits", trials: 50 }, '"7", "1"');
    expect([same.status, same.headers.get("etag")]).toEqual([200, '"1"']);
  });

  it("keeps trials beyond the new bounds, and marks them", async () => {
    const h = await living();
    const proposals = [0.1, 0.9].map((x, i) => ({
      number: i + 1,
      source: "strategy" as const,
      parameters: { x, n: 3, c: "a" },
      decision: { strategy: "random" },
    }));
    const ready = [{ from: 1, to: 2 }];
    await h.store.openEpoch(ID, {
      generation: 1,
      number: 1,
      created: 0,
      proposals,
      ready,
      slots: 1,
      trialsPerSlot: 2,
      at: NOON,
    });
    const marks = async () =>
      (await h.ask("GET", `/studies/${ID}/trials`)).body.trials.map(({ outside }: { outside?: boolean }) => outside);
    expect(await marks()).toEqual([undefined, undefined]);
    expect((await patch(h, { parameters: { x: { max: 0.5 } } })).status).toBe(200);
    expect(await marks()).toEqual([undefined, true]);
    expect((await patch(h, { parameters: { x: { max: 2 } } }, '"1"')).status).toBe(200);
    expect(await marks()).toEqual([undefined, undefined]);
  });

  it.each<[body: unknown, status: number, paths: string[]]>([
    [{ trials: 0, parallel: 1.5 }, 422, ["trials", "parallel"]],
    [{ trails: 3 }, 422, ["trails"]],
    [{ parameters: { x: { min: 2 } } }, 422, ["parameters.x.max"]],
    [{ parameters: { x: { max: 0.25 } } }, 422, ["parameters.x.default"]],
    [
      { parameters: { x: { scale: "log", min: 0.1 }, c: { values: ["a"] } } },
      422,
      ["parameters.x.scale", "parameters.c.values.1"],
    ],
    [{ parameters: { n: { type: "float" } }, seed: 4 }, 422, ["seed", "parameters.n.type"]],
    [{ parameters: { y: { type: "float", min: 0, max: 1 } } }, 422, ["parameters.y"]],
    [{ parameters: { n: null } }, 422, ["parameters.n"]],
    [{ strategy: "bayesian", runner: { lambda: "other" } }, 422, ["strategy", "runner.lambda"]],
    [{ runner: { command: "rm -rf /" } }, 422, ["runner.command"]],
    [{ enqueue: [{ n: 3 }] }, 422, ["enqueue.0"]],
    [[], 400, [""]],
    [null, 400, [""]],
  ])("refuses %j with every problem", async (body, status, paths) => {
    const h = await living();
    const answer = await patch(h, body);
    expect([answer.status, answer.body.issues.map(({ path }: { path: string }) => path).sort()]).toEqual([
      status,
      paths.sort(),
    ]);
    expect((await h.store.getStudy(ID))?.amendments).toBe(0);
  });

  it("refuses new bounds of a grid, which lies within the old ones", async () => {
    const h = await living({ strategy: "grid" });
    const answer = await patch(h, { parameters: { x: { max: 2 } } });
    expect([answer.status, answer.body.issues[0].path]).toEqual([422, "parameters.x.max"]);
    expect((await patch(h, { trials: 25 })).status).toBe(200);
  });

  it("does not hold an enqueued trial that was begun against new bounds", async () => {
    const h = await living({ enqueue: [{ x: 0.9 }, { x: 0.4 }] });
    const early = await patch(h, { parameters: { x: { max: 0.6 } } });
    expect([early.status, early.body.issues[0].path]).toEqual([422, "enqueue.0.x"]);
    const proposals = [
      { number: 1, source: "enqueue" as const, parameters: { x: 0.9, n: 1, c: "a" }, decision: { strategy: "manual" } },
    ];
    const ready = [{ from: 1, to: 1 }];
    await h.store.openEpoch(ID, {
      generation: 1,
      number: 1,
      created: 0,
      proposals,
      ready,
      slots: 1,
      trialsPerSlot: 1,
      at: NOON,
    });
    expect((await patch(h, { parameters: { x: { max: 0.6 } } })).status).toBe(200);
    expect((await specOf(h))?.enqueue).toEqual([{ x: 0.9 }, { x: 0.4 }]);
  });

  it.each<[match: string | null, status: number]>([
    [null, 428],
    ['"1"', 412],
    ['W/"0"', 412],
    ["0", 412],
    ['"0"', 200],
    ["*", 200],
  ])("If-Match %j: %i", async (match, status) => {
    const h = await living();
    expect((await patch(h, { trials: 30 }, match)).status).toBe(status);
  });

  it("is for a study that lives: 404 without one, 409 once it has ended or is about to", async () => {
    const h = await living();
    expect((await h.send("PATCH", "/studies/none", {}, { "if-match": "*" })).status).toBe(404);
    for (const status of ["STOPPING", "STOPPED"] as const) {
      await h.store.moveStudy(ID, { from: ["RUNNING", "STOPPING"], to: status, reason: null, at: NOON });
      expect((await patch(h, { trials: 30 })).status).toBe(409);
    }
  });
});
