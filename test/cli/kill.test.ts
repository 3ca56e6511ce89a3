import type { ChildProcess } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Ended, type ExportedTrial, Folder } from "./pegbox.ts";

/** Trials of some milliseconds, so that most signals meet one that runs. */
const TRIAL = `export default ({ parameters: { x }, trial }) =>
  new Promise((resolve) => {
    setTimeout(() => resolve(trial === 3 ? { infeasible: "no" } : { metrics: { y: (x - 0.3) ** 2 } }), 15);
  });
`;

/** The second trial ends only where the file says "go". */
const SLOW = `import { existsSync } from "node:fs";
export default async ({ trial }) => {
  while (trial === 2 && !existsSync("go")) await new Promise((resolve) => setTimeout(resolve, 10));
  return { metrics: { y: trial } };
};
`;

/** Each epoch adds to what the epochs before have left, in this attempt, an earlier one, or on the rung below: lost or doubled, the sum would tell. */
const CLIMB = `import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
export default async ({ parameters: { x }, fidelity: { epochs }, checkpoint: { from, to } }) => {
  const state = from === null ? { epochs: 0, sum: 0 } : JSON.parse(readFileSync(join(from, "state.json"), "utf8"));
  for (; state.epochs < epochs; state.epochs++) {
    state.sum += (x - 0.3) ** 2 / (1 + state.epochs);
    writeFileSync(join(to, "partial"), JSON.stringify({ ...state, epochs: state.epochs + 1 }));
    renameSync(join(to, "partial"), join(to, "state.json"));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return { metrics: { y: state.sum } };
};
`;

/** Saves, and then nothing more: who goes on from there measures it. */
const SAVES = `import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
const { checkpoint: { from, to } } = JSON.parse(readFileSync(process.env.PEGBOX_REQUEST, "utf8"));
if (from !== null) console.log(JSON.stringify({ metrics: { y: Number(readFileSync(join(from, "state"), "utf8")) } }));
else {
  writeFileSync(join(to, "state"), "3");
  writeFileSync("saved", "");
  setInterval(() => {}, 1000);
}
`;

const study = (more: string): string => `
name: kill
metrics: [{ name: y, goal: minimize }]
parameters: { x: { type: float, min: 0, max: 1 } }
seed: 7
${more}
`;

let folder: Folder;
beforeAll(() => {
  folder = new Folder();
  folder.write("trial.mjs", TRIAL);
  folder.write("slow.mjs", SLOW);
  folder.write("climb.mjs", CLIMB);
  folder.write("saves.mjs", SAVES);
  folder.write("saves.yaml", study('strategy: random\ntrials: 1\nrunner: { command: "node saves.mjs" }'));
  folder.write(
    "climbing.yaml",
    study("strategy: sobol\ntrials: 30\nfidelity: { name: epochs, min: 1, max: 9 }\nrunner: { function: climb.mjs }"),
  );
  folder.write("random.yaml", study("strategy: random\ntrials: 120\nrunner: { function: trial.mjs }"));
  folder.write("bayesian.yaml", study("strategy: bayesian\ntrials: 16\nrunner: { function: trial.mjs }"));
  folder.write("slow.yaml", study("strategy: random\ntrials: 3\nrunner: { function: slow.mjs }"));
  folder.write("other.yaml", study("strategy: sobol\ntrials: 3\nrunner: { function: slow.mjs }"));
});
afterAll(() => folder.remove());

/** A kill may come when the study has ended already: to resume it then would start another. */
async function hasEnded(state: string): Promise<boolean> {
  const { stdout } = await folder.run(["list", "--json", "--state", state]);
  return JSON.parse(stdout).studies[0]?.status === "SUCCEEDED";
}

const resume = (file: string, state: string): string[] => ["run", file, "--state", state, "--resume"];

async function trials(state: string): Promise<readonly object[]> {
  const essence = ({ trial, state, parameters, metrics, attempts }: ExportedTrial): object => ({
    trial,
    state,
    parameters,
    metrics,
    attempts,
  });
  return (await folder.trials(state)).map(essence);
}

/** A number in [0, 1) for each moment: multiples of the golden section are spread evenly. */
const moment = (i: number): number => (i * 0.618034) % 1;

