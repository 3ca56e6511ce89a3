import type { ParameterValues } from "../../lib/space/parameter.ts";
import type { Best, Confirming, Epoch, Metrics, Range, Study } from "../../lib/study/records.ts";
import type { StudySpec } from "../../lib/study/spec.ts";
import { listKey, noStudy } from "../arrows.ts";
import type { Database, Value } from "./database.ts";
import { PROGRESS_COLUMNS, PROGRESS_WIDTH, type Progress, toProgress } from "./progress-table.ts";

export interface StudyTable {
  /** The row of a study. @throws {PegboxError} `NOT_FOUND`. */
  keyOf(id: string): number;
  has(id: string): boolean;
  insert(id: string, spec: StudySpec, at: number): number;
  read(id: string): Study | null;
  /** List keys and ids below `before`, newest first. */
  list(
    before: string,
    name: string | null,
    limit: number,
  ): readonly { readonly listKey: string; readonly id: string }[];
  replaceSpec(key: number, spec: StudySpec): void;
  /** With every row of every table that is the study's. */
  remove(key: number, id: string): void;
  openEpoch(key: number, epoch: Epoch): void;
  /** Of epoch 0 too, which is opened by the first that is ready in it. */
  makeReady(key: number, epoch: number, ready: readonly Range[]): void;
  /** @param created the study's, by which an epoch that was added to is told from what it was. */
  epoch(key: number, number: number, created: number): Epoch;
}

export function studyTable(db: Database): StudyTable {
  const selectKey = db.prepare("SELECT key FROM study WHERE id = ?");
  const insert = db.prepare(
    "INSERT INTO study (id, name, list_key, created_at, spec_version, spec) VALUES (?, ?, ?, ?, 1, ?) RETURNING key",
  );
  const select = db.prepare(
    `SELECT ${PROGRESS_COLUMNS}, study.key, study.created_at, study.spec_version, trial.parameters, trial.metrics
     FROM study JOIN progress ON progress.study = study.key
     LEFT JOIN trial ON trial.study = study.key AND trial.number = progress.best_trial
     WHERE study.id = ?`,
  );
  const selectSpec = db.prepare("SELECT spec FROM study WHERE key = ?");
  const updateSpec = db.prepare("UPDATE study SET spec = ?, spec_version = spec_version + 1 WHERE key = ?");
  const page = "list_key < ? ORDER BY list_key DESC LIMIT ?";
  const selectPage = db.prepare(`SELECT list_key, id FROM study WHERE ${page}`);
  const selectNamedPage = db.prepare(`SELECT list_key, id FROM study WHERE name = ? AND ${page}`);
  const removals = [
    ...["progress", "epoch", "trial", "claim", "event", "measurement"].map(
      (table) => `DELETE FROM ${table} WHERE study = ?`,
    ),
    "DELETE FROM study WHERE key = ?",
  ].map((sql) => db.prepare(sql));
  const removeKeys = db.prepare("DELETE FROM idempotency WHERE study = ?");
  const insertEpoch = db.prepare(
    "INSERT INTO epoch (study, number, ready, slots, trials_per_slot, confirms) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const selectEpoch = db.prepare(
    "SELECT ready, slots, trials_per_slot, confirms FROM epoch WHERE study = ? AND number = ?",
  );

  const upsertReady = db.prepare(
    `INSERT INTO epoch (study, number, ready, slots, trials_per_slot) VALUES (?, ?, ?, 0, 0)
     ON CONFLICT DO UPDATE SET ready = excluded.ready`,
  );

  const specs = new Map<number, { readonly version: number; readonly spec: StudySpec }>();
  const epochs = new Map<number, { readonly created: number; readonly epoch: Epoch }>();

  /** Asked anew each time: another process may have deleted it. */
  function find(id: string): number | undefined {
    return selectKey.get(id)?.[0] as number | undefined;
  }

  function specOf(key: number, version: number): StudySpec {
    const known = specs.get(key);
    if (known?.version === version) return known.spec;
    const spec = freeze(JSON.parse(selectSpec.get(key)?.[0] as string)) as StudySpec;
    specs.set(key, { version, spec });
    return spec;
  }

  /** An open epoch changes only with what is created, so that the last one read is as good as the row until then. */
  function epochOf(key: number, number: number, created: number): Epoch {
    const known = epochs.get(key);
    if (known?.created === created && known.epoch.number === number) return known.epoch;
    const [ready, slots, trialsPerSlot, confirms] = selectEpoch.get(key, number) ?? ["[]", 0, 0];
    const epoch = freeze({
      ...{ number, ready: JSON.parse(ready as string) as Range[], slots, trialsPerSlot },
      ...(typeof confirms === "string" ? { confirms: JSON.parse(confirms) as Confirming } : {}),
    }) as Epoch;
    epochs.set(key, { created, epoch });
    return epoch;
  }

  return {
    keyOf: (id) => {
      const key = find(id);
      if (key === undefined) throw noStudy(id);
      return key;
    },
    has: (id) => find(id) !== undefined,
    insert: (id, spec, at) => insert.get(id, spec.name, listKey(at, id), at, JSON.stringify(spec))?.[0] as number,
    read: (id) => {
      const row = select.get(id);
      if (row === undefined) return null;
      const [key, createdAt, version, parameters, metrics] = row.slice(PROGRESS_WIDTH);
      const { epoch, taken, best, capUsd, toldPercent, ...progress } = toProgress(row);
      return {
        id,
        spec: specOf(key as number, version as number),
        amendments: (version as number) - 1,
        ...progress,
        epoch: { ...epochOf(key as number, epoch, progress.created) },
        best: best === null ? null : toBest(best, parameters, metrics),
        createdAt: createdAt as number,
      };
    },
    list: (before, name, limit) =>
      (name === null ? selectPage.all(before, limit) : selectNamedPage.all(name, before, limit)).map(([key, id]) => ({
        listKey: key as string,
        id: id as string,
      })),
    replaceSpec: (key, spec) => {
      updateSpec.run(JSON.stringify(spec), key);
    },
    remove: (key, id) => {
      for (const removal of removals) removal.run(key);
      removeKeys.run(id);
      specs.delete(key);
      epochs.delete(key);
    },
    openEpoch: (key, { number, ready, slots, trialsPerSlot, confirms }) => {
      const why = confirms === undefined ? null : JSON.stringify(confirms);
      insertEpoch.run(key, number, JSON.stringify(ready), slots, trialsPerSlot, why);
    },
    makeReady: (key, epoch, ready) => {
      upsertReady.run(key, epoch, JSON.stringify(ready));
    },
    epoch: epochOf,
  };
}

function toBest(best: NonNullable<Progress["best"]>, parameters: Value | undefined, metrics: Value | undefined): Best {
  return {
    ...best,
    parameters: JSON.parse(parameters as string) as ParameterValues,
    metrics: JSON.parse(metrics as string) as Metrics,
  };
}

/** What is parsed once and handed out many times must not be changed by one of its readers. */
function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) freeze(part);
  }
  return value;
}
