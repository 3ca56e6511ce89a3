import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Folder } from "./pegbox.ts";

vi.hoisted(() => {
  delete process.env["FORCE_COLOR"];
  process.env["NO_COLOR"] = "1";
});

/** The study of docs/cost.md, with a trial that says that it cost a dollar. */
const page = readFileSync(join(import.meta.dirname, "../../docs/cost.md"), "utf8");
const [, shown = ""] = /^```yaml\n(.*?)^```/ms.exec(page) ?? [];
const TRIAL = '{ command: "echo \'{\\"metrics\\":{\\"error\\":0.5},\\"cost\\":{\\"usd\\":1}}\'" }';

describe("the study of docs/cost.md", () => {
  let folder: Folder;
  beforeAll(() => {
    folder = new Folder();
    folder.write("study.yaml", shown);
    folder.write(
      "cheap.yaml",
      shown.replace(/^runner: .*$/m, `runner: ${TRIAL}`).replace("parallel: 4", "parallel: 1"),
    );
  });
  afterAll(() => folder.remove());

  test("is quoted as the page shows", async () => {
    const { code, stdout } = await folder.run(["quote", "study.yaml"]);
    expect([code, page]).toEqual([0, expect.stringContaining(stdout.trimEnd())]);
    const json = await folder.run(["quote", "study.yaml", "--json"]);
    expect(JSON.parse(json.stdout)).toEqual({
      trials: 60,
      seconds: expect.objectContaining({ expected: 2250 }),
      usd: { low: expect.closeTo(0.04, 9), expected: expect.closeTo(1, 9), high: 5 },
      assumptions: expect.any(Array),
    });
  });

  test("ends when the next trial might not fit, tells of its money, and goes on when it is given more", async () => {
    const ended = await folder.run(["run", "cheap.yaml", "--json"]);
    const { reason, spend, trials } = JSON.parse(ended.stdout);
    expect([ended.code, reason.code, spend.usd, trials.succeeded]).toEqual([3, "BUDGET_USD", 5, 5]);

    const events = await folder.run(["show", "--events"]);
    for (const percent of [50, 80, 100]) {
      expect(events.stdout.match(new RegExp(`${percent} % of budget.usd is spent`, "g"))).toHaveLength(1);
    }
    const report = JSON.parse((await folder.run(["show", "--cost", "--json"])).stdout);
    expect(report).toMatchObject({ usd: 5, capUsd: 5, byState: { SUCCEEDED: { trials: 5, usd: 5 } }, rest: null });
    expect((await folder.run(["show", "--cost"])).stdout).toMatch(/^\$5\.00 spent of \$5\.00\n/);

    const { id } = JSON.parse((await folder.run(["show", "--json"])).stdout);
    expect((await folder.run(["extend", id, "--usd", "5,50"])).code).toBe(2);
    const more = await folder.run(["extend", id, "--usd", "6.50"]);
    expect([more.code, more.stdout]).toEqual([0, expect.stringContaining("PAUSED")]);
    const again = await folder.run(["run", "cheap.yaml", "--resume", "--json"]);
    expect([again.code, JSON.parse(again.stdout)]).toEqual([3, expect.objectContaining({ id, spend: { usd: 7 } })]);
  });

  test("is refused without a price and a limit, with both named", async () => {
    folder.write("bare.yaml", shown.replace(/^budget: .*$/m, "budget: { usd: 5 }"));
    const { code, stderr } = await folder.run(["run", "bare.yaml"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/budget\.usdPerHour.*budget\.trialTimeout/s);
  });
});
