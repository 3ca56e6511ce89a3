import { readdirSync, readFileSync } from "node:fs";

/** How often the memory of a tree of processes is read, in milliseconds: a peak that is shorter is missed. */
const EVERY_MS = 20;

/**
 * The largest resident memory, in MB, of a process and all its descendants together, while `work` runs. Linux only: it
 * reads /proc. Pages that processes share are counted for each, so the true peak is lower.
 */
export async function peakMemory<T>(
  pid: number,
  work: Promise<T>,
): Promise<{ readonly result: T; readonly peakMb: number }> {
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, residentKb(pid));
  }, EVERY_MS);
  try {
    return { result: await work, peakMb: peak / 1024 };
  } finally {
    clearInterval(timer);
  }
}

function residentKb(root: number): number {
  const processes = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(read)
    .filter((found) => found !== null);
  const tree = new Set([root]);
  // a child may have a smaller number than its parent: go on until nothing is added
  for (let before = 0; before !== tree.size; ) {
    before = tree.size;
    for (const { pid, parent } of processes) if (tree.has(parent)) tree.add(pid);
  }
  return processes.filter(({ pid }) => tree.has(pid)).reduce((sum, { rssKb }) => sum + rssKb, 0);
}

function read(name: string): { readonly pid: number; readonly parent: number; readonly rssKb: number } | null {
  try {
    const status = readFileSync(`/proc/${name}/status`, "utf8");
    const field = (key: string): number => Number(new RegExp(`^${key}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
    return { pid: Number(name), parent: field("PPid"), rssKb: field("VmRSS") };
  } catch {
    return null;
  }
}