/** Runs until it is killed: when so many lines have been printed, or so many milliseconds after its start. */
async function runAndKill(file: string, state: string, after: { lines: number } | { ms: number }): Promise<Ended> {
  const kill = (child: ChildProcess): void => void child.kill("SIGKILL");
  let timer: NodeJS.Timeout | undefined;
  let seen = 0;
  const ended = await folder.run(resume(file, state), {
    start(child) {
      if ("ms" in after) timer = setTimeout(() => kill(child), after.ms);
    },
    line(_, child) {
      if ("lines" in after && ++seen === after.lines) kill(child);
    },
  });
  clearTimeout(timer);
  return ended;
}

describe("kill -9, and --resume", () => {
  test.each([
    ["random", 14, 12],
    ["bayesian", 6, 3],
    ["climbing", 6, 12],
  ])(
    "%s: killed at %i moments, the trials are those of an undisturbed run",
    async (name, moments, lines) => {
      const whole = folder.run(resume(`${name}.yaml`, `${name}-whole`));
      let done = false;
      let killed = 0;
      for (let i = 1; i <= moments && !done; i++) {
        const after = i % 3 === 0 ? { ms: 100 + 500 * moment(i) } : { lines: 1 + Math.floor(lines * moment(i)) };
        const { signal, code, stderr } = await runAndKill(`${name}.yaml`, `${name}-killed`, after);
        expect([0, null], stderr).toContain(code);
        done = code === 0 || (await hasEnded(`${name}-killed`));
        killed += signal === "SIGKILL" ? 1 : 0;
      }
      // how many moments come before the end is up to the machine
      expect(killed).toBeGreaterThan(1);
      if (!done)
        expect(await folder.run(resume(`${name}.yaml`, `${name}-killed`))).toMatchObject({ code: 0, stderr: "" });
      expect(await whole).toMatchObject({ code: 0 });
      expect(await trials(`${name}-killed`)).toEqual(await trials(`${name}-whole`));
      const { stdout } = await folder.run(["list", "--json", "--state", `${name}-killed`]);
      expect(JSON.parse(stdout).studies).toHaveLength(1);
    },
    120_000,
  );
});

test("a command goes on from what it had saved when pegbox was killed", async () => {
  const killed = await folder.run(resume("saves.yaml", "saves"), {
    start(child) {
      const timer = setInterval(() => {
        if (!folder.has("saved")) return;
        clearInterval(timer);
        child.kill("SIGKILL");
      }, 10);
    },
  });
  expect(killed.signal).toBe("SIGKILL");
  expect(await folder.run(resume("saves.yaml", "saves"))).toMatchObject({ code: 0, stderr: "" });
  expect(await trials("saves")).toMatchObject([{ trial: 1, state: "SUCCEEDED", metrics: { y: 3 }, attempts: 1 }]);
}, 60_000);

describe("a study that is interrupted", () => {
  test("gives its trial back, is held against others, refuses another file, and is resumed", async () => {
    const busy: Promise<Ended>[] = [];
    const interrupted = await folder.run(resume("slow.yaml", "slow"), {
      line(line, child) {
        if (busy.length > 0 || !/trial 1\b/.test(line)) return;
        const second = folder.run([...resume("slow.yaml", "slow"), "--json"]);
        busy.push(second);
        void second.finally(() => child.kill("SIGINT"));
      },
    });
    const [second] = await Promise.all(busy);
    expect(second?.code).toBe(2);
    expect(JSON.parse(second?.stdout ?? "")).toMatchObject({ error: { code: "STATE_BUSY" } });

    expect(interrupted.code).toBe(130);
    const { stdout } = await folder.run(["show", "--json", "--state", "slow"]);
    expect(JSON.parse(stdout)).toMatchObject({
      status: "PAUSED",
      reason: { code: "INTERRUPTED" },
      trials: { succeeded: 1, running: 0, proposed: 2 },
    });
    const given = (await folder.trials("slow"))[1];
    expect(given).toMatchObject({ state: "PROPOSED", attempts: 0 });

    const changed = await folder.run([...resume("other.yaml", "slow"), "--json"]);
    expect(changed.code).toBe(2);
    expect(JSON.parse(changed.stdout)).toMatchObject({
      error: { code: "INVALID_STUDY", issues: [{ path: "strategy", got: expect.stringContaining("sobol") }] },
    });

    folder.write("go", "");
    expect(await folder.run(resume("slow.yaml", "slow"))).toMatchObject({ code: 0, stderr: "" });
    const ended = await folder.trials("slow");
    expect(ended.map(({ state, attempts }) => ({ state, attempts }))).toEqual(
      Array(3).fill({ state: "SUCCEEDED", attempts: 1 }),
    );
    expect(ended[1]?.parameters).toEqual(given?.parameters);
  });
});
