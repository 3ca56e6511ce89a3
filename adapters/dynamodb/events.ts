import type { StudyStore } from "../../lib/store/study-store.ts";
import type { Context } from "./context.ts";
import { parsed } from "./items.ts";

/** Of a study that is being deleted, too, whatever is left: the study itself is asked for first. */
export function events({ db, keys, shards }: Context): Pick<StudyStore, "readEvents"> {
  return {
    /** One query of the page; a read unit for 4 KB. */
    async readEvents(id, { limit, after }) {
      if ((await shards(id)) === null) return { items: [], next: null };
      const found = await db.following(keys.events(id), after ?? "", limit + 1);
      const page = found.slice(0, limit);
      return {
        items: page.map((item) => parsed(item["event"])),
        next: found.length > limit ? (page.at(-1)?.["sk"] as string) : null,
      };
    },
  };
}
