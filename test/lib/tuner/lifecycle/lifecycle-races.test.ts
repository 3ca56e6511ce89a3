import fc from "fast-check";
import { expect, test } from "vitest";
import type { StudyStore } from "../../../../lib/store/study-store.ts";
import { finalize } from "../../../../lib/tuner/finalize.ts";
import { pauseStudy, resumeStudy, stopStudy } from "../../../../lib/tuner/lifecycle/lifecycle.ts";
import type { Launcher } from "../../../../lib/tuner/ports.ts";
import { refill } from "../../../../lib/tuner/refill.ts";
import type { PlanAnswer } from "../../../../lib/workflow/messages.ts";
import { spec } from "../../../store/fixtures.ts";
import { success, Tuner } from "../support.ts";

/** A strategy that does not learn, and one that does: its epochs are refilled once trials have been seen to be uneven. */
const STUDIES = [
  { strategy: "random", trials: 6, parallel: 2 },
  { strategy: "evolution", trials: 16, parallel: 2 },
] as const;

/**
 * Executions of the workflow, as the service has them: one for each name, each state a call that may fall between the
 * calls of others. Every other epoch is handed over to a fresh execution.
 */
class Service implements Launcher {
  readonly #tuner: Tuner;
  readonly #executions = new Map<string, Promise<void>>();
  readonly #refills: Promise<void>[] = [];

  /** Trials that a slot was given in an epoch at most. */
  most = 0;

  constructor(tuner: Tuner) {
    this.#tuner = tuner;
  }

  async start(name: string, input: object): Promise<null> {
    const { generation } = input as { readonly generation: number };
    if (!this.#executions.has(name)) this.#executions.set(name, this.#run(generation));
    return null;
  }

  async quiet(): Promise<void> {
    for (let known = -1; known !== this.#executions.size; ) {
      known = this.#executions.size;
      await Promise.all(this.#executions.values());
      await Promise.all(this.#refills);
    }
  }

  async #run(generation: number): Promise<void> {
    this.#tuner.requestRefill = async (event) => {
      this.#refills.push(refill(event, this.#tuner.ports));
    };
    const { admitted } = await this.#tuner.begin(generation);
    for (let epochs = 0; admitted; epochs++) {
      const plan = epochs < 2 ? await this.#plan(generation) : ({ action: "handOver" } as const);
      if (plan.action === "halt") return;
      if (plan.action === "handOver")
        return void (await this.start(`s-g${generation + 1}`, { generation: generation + 1 }));
      if (plan.action === "finish") {
        await finalize({ studyId: "s", generation, ...plan }, this.#tuner.ports);
        return;
      }
      const { slots, epoch, trialsPerSlot: quota } = plan;
      this.most = Math.max(this.most, quota);
      await Promise.all(Array.from({ length: slots }, (_, slot) => this.#slot({ generation, epoch, slot, quota })));
    }
  }

  /** The workflow repeats a call that failed: here one whose study was moved before it could open its epoch. */
  async #plan(generation: number): Promise<PlanAnswer> {
    return this.#tuner.plan({ generation }).catch(() => this.#plan(generation));
  }

  async #slot(lane: { generation: number; epoch: number; slot: number; quota: number }): Promise<void> {
    let told = null;
    let waits = 0;
    for (let seq = 0; ; ) {
      const next = await this.#tuner.next({ ...lane, seq, told, waits });
      if (next.kind === "done") return;
      waits = next.kind === "wait" ? waits + 1 : 0;
      seq += next.kind === "wait" ? 0 : 1;
      told = next.kind === "wait" ? null : { trial: next.trial, lease: next.lease, result: success(next.trial) };
      if (next.kind === "lambda") this.#tuner.now += next.trial % 2 === 0 ? 2_000 : 100_000;
    }
  }
}

/** Every call of the store waits for its turn, and the turns come in any order. */
function interleaved(store: StudyStore, scheduler: fc.Scheduler): StudyStore {
  return new Proxy(store, {
    get: (target, name: keyof StudyStore) => {
      const method = target[name] as (...args: unknown[]) => Promise<unknown>;
      return (...args: unknown[]) => scheduler.schedule(Promise.resolve(), name).then(() => method.apply(target, args));
    },
  });
}

const WISHES = {
  pause: (tuner: Tuner) => pauseStudy("s", tuner.ports),
  resume: (tuner: Tuner, service: Service) => resumeStudy("s", tuner.ports, service),
  stop: (tuner: Tuner) => stopStudy("s", false, tuner.ports),
  "stop now": (tuner: Tuner) => stopStudy("s", true, tuner.ports),
};

/** How a study may stand once everything is quiet, by the last wish that was granted: it may have ended before. */
const STANDS: Readonly<Record<string, readonly string[]>> = {
  none: ["COMPLETED"],
  pause: ["PAUSED", "COMPLETED"],
  resume: ["COMPLETED"],
  stop: ["STOPPED", "COMPLETED"],
  "stop now": ["STOPPED", "COMPLETED"],
};

test.each(STUDIES)(
  "$strategy: wishes one after the other beside executions: the last that is granted is fulfilled, nothing is left hanging",
  async (study) => {
    let most = 0;
    const wishes = fc.array(fc.constantFrom(...(Object.keys(WISHES) as (keyof typeof WISHES)[])), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), wishes, async (scheduler, asked) => {
        const tuner = new Tuner((store) => interleaved(store, scheduler));
        const service = new Service(tuner);
        let last = "none";
        const everything = (async () => {
          await tuner.store.createStudy("s", spec(study), tuner.now);
          await service.start("s-g1", { generation: 1 });
          for (const wish of asked) {
            const granted = await WISHES[wish](tuner, service).then(
              () => true,
              (error: { code: string }) => (error.code === "CONFLICT" ? false : Promise.reject(error)),
            );
            if (granted) last = wish;
          }
          await service.quiet();
          return tuner.study();
        })();
        const { status, counts, created } = await scheduler.waitFor(everything);
        expect(STANDS[last]).toContain(status);
        expect(counts.running).toBe(0);
        expect(created - counts.cancelled).toBeLessThanOrEqual(study.trials);
        if (status !== "PAUSED") expect(counts.proposed).toBe(0);
        // a trial that "stop now" has given up has ended
        if (!asked.includes("stop now")) expect(counts.stopped).toBe(0);
        if (status === "COMPLETED") expect(counts.succeeded + counts.stopped).toBe(study.trials);
        most = Math.max(most, service.most);
        await scheduler.waitFor(tuner.store.close());
      }),
      { numRuns: 100 },
    );
    expect(most).toBeGreaterThan(1);
  },
);
