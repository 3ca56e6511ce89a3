import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CommandRunner } from "../../../local/runners/command.ts";
import { heldBy, processGroups, residentByPs } from "../../../local/runners/process-table.ts";
import { calm, folder, isAlive, request } from "./support.ts";

const MIB = 2 ** 20;

/** Says who it is, then holds ever more, or as much as it began with. */
const holding = (grows: boolean): string =>
  `const held = [];
   require("node:fs").writeFileSync("pid", String(process.pid));
   console.error("epoch 1");
   ${grows ? "setInterval(() => held.push(Buffer.alloc(20e6, 1)), 20);" : "console.log(JSON.stringify({ metrics: { error: 1 } }));"}`;

function runnerIn(directory: string, grows: boolean): CommandRunner {
  // the shell's child: what is held is what the whole group holds
  const command = `"${process.execPath}" -e '${holding(grows)}' & wait`;
  const options = { directory, environment: process.env, temporary: folder(), memoryBytes: 200 * MIB };
  return new CommandRunner(command, options);
}

describe("a command with a limit of memory", () => {
  it("is ended with its children when they hold more, and not tried again", async () => {
    const directory = folder();
    const { error } = await runnerIn(directory, true).run(request(), calm());
    expect(error).toMatchObject({ type: "OUT_OF_MEMORY", retryable: false });
    const [, held = "0"] =
      /^its processes held (\d+) MiB of memory; runner\.memory is 200 MiB\n/.exec(error?.message ?? "") ?? [];
    expect(Number(held)).toBeGreaterThan(200);
    expect(error?.message).toContain("epoch 1");
    expect(isAlive(Number(readFileSync(join(directory, "pid"), "utf8")))).toBe(false);
  });

  it("is left alone while they hold less", async () => {
    expect(await runnerIn(folder(), false).run(request(), calm())).toEqual({ metrics: { error: 1 } });
  });
});

describe.runIf(existsSync("/proc/self/smaps_rollup"))("what a process group holds", () => {
  it("is what its processes say, shared pages once", async () => {
    const groups = await processGroups();
    const group = [...(groups ?? [])].find(([, members]) => members.includes(process.pid));
    const mine = process.memoryUsage().rss;
    const quick = await heldBy([process.pid], Number.POSITIVE_INFINITY);
    const exact = await heldBy([process.pid], 0);
    expect(group).toBeDefined();
    expect(quick / mine).toBeGreaterThan(0.5);
    expect(quick / mine).toBeLessThan(2);
    expect(exact).toBeGreaterThan(0);
    expect(exact).toBeLessThanOrEqual(quick * 1.5);
    expect(await heldBy([2 ** 22 + 1], 0)).toBe(0);
  });

  it.runIf(existsSync("/bin/ps") || existsSync("/usr/bin/ps"))("is much the same by ps", async () => {
    const byPs = await residentByPs();
    const groups = (await processGroups()) ?? new Map<number, readonly number[]>();
    const [group, members] = [...groups].find(([, all]) => all.includes(process.pid)) ?? [0, []];
    const held = await heldBy(members, Number.POSITIVE_INFINITY);
    expect((byPs.get(group) ?? 0) / held).toBeGreaterThan(0.5);
    expect((byPs.get(group) ?? 0) / held).toBeLessThan(2);
  });
});
