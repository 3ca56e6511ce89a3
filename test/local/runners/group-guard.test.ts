import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createReadStream, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { signalGroup } from "../../../local/runners/process-group.ts";
import { folder, isAlive } from "./support.ts";

const COMMAND = fileURLToPath(new URL("../../../local/runners/command.ts", import.meta.url));

/** A Pegbox in small: two trials end, a third says its process id into a pipe, holds it open, and ignores SIGTERM. */
const PEGBOX = `
import { CommandRunner } from ${JSON.stringify(COMMAND)};
const options = { directory: ".", environment: process.env, temporary: "." };
const runner = new CommandRunner('test "$PEGBOX_PARAM_n" = 3 || exit 0; trap "" TERM; exec > alive; echo $$; while :; do sleep 0.05; done', options);
const run = (n) => runner.run({ parameters: { n } }, { signal: new AbortController().signal, timeoutMs: null });
await Promise.all([run(1), run(2)]);
process.stdin.once("data", () => process.exit(0));
await run(3);
`;

it.each(["SIGKILL", "exit"])("no trial outlives Pegbox: %s", async (end) => {
  const directory = folder();
  writeFileSync(join(directory, "pegbox.mts"), PEGBOX);
  spawnSync("mkfifo", [join(directory, "alive")]);
  const pegbox = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), "pegbox.mts"], {
    cwd: directory,
  });
  // Opens once the third trial has opened its end; ends when no process of it is left to hold that, or never.
  const alive = createReadStream(join(directory, "alive"), "utf8");
  const [pid] = (await once(alive, "data")) as [string];
  onTestFinished(() => void signalGroup(Number(pid), "SIGKILL"));
  expect(isAlive(Number(pid))).toBe(true);
  if (end === "SIGKILL") pegbox.kill("SIGKILL");
  else pegbox.stdin.write("exit");
  await once(alive, "end");
});
