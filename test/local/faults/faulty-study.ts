import { isDeepStrictEqual } from "node:util";
import { openSqliteStore } from "../../../adapters/sqlite/store.ts";
import { randomStream } from "../../../lib/random/philox.ts";
import type { StudyStore } from "../../../lib/store/study-store.ts";
import type { StudyEvent } from "../../../lib/study/events.ts";
import type { Study, Trial } from "../../../lib/study/records.ts";
import type { StudySpec } from "../../../lib/study/spec.ts";
import type { Clock } from "../../../local/asl/frame.ts";
import type { ExecutionCount } from "../../../local/asl/history.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";
import { intercept } from "../studies.ts";
import { chaos, type Strokes } from "./chaos.ts";
import { type Fault, faultInjector } from "./injector.ts";
import { modelled } from "./modelled.ts";
import { Purpose } from "./purposes.ts";
import { type Shape, shapeOf } from "./shape.ts";
import { ID, settledBy, settles, worldOf } from "./world.ts";

/** More events than any of these studies has. */
const ALL = 1_000_000;

/** All that became of a study, and what it went through. */
export interface Story {
  readonly shape: Pick<StudySpec, "strategy" | "trials" | "parallel" | "retries"> & { readonly rate: number };
  readonly study: Study;
  readonly trials: readonly Trial[];
  readonly events: readonly StudyEvent[];
  /** How often the store let each trial end. */
  readonly endings: ReadonlyMap<number, number>;
  /** Trials that had ended and were not the same in the end. */
  readonly changed: readonly number[];
  /** Trials that failed, or were given back, by one that did not hold them. */
  readonly usurped: readonly number[];
  /** Answers of the store that its model did not give, and what the two think in the end. */
  readonly differences: readonly string[];
  readonly injected: ReadonlyMap<Fault, number>;
  /** Executions and children of Maps, in the order in which they ended. */
  readonly executions: readonly ExecutionCount[];
  readonly strokes: Strokes;
  /** Invocations that were given several trials. */
  readonly shifts: number;
  /** Results that slots could not tell. */
  readonly parked: number;
  /** Results told of trials by an execution that no longer owned the study, and kept. */
  readonly zombies: number;
}

/** Runs a random study through random faults, both of them functions of the seed, until it has ended and nobody stirs. */
export async function faultyStudy(seed: number): Promise<Story> {
  const shape = shapeOf(seed);
  const time = new VirtualClock();
  const clock: Clock = { now: () => Math.floor(time.now()), sleep: (ms, signal) => time.sleep(ms, signal) };
  const sqlite = openSqliteStore({ memory: true });
  try {
    return await time.run(tell(seed, shape, sqlite, clock));
  } finally {
    await sqlite.close();
  }
}

async function tell(seed: number, shape: Shape, sqlite: StudyStore, clock: Clock): Promise<Story> {
  const { study: created } = await sqlite.createStudy(ID, shape.study, clock.now());
  const { store, model, differences } = modelled(sqlite, created);
  const watched = watch(store, sqlite);
  const injector = faultInjector(watched.store, clock, randomStream(seed, Purpose.fault), shape.rate);
  const world = worldOf(seed, shape, clock, injector, sqlite);
  const strokes = await chaos(seed, shape, world, sqlite, clock);
  await injector.settled();

  const study = (await sqlite.getStudy(ID)) ?? created;
  const trials = await sqlite.readTrials(ID, { from: 1, to: study.created });
  const events = (await sqlite.readEvents(ID, { limit: ALL })).items;
  const imagined = model.study();
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ["study", study, { ...imagined, spentUsd: study.spentUsd }],
    ["events", events, model.events],
    ...trials.map((trial) => [`trial ${trial.number}`, trial, model.trials.get(trial.number)] as const),
  ];
  for (const [what, ours, theirs] of pairs) {
    if (!isDeepStrictEqual(plain(ours), plain(theirs))) {
      differences.push(`${what}: ${JSON.stringify(ours)}, the model has ${JSON.stringify(theirs)}`);
    }
  }
  const { strategy, trials: budget, parallel, retries } = shape.study;
  return {
    shape: { strategy, trials: budget, parallel, retries, rate: shape.rate },
    ...{ study, trials, events, differences, strokes },
    endings: watched.endings,
    changed: trials
      .filter((trial) => watched.ended.get(trial.number) !== JSON.stringify(trial))
      .map(({ number }) => number),
    injected: injector.injected,
    executions: world.counts,
    usurped: [...world.usurped],
    shifts: world.shifts(),
    parked: world.parked.length,
    zombies: watched.zombies(),
  };
}

/** As JSON says it. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** A store that remembers which trials it let end, and how. */
function watch(store: StudyStore, below: StudyStore) {
  const endings = new Map<number, number>();
  const ended = new Map<number, string>();
  let zombies = 0;
  async function note(number: number): Promise<void> {
    endings.set(number, (endings.get(number) ?? 0) + 1);
    ended.set(number, JSON.stringify(await below.getTrial(ID, number)));
  }
  return {
    endings,
    ended,
    zombies: () => zombies,
    store: intercept(store, async (method, call, values) => {
      const answer = await call();
      if (method === "cancelTrials") {
        for (const number of answer as readonly number[]) await note(number);
        return answer;
      }
      if (!settles(method) || !settledBy(answer)) return answer;
      const [, number, settlement] = values as Parameters<StudyStore["settleTrial"]>;
      await note(number);
      const generation = (await below.getStudy(ID))?.generation;
      if (!settlement.lease?.startsWith(`g${generation}/`)) zombies++;
      return answer;
    }),
  };
}
