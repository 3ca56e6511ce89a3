import type { ParameterValues } from "../../lib/space/parameter.ts";
import type { Forfeit, RunningMeter } from "../../lib/study/price/meter.ts";
import type { Decision, Metrics, Range, Rung, StandardErrors, Trial, TrialSource } from "../../lib/study/records.ts";
import type { Reason, TrialState } from "../../lib/study/states.ts";
import type { Database, Value } from "./database.ts";
import { CLIENT } from "./schema.ts";

export interface TrialTable {
  /** @returns false, and nothing changes, where the number exists. */
  insert(study: number, trial: Trial): boolean;
  read(study: number, number: number): Trial | null;
  readRange(study: number, range: Range): readonly Trial[];
  /** Those that a client runs, in order of number. */
  readLeased(study: number, client: string, limit: number): readonly Trial[];
  /** Those that any client runs and whose lease lasted until `at` at most. */
  readExpired(study: number, at: number, limit: number): readonly Trial[];
  /** Writes what the arrows change; number, source, parameters and decision stay. */
  write(study: number, trial: Trial): void;
}

const FIXED = ["number", "source", "parameters", "decision"];
const MUTABLE = [
  "state",
  "metrics",
  "feasible",
  "attempts",
  "lost",
  "lease",
  "lease_until",
  "reason",
  "started_at",
  "ended_at",
  "cost_usd",
  "standard_errors",
  "fidelity",
  "rungs",
  "meter",
  "forfeits",
  "runner",
];
const COLUMNS = [...FIXED, ...MUTABLE].join(", ");

export function trialTable(db: Database): TrialTable {
  const select = db.prepare(`SELECT ${COLUMNS} FROM trial WHERE study = ? AND number = ?`);
  const selectRange = db.prepare(
    `SELECT ${COLUMNS} FROM trial WHERE study = ? AND number BETWEEN ? AND ? ORDER BY number`,
  );
  const leased = `SELECT ${COLUMNS} FROM trial WHERE study = ? AND lease_until IS NOT NULL`;
  const selectLeased = db.prepare(`${leased} AND ${CLIENT} = ? ORDER BY number LIMIT ?`);
  const selectExpired = db.prepare(`${leased} AND lease_until <= ? ORDER BY number LIMIT ?`);
  const insert = db.prepare(
    `INSERT INTO trial (study, ${COLUMNS}) VALUES (?, ${[...FIXED, ...MUTABLE].map(() => "?").join(", ")})
     ON CONFLICT DO NOTHING`,
  );
  const update = db.prepare(
    `UPDATE trial SET ${MUTABLE.map((column) => `${column} = ?`).join(", ")} WHERE study = ? AND number = ?`,
  );
  return {
    insert: (study, trial) => insert.run(study, ...fixed(trial), ...mutable(trial)).changes === 1,
    read: (study, number) => {
      const row = select.get(study, number);
      return row === undefined ? null : toTrial(row);
    },
    readRange: (study, { from, to }) => selectRange.all(study, from, to).map(toTrial),
    readLeased: (study, client, limit) => selectLeased.all(study, client, limit).map(toTrial),
    readExpired: (study, at, limit) => selectExpired.all(study, at, limit).map(toTrial),
    write: (study, trial) => {
      update.run(...mutable(trial), study, trial.number);
    },
  };
}

function fixed(trial: Trial): Value[] {
  return [trial.number, trial.source, JSON.stringify(trial.parameters), JSON.stringify(trial.decision)];
}

function mutable(trial: Trial): Value[] {
  return [
    trial.state,
    trial.metrics === null ? null : JSON.stringify(trial.metrics),
    trial.feasible === null ? null : Number(trial.feasible),
    trial.attempts,
    trial.lost,
    trial.lease,
    trial.leaseUntil,
    trial.reason === null ? null : JSON.stringify(trial.reason),
    trial.startedAt,
    trial.endedAt,
    trial.cost?.usd ?? null,
    trial.standardErrors === undefined ? null : JSON.stringify(trial.standardErrors),
    trial.fidelity,
    trial.rungs.length === 0 ? null : JSON.stringify(trial.rungs),
    trial.meter === undefined ? null : JSON.stringify(trial.meter),
    trial.forfeits === undefined ? null : JSON.stringify(trial.forfeits),
    trial.runner ?? null,
  ];
}

function toTrial(row: readonly Value[]): Trial {
  const [number, source, parameters, decision, state, metrics, feasible, ...rest] = row;
  const [attempts, lost, lease, leaseUntil, reason, startedAt, endedAt, costUsd, ...last] = rest;
  const [standardErrors, fidelity, rungs, meter, forfeits, runner] = last;
  return {
    number: number as number,
    state: state as TrialState,
    source: source as TrialSource,
    parameters: JSON.parse(parameters as string) as ParameterValues,
    decision: JSON.parse(decision as string) as Decision,
    fidelity: fidelity as number | null,
    rungs: rungs === null ? [] : (JSON.parse(rungs as string) as Rung[]),
    metrics: metrics === null ? null : (JSON.parse(metrics as string) as Metrics),
    ...(standardErrors === null ? {} : { standardErrors: JSON.parse(standardErrors as string) as StandardErrors }),
    feasible: feasible === null ? null : feasible === 1,
    attempts: attempts as number,
    lost: lost as number,
    lease: lease as string | null,
    leaseUntil: leaseUntil as number | null,
    reason: reason === null ? null : (JSON.parse(reason as string) as Reason),
    startedAt: startedAt as number | null,
    endedAt: endedAt as number | null,
    cost: costUsd === null ? null : { usd: costUsd as number },
    ...(runner === null ? {} : { runner: runner as string }),
    ...(meter === null ? {} : { meter: JSON.parse(meter as string) as RunningMeter }),
    ...(forfeits === null ? {} : { forfeits: JSON.parse(forfeits as string) as Forfeit[] }),
  };
}
