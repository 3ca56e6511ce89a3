import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import Libsql from "libsql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSqliteStore } from "../../../adapters/sqlite/store.ts";
import { AMENDED, claim, claimed, NOON, openNew, running, success } from "../../store/fixtures.ts";

const run = promisify(execFile);

describe("the SQLite file", () => {
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "pegbox-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it("is made with its directory, and holds what was stored when opened again", async () => {
    const deep = join(directory, "a", "b");
    const first = openSqliteStore({ directory: deep });
    await running(first, 2);
    await claimed(first, "s");
    await first.settleTrial("s", 1, success(1));
    const study = await first.getStudy("s");
    await first.close();

    const second = openSqliteStore({ directory: deep, durable: true });
    expect(await second.getStudy("s")).toEqual(study);
    expect((await claimed(second, "s", { seq: 1 })).number).toBe(2);
    await second.close();
  });

  it("is whole without its log once closed", async () => {
    const store = openSqliteStore({ directory });
    await running(store, 2);
    const study = await store.getStudy("s");
    await store.close();
    const elsewhere = join(directory, "elsewhere");
    mkdirSync(elsewhere);
    copyFileSync(join(directory, "pegbox.db"), join(elsewhere, "pegbox.db"));
    const copy = openSqliteStore({ directory: elsewhere });
    expect(await copy.getStudy("s")).toEqual(study);
    await copy.close();
  });

  it("shows one connection what another has written, specs and epochs too", async () => {
    const one = openSqliteStore({ directory });
    const other = openSqliteStore({ directory });
    await running(one, 2);
    expect((await other.getStudy("s"))?.epoch.number).toBe(1);
    await one.amendStudy("s", { spec: { trials: 99 }, reason: AMENDED, at: NOON + 3 });
    await openNew(one, "s", 2, 3, 1);
    expect(await other.getStudy("s")).toMatchObject({ spec: { trials: 99 }, epoch: { number: 2 }, created: 3 });
    expect((await claimed(other, "s", { epoch: 2 })).number).toBe(3);
    expect(await one.claimTrial("s", claim({ epoch: 2, slot: 1 }))).toBeNull();
    await one.close();
    await other.close();
  });

  it("of the first version is brought up to date, and keeps what it holds", async () => {
    const first = openSqliteStore({ directory });
    await running(first, 2);
    await first.settleTrial("s", 1, success(1));
    await first.close();
    const old = new Libsql(join(directory, "pegbox.db"));
    old.exec(
      "ALTER TABLE trial DROP COLUMN standard_errors; ALTER TABLE trial DROP COLUMN fidelity; ALTER TABLE trial DROP COLUMN rungs; ALTER TABLE trial DROP COLUMN meter; ALTER TABLE trial DROP COLUMN forfeits; ALTER TABLE progress DROP COLUMN reserved_usd; ALTER TABLE progress DROP COLUMN cap_usd; ALTER TABLE progress DROP COLUMN told_percent; ALTER TABLE progress DROP COLUMN added; ALTER TABLE progress DROP COLUMN imported; ALTER TABLE idempotency DROP COLUMN trial; DROP INDEX trial_leased; ALTER TABLE trial DROP COLUMN lease_until; DROP TABLE event; DROP TABLE measurement; ALTER TABLE sweep DROP COLUMN overlap; ALTER TABLE sweep DROP COLUMN last; ALTER TABLE epoch DROP COLUMN confirms; ALTER TABLE progress DROP COLUMN replicates; ALTER TABLE progress DROP COLUMN confirmation; PRAGMA user_version = 1",
    );
    old.close();

    const store = openSqliteStore({ directory });
    expect(await store.getStudy("s")).toMatchObject({ replicates: { succeeded: 0 }, confirmation: null });
    await store.settleTrial("s", 2, success(2, { standardErrors: { error: 0.1 } }));
    expect(await store.readTrials("s", { from: 1, to: 2 })).toMatchObject([
      { metrics: { error: 1 }, fidelity: null, rungs: [] },
      { metrics: { error: 2 }, standardErrors: { error: 0.1 } },
    ]);
    await store.close();
  });

  it("is refused when a newer version wrote it", async () => {
    await openSqliteStore({ directory }).close();
    const newer = new Libsql(join(directory, "pegbox.db"));
    newer.exec("PRAGMA user_version = 1000");
    newer.close();
    expect(() => openSqliteStore({ directory })).toThrow(
      expect.objectContaining({ code: "UNAVAILABLE", hint: expect.stringContaining("--state") }),
    );
  });

  it("can be closed twice", async () => {
    const store = openSqliteStore({ directory });
    await store.close();
    await store.close();
  });

  it("serves several processes, each trial to one of them", async () => {
    const store = openSqliteStore({ directory });
    await running(store, 300);
    const script = fileURLToPath(import.meta.resolve("./claimer.ts"));
    const claimers = ["0", "1", "2"].map((slot) => run(process.execPath, ["--import", "tsx", script, directory, slot]));
    const claimedBy = (await Promise.all(claimers)).map(({ stdout }) => JSON.parse(stdout) as number[]);
    expect(claimedBy.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
    expect((await store.getStudy("s"))?.counts).toMatchObject({ proposed: 0, running: 0, succeeded: 300 });
    await store.close();
  });

  it("is made once by processes that start together", async () => {
    const script = fileURLToPath(import.meta.resolve("./claimer.ts"));
    const starts = ["0", "1", "2"].map((slot) => run(process.execPath, ["--import", "tsx", script, directory, slot]));
    const answers = await Promise.all(starts);
    expect(answers.map(({ stdout }) => stdout)).toEqual(["[]", "[]", "[]"]);
  });
});
