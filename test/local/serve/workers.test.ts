import { afterEach, beforeEach, expect, it } from "vitest";
import { workCrowd } from "./crowd.ts";
import { ask, post, type Workshop, workshop } from "./server.ts";

let shop: Workshop;
beforeEach(async () => {
  shop = await workshop();
});
afterEach(() => shop.close());

it("loses no trial and takes none twice of 20 workers, of whom one in twenty dies between ask and tell", async () => {
  const trials = 300;
  const server = await shop.serve();
  const created = JSON.parse((await post(server, { trials, parallel: 20, runner: { external: true } })).text);
  const report = await workCrowd(server.url, created.id, { workers: 20, dying: 0.05, leaseSeconds: 0.3, lookMs: 20 });
  expect(report.died).toBeGreaterThan(5);
  expect(report.toldTwice).toEqual([]);
  expect(report.told.size).toBe(trials);
  const study = JSON.parse((await ask(server, `/studies/${created.id}`)).text);
  expect(study).toMatchObject({ status: "COMPLETED", trials: { total: trials, succeeded: trials } });
  const listed = JSON.parse((await ask(server, `/studies/${created.id}/trials?limit=1000`)).text).trials;
  for (const { trial, metrics } of listed) expect(metrics.error).toBe(report.told.get(trial));
  expect(shop.defects).toEqual([]);
});
