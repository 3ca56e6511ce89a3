import { openSqliteStore } from "../../../adapters/sqlite/store.ts";
import { PegboxError } from "../../../lib/errors/pegbox-error.ts";
import type { StudyStore } from "../../../lib/store/study-store.ts";
import type { Study, Trial } from "../../../lib/study/records.ts";
import type { StudySpec } from "../../../lib/study/spec.ts";
import { begin } from "../../../lib/tuner/begin.ts";
import { createStudy } from "../../../lib/tuner/create-study.ts";
import { nextTrial } from "../../../lib/tuner/next-trial.ts";
import { plan } from "../../../lib/tuner/plan.ts";
import type { RunnerTarget, TunerEvent, TunerPorts } from "../../../lib/tuner/ports.ts";
import type {
  NextTrialAnswer,
  NextTrialEvent,
  PlanAnswer,
  PlanEvent,
  RefillEvent,
} from "../../../lib/workflow/messages.ts";
import { NOON, spec } from "../../store/fixtures.ts";

export type Run = Extract<PlanAnswer, { action: "run" }>;
export type Given = Extract<NextTrialAnswer, { kind: "lambda" }>;

/** The use cases over a store of their own, with a clock that stands until it is moved. */
export class Tuner {
  readonly store: StudyStore;
  readonly events: TunerEvent[] = [];
  now: number = NOON;
  runner: Partial<Extract<RunnerTarget, { kind: "lambda" }>> | null = {};
  /** What was asked for, unless somebody answers in its place. */
  readonly requested: RefillEvent[] = [];
  requestRefill: TunerPorts["requestRefill"] = async (event) => void this.requested.push(event);

  constructor(wrap: (store: StudyStore) => StudyStore = (store) => store) {
    this.store = wrap(openSqliteStore({ memory: true }));
  }

  get ports(): TunerPorts {
    return {
      store: this.store,
      now: () => this.now,
      observe: (event) => void this.events.push(event),
      requestRefill: (event) => this.requestRefill(event),
      runners: {
        resolve: () => {
          if (this.runner === null) throw new PegboxError("RUNNER_MISSING", "there is no runner");
          return { kind: "lambda", target: "trial", timeoutSeconds: null, graceSeconds: 15, ...this.runner };
        },
      },
    };
  }

  /** A study "s" that no execution has begun. */
  async create(changes: Partial<StudySpec> = {}): Promise<void> {
    await createStudy("s", spec(changes), this.ports);
  }

  /** A study "s" that runs as generation 1. */
  async start(changes: Partial<StudySpec> = {}): Promise<void> {
    await this.create(changes);
    await this.begin(1);
  }

  begin(generation: number): ReturnType<typeof begin> {
    return begin({ input: { studyId: "s", generation }, execution: `s-g${generation}` }, this.ports);
  }

  plan(event: Partial<PlanEvent> = {}): Promise<PlanAnswer> {
    return plan({ studyId: "s", generation: 1, events: 0, stalls: 0, ...event }, this.ports);
  }

  async open(event: Partial<PlanEvent> = {}): Promise<Run> {
    const answer = await this.plan(event);
    if (answer.action !== "run") throw new Error(`expected an epoch, got ${JSON.stringify(answer)}`);
    return answer;
  }

  async next(
    event: Partial<NextTrialEvent> = {},
  ): Promise<Extract<NextTrialAnswer, { kind: "lambda" | "wait" | "done" }>> {
    const base = { studyId: "s", generation: 1, epoch: 1, slot: 0, seq: 0, quota: 100, told: null };
    const answer = await nextTrial({ ...base, ...event }, this.ports);
    if (answer.kind === "lambda" || answer.kind === "wait" || answer.kind === "done") return answer;
    throw new Error(`expected no job, got ${answer.kind}`);
  }

  async claim(event: Partial<NextTrialEvent> = {}): Promise<Given> {
    const answer = await this.next(event);
    if (answer.kind !== "lambda") throw new Error(`expected a trial, got ${JSON.stringify(answer)}`);
    return answer;
  }

  async study(): Promise<Study> {
    const study = await this.store.getStudy("s");
    if (study === null) throw new Error("there is no study");
    return study;
  }

  async trial(number: number): Promise<Trial> {
    const trial = await this.store.getTrial("s", number);
    if (trial === null) throw new Error(`there is no trial ${number}`);
    return trial;
  }

  async states(): Promise<readonly string[]> {
    const { created } = await this.study();
    return (await this.store.readTrials("s", { from: 1, to: created })).map(({ state }) => state);
  }

  count(type: TunerEvent["type"]): number {
    return this.events.filter((event) => event.type === type).length;
  }
}

export const success = (error: number): object => ({ metrics: { error } });
