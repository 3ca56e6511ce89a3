import { describe, expect, it } from "vitest";
import { type Harness, harness, NOON, studyBody } from "./harness.ts";

async function created(): Promise<Harness> {
  const h = harness();
  await h.send("POST", "/studies?start=false", studyBody());
  return h;
}

describe("DELETE /studies/{id}", () => {
  it("removes the study and everything of it; then there is no such study", async () => {
    const h = await created();
    expect(await h.ask("DELETE", "/studies/digits-t0")).toMatchObject({ status: 204, text: "" });
    for (const path of ["/studies/digits-t0", "/studies/digits-t0/trials", "/studies/digits-t0/events"]) {
      expect((await h.ask("GET", path)).status, path).toBe(404);
    }
    expect((await h.ask("GET", "/studies")).body.studies).toEqual([]);
    expect((await h.ask("DELETE", "/studies/digits-t0")).status).toBe(404);
  });

  it("is refused while an execution owns the study", async () => {
    const h = await created();
    await h.store.beginGeneration("digits-t0", { generation: 1, execution: "x", at: NOON });
    const answer = await h.ask("DELETE", "/studies/digits-t0");
    expect([answer.status, answer.body.code]).toEqual([409, "CONFLICT"]);
    expect((await h.ask("GET", "/studies/digits-t0")).status).toBe(200);
  });
});

describe("GET /studies/{id}/events", () => {
  it("tells the story in pages, oldest first", async () => {
    const h = await created();
    await h.store.beginGeneration("digits-t0", { generation: 1, execution: "x", at: NOON });
    await h.ask("POST", "/studies/digits-t0/pause");
    const first = await h.ask("GET", "/studies/digits-t0/events?limit=2");
    expect(first.body.events).toEqual([
      { at: "2026-11-23T12:00:00.000Z", type: "created", message: "created", trial: null, reason: null },
      { at: "2026-11-23T12:00:00.000Z", type: "moved", message: "started", trial: null, reason: null },
    ]);
    const second = await h.ask("GET", `/studies/digits-t0/events?limit=2&next=${first.body.next}`);
    expect(second.body).toMatchObject({
      events: [
        {
          message: "is to pause: paused by request; resume continues it",
          reason: { code: "PAUSED_BY_USER" },
        },
      ],
      next: null,
    });
  });

  it("404 for no such study, 400 for a wrong query", async () => {
    const h = await created();
    expect((await h.ask("GET", "/studies/none/events")).status).toBe(404);
    expect((await h.ask("GET", "/studies/digits-t0/events?limit=0")).status).toBe(400);
    expect((await h.ask("GET", "/studies/digits-t0/events?next=what")).body).toEqual({ events: [], next: null });
  });
});
