import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Ended, Folder } from "./pegbox.ts";

vi.hoisted(() => {
  delete process.env["FORCE_COLOR"];
  process.env["NO_COLOR"] = "1";
});

/** Trial 1 ends at once; each other one only where the file says "go". */
const TRIAL = `import { existsSync } from "node:fs";
export default async ({ trial }) => {
  while (trial > 1 && !existsSync("go")) await new Promise((resolve) => setTimeout(resolve, 10));
  return { metrics: { y: trial } };
};
`;

const study = (name: string, trials: number): string => `
name: ${name}
metrics: [{ name: y, goal: minimize }]
parameters: { x: { type: float, min: 0, max: 1 } }
strategy: random
trials: ${trials}
parallel: 1
runner: { function: trial.mjs }
`;

let folder: Folder;
beforeAll(() => {
  folder = new Folder();
  folder.write("trial.mjs", TRIAL);
});
afterAll(() => folder.remove());

const status = async (name: string, state: string): Promise<object> =>
  JSON.parse((await folder.run(["show", name, "--json", "--state", state])).stdout);

/** Runs a study; once its first trial has ended, `meanwhile`. */
async function beside(
  file: string,
  state: string,
  meanwhile: () => Promise<Ended>,
): Promise<[run: Ended, other: Ended]> {
  const others: Promise<Ended>[] = [];
  const run = await folder.run(["run", file, "--state", state], {
    line(line) {
      if (others.length === 0 && /trial 1\b/.test(line)) others.push(meanwhile());
    },
  });
  return [run, (await others[0]) as Ended];
}

describe("a study that another process runs", () => {
  test("is paused once its trial has ended; run FILE --resume goes on, and keeps what it was extended by", async () => {
    folder.write("paused.yaml", study("paused", 3));
    const [run, pause] = await beside("paused.yaml", "p", async () => {
      const asked = await folder.run(["pause", "paused", "--state", "p"]);
      folder.write("go", "");
      return asked;
    });
    expect(pause).toMatchObject({ code: 0, stderr: "" });
    expect(pause.stdout).toMatch(/^paused-\w+ PAUSING: paused by request/);
    expect(run.code).toBe(130);
    expect(await status("paused", "p")).toMatchObject({ status: "PAUSED", reason: { code: "PAUSED_BY_USER" } });

    const resume = await folder.run(["resume", "paused", "--state", "p"]);
    expect(resume.code).toBe(2);
    expect(resume.stderr).toContain('run FILE --resume --state p, FILE being the study file of "paused"');
    expect((await folder.run(["extend", "paused", "--trials", "4", "--state", "p"])).code).toBe(0);

    const again = await folder.run(["run", "paused.yaml", "--resume", "--state", "p", "--json"]);
    expect(JSON.parse(again.stdout)).toMatchObject({ status: "COMPLETED", trials: { succeeded: 4, total: 4 } });

    const more = await folder.run(["extend", "paused", "--trials", "5", "--state", "p"]);
    expect(more.stdout).toContain("go on");
    const last = await folder.run(["run", "paused.yaml", "--resume", "--state", "p", "--json"]);
    expect(JSON.parse(last.stdout)).toMatchObject({ status: "COMPLETED", trials: { succeeded: 5, total: 5 } });

    folder.write("paused.yaml", study("paused", 6));
    await folder.run(["extend", "paused", "--trials", "7", "--state", "p"]);
    const file = await folder.run(["run", "paused.yaml", "--resume", "--state", "p", "--json"]);
    expect(JSON.parse(file.stdout), "the file was changed since: it knows best").toMatchObject({
      trials: { total: 6 },
    });

    const events = await folder.run(["show", "paused", "--events", "--state", "p"]);
    const told = events.stdout.split("\n").map((line) => line.replace(/^\S+ {2}/, ""));
    expect(told).toEqual([
      "created",
      "started",
      "trial 1 is the best so far: y=1",
      "is to pause: paused by request; resume continues it",
      "paused: paused by request; resume continues it",
      "resumed by request; goes on as soon as it can",
      "trials 3 → 4: extended by request",
      "goes on",
      "ended as COMPLETED: all 4 trials ended",
      "trials 4 → 5: extended by request",
      "resumed by request; goes on as soon as it can",
      "goes on",
      "ended as COMPLETED: all 5 trials ended",
      "trials 5 → 7: extended by request",
      "resumed by request; goes on as soon as it can",
      "trials 7 → 6: the study file says so now",
      "goes on",
      "ended as COMPLETED: all 6 trials ended",
    ]);
  }, 60_000);

  test("is stopped now, though its trial would run for ever", async () => {
    const other = new Folder();
    try {
      other.write("trial.mjs", TRIAL);
      other.write("stopped.yaml", study("stopped", 3));
      const asked: Promise<Ended>[] = [];
      const run = await other.run(["run", "stopped.yaml"], {
        line(line) {
          if (asked.length === 0 && /trial 1\b/.test(line))
            asked.push(other.run(["stop", "stopped", "--now", "--json"]));
        },
      });
      expect(run.code).toBe(3);
      expect(JSON.parse((await asked[0])?.stdout ?? "")).toMatchObject({ status: "STOPPING" });
      const { stdout } = await other.run(["show", "--json"]);
      expect(JSON.parse(stdout)).toMatchObject({
        status: "STOPPED",
        reason: { code: "STOPPED_BY_USER" },
        trials: { succeeded: 1, running: 0, proposed: 0 },
      });
    } finally {
      other.remove();
    }
  }, 60_000);
});

test("a study whose process was killed is paused, stopped and deleted at once", async () => {
  const other = new Folder();
  try {
    other.write("trial.mjs", TRIAL);
    other.write("killed.yaml", study("killed", 3));
    const run = await other.run(["run", "killed.yaml"], {
      line: (line, child) => void (/trial 1\b/.test(line) && child.kill("SIGKILL")),
    });
    expect(run.signal).toBe("SIGKILL");
    const early = await other.run(["delete", "killed", "--json"]);
    expect([early.code, JSON.parse(early.stdout).error.code]).toEqual([2, "CONFLICT"]);
    expect(JSON.parse((await other.run(["pause", "killed", "--json"])).stdout)).toMatchObject({ status: "PAUSED" });
    const stopped = JSON.parse((await other.run(["stop", "killed", "--json"])).stdout);
    expect(stopped).toMatchObject({ status: "STOPPED", trials: { running: 0, proposed: 0 } });
    expect(await other.run(["delete", "killed", "--json"])).toMatchObject({
      code: 0,
      stdout: JSON.stringify({ deleted: stopped.id }, null, 2),
    });
    expect(JSON.parse((await other.run(["list", "--json"])).stdout)).toEqual({ studies: [], next: null });
    expect((await other.run(["delete", stopped.id])).code).toBe(2);
  } finally {
    other.remove();
  }
}, 60_000);

describe("a wrong wish ends with 2 and says why", () => {
  test.each<[args: string[], reason: RegExp]>([
    [["pause"], /missing required argument/],
    [["pause", "none", "--state", "p"], /expected a study/],
    [["extend", "paused", "--state", "p"], /--trials, --wall-clock or --usd/],
    [["extend", "paused", "--trials", "many", "--state", "p"], /trials/],
    [["extend", "paused", "--trials", "1", "--state", "p"], /at least/],
    [["extend", "paused", "--wall-clock", "soon", "--state", "p"], /wallClock/],
    [["stop", "paused", "--state", "p"], /has not ended/],
    [["resume", "paused", "--state", "p"], /extend it/],
  ])("%j", async (args, reason) => {
    const { code, stdout, stderr } = await folder.run(args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(reason);
  });
});
