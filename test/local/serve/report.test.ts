import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { openSeal } from "../../../local/serve/report-key.ts";
import { ask, post, type Workshop, workshop } from "./server.ts";

const REPORTS = `
  const send = (authorization) => fetch(request.report.url, {
    method: "POST",
    headers: { "content-type": "application/json", authorization },
    body: JSON.stringify({ step: 1, metrics: { error: 0.5 } }),
  });
  const refused = await send("Bearer of-the-server");
  const heard = await send("Bearer " + request.report.token);
  const { stop } = await heard.json();
  return { metrics: { error: 1, refused: refused.status, heard: heard.status, stop: stop === false ? 0 : 1 } };`;

let shop: Workshop;
afterEach(() => shop.close());

describe("a trial that reports to a server", () => {
  it("is heard by its own token, also where all else needs the server's", async () => {
    shop = await workshop(REPORTS);
    const server = await shop.serve({ token: "of-the-server" });
    const authorization = "Bearer of-the-server";
    const { id } = JSON.parse((await post(server, { trials: 1 }, { authorization })).text);
    await shop.until((event) => event.type === "studyEnded" && event.study === id);
    const { text } = await ask(server, `/studies/${id}/trials/1`, { headers: { authorization } });
    expect(JSON.parse(text)).toMatchObject({
      metrics: { error: 1, refused: 401, heard: 200, stop: 0 },
      measurements: [{ step: 1, metrics: { error: 0.5 } }],
    });
    expect((await ask(server, `/studies/${id}`)).status).toBe(401);
    const body = { headers: { "content-type": "application/json" }, method: "POST", body: "{}" };
    expect((await ask(server, "/report", body)).status).toBe(401);
    expect(shop.defects).toEqual([]);
  });

  it("is sealed with a key of the state alone, which stays the same", async () => {
    shop = await workshop();
    const first = await openSeal(shop.folder);
    const signature = first.sign("text");
    expect(first.matches("texts", signature)).toBe(false);
    expect(first.matches("text", signature.slice(1))).toBe(false);
    const key = join(shop.folder, "report.key");
    expect([(await readFile(key)).length, (await stat(key)).mode & 0o777]).toEqual([32, 0o600]);
    expect((await openSeal(shop.folder)).matches("text", signature)).toBe(true);
  });
});
