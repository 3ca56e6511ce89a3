import { PegboxError } from "../lib/errors/pegbox-error.ts";
import type { StudyStore } from "../lib/store/study-store.ts";
import type { Study } from "../lib/study/records.ts";

/**
 * The study that a person means: by id, else the newest of that name, else (no word at all) the newest.
 *
 * @throws {PegboxError} `NOT_FOUND`.
 */
export async function findStudy(store: StudyStore, wanted: string | undefined, directory: string): Promise<Study> {
  const byId = wanted === undefined ? null : await store.getStudy(wanted);
  if (byId !== null) return byId;
  const { items } = await store.listStudies({ limit: 1, ...(wanted === undefined ? {} : { name: wanted }) });
  const [newest] = items;
  if (newest !== undefined) return newest;
  const what = wanted === undefined ? "a study" : `a study with the id or name "${wanted}"`;
  throw new PegboxError("NOT_FOUND", `expected ${what} in ${directory}, there is none`, {
    hint: "`pegbox list` shows what there is; --state DIR looks elsewhere",
  });
}
