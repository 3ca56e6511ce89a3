import type { StudyStore } from "../store/study-store.ts";
import type { StudyEvent } from "../study/events.ts";

/** Events read at a time: more than most stories have. */
const PAGE = 200;

/** The story of a study, oldest event first, page by page as it is taken. */
export async function* everyEvent(store: StudyStore, id: string): AsyncGenerator<StudyEvent, void> {
  let after: string | null = null;
  do {
    const page = await store.readEvents(id, { limit: PAGE, ...(after === null ? {} : { after }) });
    yield* page.items;
    after = page.next;
  } while (after !== null);
}
