import type { Amendable, StudyStore } from "../lib/store/study-store.ts";
import type { Study } from "../lib/study/records.ts";
import type { StudySpec } from "../lib/study/spec.ts";
import { everyEvent } from "../lib/tuner/every-event.ts";

/** Why a study was amended by the file that it is resumed from. */
export const FILE_CHANGED = { code: "FILE_CHANGED", message: "the study file says so now" };

/** What a file may say anew. */
const OF_THE_FILE: ReadonlySet<string> = new Set(["trials", "parallel", "budget", "stopping"]);

/**
 * What the study file says anew since it was read last. What a request has amended meanwhile stands, unless the file was
 * changed there too: then whoever wrote it knows best.
 */
export async function fileChanges(study: Study, file: StudySpec, store: StudyStore): Promise<Partial<Amendable>> {
  const { trials, parallel, budget, stopping } = study.spec;
  const lastRead: Record<string, unknown> = {
    trials,
    parallel,
    budget,
    stopping,
    ...(await beforeRequests(study, store)),
  };
  const anew = Object.keys(lastRead).filter(
    (key) => JSON.stringify(lastRead[key]) !== JSON.stringify(file[key as keyof Amendable]),
  );
  return Object.fromEntries(anew.map((key) => [key, file[key as keyof Amendable]]));
}

/** Of each key that requests have amended since the file was read: what it was before the first of them. */
async function beforeRequests({ id }: Study, store: StudyStore): Promise<Readonly<Record<string, unknown>>> {
  const before = new Map<string, unknown>();
  for await (const event of everyEvent(store, id)) {
    if (event.type !== "amended") continue;
    for (const [key, { from }] of Object.entries(event.changes)) {
      if (!OF_THE_FILE.has(key)) continue;
      if (event.reason.code === FILE_CHANGED.code) before.delete(key);
      else if (!before.has(key)) before.set(key, from);
    }
  }
  return Object.fromEntries(before);
}
