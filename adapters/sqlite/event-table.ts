import type { StudyEvent } from "../../lib/study/events.ts";
import type { Database } from "./database.ts";

export interface EventTable {
  /** Does nothing for null. */
  add(study: number, event: StudyEvent | null): void;
  /** Those after the number `after`, oldest first. */
  read(study: number, after: number, limit: number): readonly { readonly number: number; readonly event: StudyEvent }[];
}

export function eventTable(db: Database): EventTable {
  const insert = db.prepare(
    `INSERT INTO event (study, number, body)
     VALUES (?, (SELECT coalesce(max(number), 0) + 1 FROM event WHERE study = ?), ?)`,
  );
  const select = db.prepare("SELECT number, body FROM event WHERE study = ? AND number > ? ORDER BY number LIMIT ?");
  return {
    add: (study, event) => {
      if (event !== null) insert.run(study, study, JSON.stringify(event));
    },
    read: (study, after, limit) =>
      select.all(study, after, limit).map(([number, body]) => ({
        number: number as number,
        event: JSON.parse(body as string) as StudyEvent,
      })),
  };
}
