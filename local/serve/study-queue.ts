import { PegboxError } from "../../lib/errors/pegbox-error.ts";
import { QUEUED } from "../../lib/study/states.ts";
import { rests } from "../../lib/tuner/lifecycle/lifecycle.ts";
import type { Launcher } from "../../lib/tuner/ports.ts";
import type { WorkflowInput } from "../../lib/workflow/messages.ts";
import type { Engine } from "../engine.ts";

export interface StudyQueue {
  /** Starts a study now or when it is its turn. */
  readonly launcher: Launcher;
  /** Starts nothing any more, and resolves when what was being started has begun. Waiting studies stay PAUSED. */
  close(): Promise<void>;
}

interface Entry {
  readonly name: string;
  readonly input: WorkflowInput;
  readonly study: string;
  /** What the workflow invokes: the runner whose slots it needs. */
  readonly runner: string;
  readonly slots: number;
  /** Slots that the runner has. */
  readonly capacity: number;
}

/**
 * Shares the slots of each runner among studies, first come, first served: a study takes as many as it runs trials at a
 * time, at most all, and keeps them until it ends. So any number of studies may be asked for, no trial ever waits for a
 * slot with its time limit running, and this machine bears what the registered study files say.
 *
 * @param onDefect is told of what failed an execution, or kept a waiting one from being started.
 */
export function studyQueue(engine: Engine, onDefect: (error: unknown) => void): StudyQueue {
  const { ports } = engine;
  const waiting: Entry[] = [];
  const taken = new Map<string, number>();
  const accepted = new Map<string, Promise<string | null>>();
  let closed = false;

  async function accept(name: string, input: WorkflowInput): Promise<string | null> {
    const entry = await entryOf(name, input);
    waiting.push(entry);
    if (startWhoFit().has(entry)) return engine.launcher.start(name, input);
    const reason = { code: QUEUED, message: `waits until ${entry.slots} slots of its runner are free` };
    await ports.store.moveStudy(entry.study, { from: ["CREATED"], to: "PAUSED", reason, at: ports.now() });
    return null;
  }

  async function entryOf(name: string, input: WorkflowInput): Promise<Entry> {
    const id = "studyId" in input ? input.studyId : "";
    const study = await ports.store.getStudy(id);
    if (study === null) throw new PegboxError("NOT_FOUND", `expected a study "${id}", there is none`);
    const { target, slots: capacity = Number.POSITIVE_INFINITY } = ports.runners.resolve(study.spec.runner);
    return { name, input, study: id, runner: target, slots: Math.min(study.spec.parallel, capacity), capacity };
  }

  /** In the order in which they came, none overtaking another of its runner. */
  function startWhoFit(): ReadonlySet<Entry> {
    const blocked = new Set<string>();
    const started = new Set<Entry>();
    for (const entry of closed ? [] : waiting) {
      if (!blocked.has(entry.runner) && inUse(entry) + entry.slots <= entry.capacity) {
        started.add(entry);
        void run(entry);
      } else blocked.add(entry.runner);
    }
    waiting.splice(0, waiting.length, ...waiting.filter((entry) => !started.has(entry)));
    return started;
  }

  async function run(entry: Entry): Promise<void> {
    taken.set(entry.runner, inUse(entry) + entry.slots);
    try {
      if (await isWanted(entry)) {
        await engine.launcher.start(entry.name, entry.input);
        await engine.idle(entry.study);
      }
    } catch (error) {
      onDefect(error);
    }
    taken.set(entry.runner, inUse(entry) - entry.slots);
    accepted.delete(entry.name);
    startWhoFit();
  }

  /** Not what was paused, stopped or deleted while it waited: who resumes it puts it into the queue again. */
  async function isWanted({ name, study: id }: Entry): Promise<boolean> {
    const isAwake = async (): Promise<boolean> => {
      const study = await ports.store.getStudy(id);
      return study !== null && !rests(study);
    };
    if (await isAwake()) return true;
    accepted.delete(name);
    // who resumed it just before that found it waiting here
    return isAwake();
  }

  const inUse = ({ runner }: Entry): number => taken.get(runner) ?? 0;

  return {
    launcher: {
      start(name, input) {
        if (closed)
          return Promise.reject(new PegboxError("STATE_BUSY", "this server is about to end: it starts nothing"));
        const known = accepted.get(name) ?? accept(name, input);
        accepted.set(name, known);
        known.catch(() => accepted.delete(name));
        return known;
      },
    },
    async close() {
      closed = true;
      await Promise.allSettled(accepted.values());
    },
  };
}
