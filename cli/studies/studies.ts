import type { StudySpec } from "../../lib/study/spec.ts";
import type { EventView } from "../../lib/study/story.ts";
import type { MeasuredTrialView, StudyView, TrialView } from "../../lib/study/views.ts";
import type { Extension } from "../../lib/tuner/lifecycle/lifecycle.ts";

export interface FoundStudy {
  readonly view: StudyView;
  readonly spec: StudySpec;
}

/**
 * The studies of one place, as people see them and what they ask of them: a state directory of this machine, or an API. What a
 * command does, it does once, over this.
 */
export interface Studies {
  /** The options that lead a further command here, after a space: ` --state DIR`; empty where it comes here anyway. */
  readonly options: string;
  /** Milliseconds between two looks at a study that is watched. */
  readonly lookMs: number;
  /** What to type in a place that has no study yet. */
  readonly howToBegin: string;
  /** Newest first. */
  list(): AsyncIterable<StudyView>;
  /**
   * The study that a person means: by id, else the newest of that name, else (no word at all) the newest.
   *
   * @throws {PegboxError} `NOT_FOUND`.
   */
  find(wanted: string | undefined): Promise<FoundStudy>;
  /** How a study stands now. */
  look(id: string): Promise<StudyView>;
  /** With what it measured on its way. @throws {PegboxError} `NOT_FOUND`. */
  trial(id: string, number: number): Promise<MeasuredTrialView>;
  /** In order of number, from this one on, page by page. */
  trials(id: string, from: number): AsyncIterable<readonly TrialView[]>;
  /** Oldest first. */
  events(id: string): AsyncIterable<EventView>;
  /** What to type for a paused study to go on; null where it will by itself. */
  howToGoOn(study: FoundStudy): string | null;
  pause(id: string): Promise<StudyView>;
  /** @throws {PegboxError} `UNAVAILABLE`, saying how, where the study needs a process to go on. */
  resume(id: string): Promise<StudyView>;
  stop(id: string, now: boolean): Promise<StudyView>;
  extend(id: string, extension: Extension): Promise<StudyView>;
  delete(id: string): Promise<void>;
  close(): Promise<void>;
}
