import type { StudyStore } from "../store/study-store.ts";
import type { Study } from "../study/records.ts";

/** Studies read at a time: most states hold fewer, and the newest are wanted most. */
const PAGE = 100;

/** The studies of a store, newest first, page by page as they are taken; with a name, those of that name. */
export async function* everyStudy(store: StudyStore, name?: string): AsyncGenerator<Study, void> {
  let after: string | null = null;
  do {
    const page = await store.listStudies({
      limit: PAGE,
      ...(name === undefined ? {} : { name }),
      ...(after === null ? {} : { after }),
    });
    yield* page.items;
    after = page.next;
  } while (after !== null);
}
