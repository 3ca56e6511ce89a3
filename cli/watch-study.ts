import { FINISHED, QUEUED, RESUMED } from "../lib/study/states.ts";
import type { BestView, StudyView, TrialView } from "../lib/study/views.ts";
import type { News, ShownTrial } from "./output/news.ts";
import type { Studies } from "./studies/studies.ts";

/** Why a study is PAUSED that goes on by itself. */
const GOES_ON: ReadonlySet<string> = new Set([QUEUED, RESUMED]);

interface Watching {
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  readonly tell: (news: News) => void;
}

/**
 * Looks at a study again and again, tells what has become of its trials between two looks, and resolves when it has ended or
 * rests. Of trials that had ended before the first look nothing is told.
 */
export async function watchStudy(id: string, studies: Studies, { sleep, tell }: Watching): Promise<StudyView> {
  /** Trials that may still change, as last seen. */
  const open = new Map<number, TrialView>();
  let unseen = 1;
  let last: string | null = null;
  for (;;) {
    const view = await studies.look(id);
    const now = JSON.stringify(view);
    if (now !== last) {
      const changed: Change[] = [];
      for await (const trials of studies.trials(id, Math.min(unseen, ...open.keys()))) {
        for (const trial of trials) {
          const before = open.get(trial.trial) ?? null;
          if (before === null && trial.trial < unseen) continue;
          unseen = Math.max(unseen, trial.trial + 1);
          if (trial.endedAt === null) open.set(trial.trial, trial);
          else open.delete(trial.trial);
          if (last !== null || trial.endedAt === null) changed.push({ trial, before, isFirst: last === null });
        }
      }
      for (const change of changed.sort(byEnd)) for (const news of newsOf(change, view.best)) tell(news);
      last = now;
    }
    if (rests(view)) return view;
    await sleep(studies.lookMs);
  }
}

interface Change {
  readonly trial: TrialView;
  /** As last seen; null: not yet. */
  readonly before: TrialView | null;
  /** Whether it is seen by the first look of all, to which nothing is new but what runs. */
  readonly isFirst: boolean;
}

/** What has ended in the order in which it did, then what is open. */
function byEnd({ trial: a }: Change, { trial: b }: Change): number {
  const endOf = ({ endedAt }: TrialView): number => (endedAt === null ? Number.MAX_VALUE : Date.parse(endedAt));
  return endOf(a) - endOf(b) || a.trial - b.trial;
}

function* newsOf({ trial, before, isFirst }: Change, best: BestView | null): Generator<News> {
  const { state, attempts, rungs = [] } = trial;
  const known = before?.rungs?.length ?? 0;
  for (const [i, rung] of isFirst ? [] : rungs.slice(known).entries()) {
    const then = { ...shown(trial), ...rung, state: "PAUSED" as const, rungs: rungs.slice(0, known + i + 1) };
    yield { type: "trialPaused", trial: then };
  }
  const began = before?.state !== "RUNNING" || before.attempts !== attempts;
  if (state === "RUNNING" && began) {
    const at = attempts === 1 && trial.startedAt !== null ? { at: Date.parse(trial.startedAt) } : {};
    yield { type: "trialStarted", ...at, trial: shown(trial) };
  }
  if (state === "PROPOSED" && before?.state === "RUNNING" && rungs.length === known) {
    const reason = trial.reason ?? { code: "REQUEUED", message: "it was given back" };
    yield { type: "trialRequeued", number: trial.trial, reason };
  }
  if (trial.endedAt !== null && state !== "CANCELLED") {
    yield { type: "trialEnded", at: Date.parse(trial.endedAt), trial: shown(trial), best };
  }
}

/** Whether nothing becomes of a study unless somebody asks for it. */
function rests({ status, reason }: StudyView): boolean {
  return FINISHED.has(status) || (status === "PAUSED" && !GOES_ON.has(reason?.code ?? ""));
}

function shown({ trial: number, startedAt, rungs = [], ...rest }: TrialView): ShownTrial {
  return { ...rest, number, rungs, startedAt: startedAt === null ? null : Date.parse(startedAt) };
}
