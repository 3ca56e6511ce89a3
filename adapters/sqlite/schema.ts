/**
 * What happened to a study, one row for each event, in the order in which it was written; `body` is JSON.
 */
const EVENT: string = `
CREATE TABLE event (
  study INTEGER NOT NULL,
  number INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (study, number)
) STRICT, WITHOUT ROWID;
`;

/** The client that a lease is of, as SQL: what an index is to help must say it in the same words. */
export const CLIENT = "substr(lease, instr(lease, '@') + 1)";

/** What clients run is few beside what has ended, and is looked for at each of their calls. */
const LEASED: string = `
CREATE INDEX trial_leased ON trial (study, ${CLIENT}) WHERE lease_until IS NOT NULL;
`;

const MEASUREMENT: string = `
CREATE TABLE measurement (
  study INTEGER NOT NULL,
  trial INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  step INTEGER NOT NULL,
  metrics TEXT NOT NULL,
  PRIMARY KEY (study, trial, attempt, step)
) STRICT, WITHOUT ROWID;
`;

/**
 * The tables. What a claim or a result rewrites stands apart from what it does not: `progress` is one short row a
 * study, while `study` holds the specification, which may be 256 KiB. A key of `study` is never given again, so that what
 * another process remembers of a deleted study is of no other. JSON is in
 * `spec`, `reason`, `ready`, `confirms`, `replicates`, `confirmation`, `parameters`, `decision`, `metrics`, `standard_errors`,
 * `rungs`, `meter`, `forfeits`.
 */
export const SCHEMA: string = `
CREATE TABLE study (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  list_key TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  spec_version INTEGER NOT NULL,
  spec TEXT NOT NULL
) STRICT;
CREATE INDEX study_list ON study (list_key);
CREATE INDEX study_name ON study (name, list_key);

CREATE TABLE progress (
  study INTEGER PRIMARY KEY,
  status TEXT NOT NULL,
  reason TEXT,
  generation INTEGER NOT NULL,
  execution TEXT,
  started_at INTEGER,
  updated_at INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  taken INTEGER NOT NULL,
  created INTEGER NOT NULL,
  proposed INTEGER NOT NULL,
  running INTEGER NOT NULL,
  paused INTEGER NOT NULL,
  succeeded INTEGER NOT NULL,
  infeasible INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  stopped INTEGER NOT NULL,
  cancelled INTEGER NOT NULL,
  best_trial INTEGER,
  best_score REAL,
  ended_at_best INTEGER NOT NULL,
  spent_usd REAL NOT NULL,
  reserved_usd REAL NOT NULL DEFAULT 0,
  cap_usd REAL,
  told_percent INTEGER NOT NULL DEFAULT 0,
  added INTEGER NOT NULL DEFAULT 0,
  imported INTEGER NOT NULL DEFAULT 0,
  replicates TEXT,
  confirmation TEXT
) STRICT;

CREATE TABLE epoch (
  study INTEGER NOT NULL,
  number INTEGER NOT NULL,
  ready TEXT NOT NULL,
  slots INTEGER NOT NULL,
  trials_per_slot INTEGER NOT NULL,
  confirms TEXT,
  PRIMARY KEY (study, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE trial (
  study INTEGER NOT NULL,
  number INTEGER NOT NULL,
  state TEXT NOT NULL,
  source TEXT NOT NULL,
  parameters TEXT NOT NULL,
  decision TEXT NOT NULL,
  metrics TEXT,
  feasible INTEGER,
  attempts INTEGER NOT NULL,
  lost INTEGER NOT NULL,
  lease TEXT,
  lease_until INTEGER,
  reason TEXT,
  started_at INTEGER,
  ended_at INTEGER,
  cost_usd REAL,
  standard_errors TEXT,
  fidelity REAL,
  rungs TEXT,
  meter TEXT,
  forfeits TEXT,
  PRIMARY KEY (study, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE claim (
  study INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  slot INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  number INTEGER NOT NULL,
  PRIMARY KEY (study, epoch, slot, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency (
  value TEXT PRIMARY KEY,
  hash TEXT NOT NULL,
  study TEXT NOT NULL,
  trial INTEGER,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sweep (
  name TEXT PRIMARY KEY,
  spec TEXT NOT NULL,
  schedule TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  overlap TEXT NOT NULL DEFAULT 'beside',
  last TEXT
) STRICT, WITHOUT ROWID;
${LEASED}${MEASUREMENT}${EVENT}`;

/** Kept in the file's `user_version`. A change of the tables raises it, and says how an older file becomes a newer one. */
export const SCHEMA_VERSION = 11;

/** What makes a file of each version, from 1 on, one of the next. */
export const MIGRATIONS: readonly string[] = [
  "ALTER TABLE trial ADD COLUMN standard_errors TEXT;",
  `CREATE TABLE study_again (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    list_key TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    spec_version INTEGER NOT NULL,
    spec TEXT NOT NULL
  ) STRICT;
  INSERT INTO study_again SELECT * FROM study;
  DROP TABLE study;
  ALTER TABLE study_again RENAME TO study;
  CREATE INDEX study_list ON study (list_key);
  CREATE INDEX study_name ON study (name, list_key);
  ${EVENT}`,
  "ALTER TABLE trial ADD COLUMN fidelity REAL; ALTER TABLE trial ADD COLUMN rungs TEXT;",
  "ALTER TABLE trial ADD COLUMN lease_until INTEGER;",
  `ALTER TABLE progress ADD COLUMN added INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE progress ADD COLUMN imported INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE idempotency ADD COLUMN trial INTEGER;`,
  `ALTER TABLE progress ADD COLUMN reserved_usd REAL NOT NULL DEFAULT 0;
  ALTER TABLE progress ADD COLUMN cap_usd REAL;
  ALTER TABLE progress ADD COLUMN told_percent INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE trial ADD COLUMN meter TEXT;
  ALTER TABLE trial ADD COLUMN forfeits TEXT;`,
  `ALTER TABLE epoch ADD COLUMN confirms TEXT;
  ALTER TABLE progress ADD COLUMN replicates TEXT;
  ALTER TABLE progress ADD COLUMN confirmation TEXT;`,
  `DROP INDEX IF EXISTS trial_leased; ${LEASED}`,
  MEASUREMENT,
  "ALTER TABLE sweep ADD COLUMN overlap TEXT NOT NULL DEFAULT 'beside'; ALTER TABLE sweep ADD COLUMN last TEXT;",
];
