import { mkdirSync } from "node:fs";
import { join } from "node:path";
import Libsql from "libsql";
import { PegboxError } from "../../lib/errors/pegbox-error.ts";
import { MIGRATIONS, SCHEMA, SCHEMA_VERSION } from "./schema.ts";

/** What SQLite stores here; the driver ends the process on a boolean. */
export type Value = string | number | null;

/** A prepared statement; rows are arrays in the order of its columns. */
export interface Statement {
  run(...values: Value[]): { readonly changes: number };
  get(...values: Value[]): readonly Value[] | undefined;
  all(...values: Value[]): readonly (readonly Value[])[];
}

export interface Database {
  prepare(sql: string): Statement;
  /** Runs `work` as one transaction that has the write lock from the start: what it reads cannot change under it. */
  write<T>(work: () => T): T;
  close(): void;
}

export type Location = { readonly directory: string; readonly durable?: boolean } | { readonly memory: true };

/**
 * How long a writer waits for another process's transaction. Ours last well under a millisecond, so that ten seconds
 * of a locked file mean a stopped process or a foreign tool that holds it.
 */
const BUSY_MS = 10_000;

/** Between two looks at a file that is just being made: the change to WAL takes about as long. */
const WAL_RETRY_MS = 5;

export function openDatabase(location: Location): Database {
  const path = "memory" in location ? ":memory:" : join(location.directory, "pegbox.db");
  if ("directory" in location) mkdirSync(location.directory, { recursive: true });
  const connection = new Libsql(path, { timeout: BUSY_MS });
  const guarded = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw isBusy(error) ? busy(path, error) : error;
    }
  };
  try {
    guarded(() => configure(connection, "directory" in location && location.durable === true));
    guarded(() => migrate(connection, path));
  } catch (error) {
    connection.close();
    throw error;
  }
  const begin = statement(connection, "BEGIN IMMEDIATE");
  const commit = statement(connection, "COMMIT");
  return {
    prepare: (sql) => statement(connection, sql),
    write: (work) =>
      guarded(() => {
        begin.run();
        try {
          const result = work();
          commit.run();
          return result;
        } catch (error) {
          if (connection.inTransaction) connection.exec("ROLLBACK");
          throw error;
        }
      }),
    close: () => {
      if (!connection.open) return;
      // The driver leaves the write-ahead log behind: without this, pegbox.db alone would lack the last transactions.
      connection.pragma("wal_checkpoint(PASSIVE)");
      connection.close();
    },
  };
}

/**
 * WAL: readers and the writer do not wait for each other. `synchronous=normal` syncs at checkpoints only: the file
 * stays whole and `kill -9` loses nothing, but a power cut may lose the last instants; `full` syncs every transaction.
 */
function configure(connection: Libsql.Database, durable: boolean): void {
  enterWal(connection);
  connection.pragma(`synchronous = ${durable ? "full" : "normal"}`);
}

/**
 * Processes that make the file together all want it for themselves to change it to WAL, and there SQLite refuses at once
 * instead of waiting (it would be a deadlock): whoever is refused looks again.
 */
function enterWal(connection: Libsql.Database): void {
  const patience = performance.now() + BUSY_MS;
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    try {
      connection.pragma("journal_mode = WAL");
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() > patience) throw error;
      Atomics.wait(pause, 0, 0, WAL_RETRY_MS);
    }
  }
}

function migrate(connection: Libsql.Database, path: string): void {
  const version = (): number => Number(connection.prepare("PRAGMA user_version").raw().get([]) ?? 0);
  if (version() === SCHEMA_VERSION) return;
  connection.exec("BEGIN IMMEDIATE");
  try {
    const found = version();
    if (found > SCHEMA_VERSION) throw tooNew(path, found);
    const missing = found === 0 ? SCHEMA : MIGRATIONS.slice(found - 1).join("\n");
    connection.exec(`${missing} PRAGMA user_version = ${SCHEMA_VERSION};`);
    connection.exec("COMMIT");
  } catch (error) {
    if (connection.inTransaction) connection.exec("ROLLBACK");
    throw error;
  }
}

/** The driver takes the values as one array: a lone `null` or object it would read as named parameters. */
function statement(connection: Libsql.Database, sql: string): Statement {
  const prepared = connection.prepare(sql);
  const rows = prepared.reader ? prepared.raw() : prepared;
  return {
    run: (...values) => prepared.run(values),
    get: (...values) => rows.get(values) as readonly Value[] | undefined,
    all: (...values) => rows.all(values) as readonly (readonly Value[])[],
  };
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_BUSY");
}

function busy(path: string, cause: unknown): PegboxError {
  return new PegboxError(
    "STATE_BUSY",
    `${path}: expected the write lock within ${BUSY_MS / 1000} s, another process holds it`,
    {
      hint: "end the other process, or take another directory with --state",
      cause,
    },
  );
}

function tooNew(path: string, found: number): PegboxError {
  return new PegboxError("UNAVAILABLE", `${path}: expected schema version ${SCHEMA_VERSION} at most, got ${found}`, {
    hint: "a newer pegbox wrote it: update pegbox, or take another directory with --state",
  });
}
