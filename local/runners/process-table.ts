import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";

/** The living processes of each process group, by its id, from /proc; null where the system has none. */
export async function processGroups(): Promise<ReadonlyMap<number, readonly number[]> | null> {
  const entries = await readdir("/proc").catch(() => null);
  if (entries === null) return null;
  const groups = new Map<number, number[]>();
  await Promise.all(
    entries.map(async (entry) => {
      const group = /^\d+$/.test(entry) ? await groupOf(entry) : null;
      if (group === null) return;
      const members = groups.get(group);
      if (members === undefined) groups.set(group, [Number(entry)]);
      else members.push(Number(entry));
    }),
  );
  return groups;
}

/** Null of the dead whom nobody has waited for, and of those that are gone. */
async function groupOf(pid: string): Promise<number | null> {
  // "pid (name) state parent group …" (proc(5)); the name may hold anything, also ") ".
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const [state = "", , group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return group === undefined || state === "Z" || state === "X" ? null : Number(group);
}

/**
 * Bytes of memory that a group's processes hold together. Pages that they share, as the workers of a data loader share what
 * was loaded before they were forked, count once, as near as the system can tell.
 *
 * @param members the group's processes, of `processGroups`
 * @param limit bytes below which a quick estimate, which counts shared pages for each process, is answer enough
 */
export async function heldBy(members: readonly number[], limit: number): Promise<number> {
  const resident = await sum(members, "status", "VmRSS");
  return resident <= limit ? resident : sum(members, "smaps_rollup", "Pss");
}

async function sum(members: readonly number[], file: string, key: string): Promise<number> {
  const amounts = await Promise.all(members.map((pid) => kibibytes(`/proc/${pid}/${file}`, key)));
  return amounts.reduce((total, amount) => total + amount * 1024, 0);
}

/** 0 of a process that has ended meanwhile. */
async function kibibytes(path: string, key: string): Promise<number> {
  const text = await readFile(path, "utf8").catch(() => "");
  return Number(new RegExp(`^${key}:\\s*(\\d+) kB`, "m").exec(text)?.[1] ?? 0);
}

/** Resident bytes of every group by `ps`, for systems without /proc: shared pages count for each process. */
export async function residentByPs(): Promise<ReadonlyMap<number, number>> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pgid=,rss="]);
  const groups = new Map<number, number>();
  for (const line of stdout.split("\n")) {
    const [group, resident] = line.trim().split(/\s+/).map(Number);
    if (group === undefined || resident === undefined) continue;
    groups.set(group, (groups.get(group) ?? 0) + resident * 1024);
  }
  return groups;
}
