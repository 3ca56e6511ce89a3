import { StateError, Stopped } from "./errors.ts";

/** What the service keeps of one Standard execution at most; the execution fails with the last of them. */
const HISTORY_LIMIT = 25_000;

export interface HistoryEvent {
  /** Name of the execution whose history it belongs to. */
  readonly execution: string;
  /** As the service documents them: `TaskStateEntered`, `MapIterationStarted`, … */
  readonly type: string;
  readonly state?: string;
}

/** Counts the events of one execution, and keeps none of them. */
export class History {
  readonly #execution: string;
  readonly record: ((event: HistoryEvent) => void) | undefined;
  events = 0;
  /** States entered and attempts repeated, with those of the Map's child executions: what is billed. */
  transitions = 0;

  constructor(execution: string, record: ((event: HistoryEvent) => void) | undefined) {
    this.#execution = execution;
    this.record = record;
  }

  /** @throws {StateError} `States.Runtime`, when only the place of the execution's end is left. */
  add(type: string, state?: string): void {
    if (this.events >= HISTORY_LIMIT - 1) {
      const cause = `The execution reached the maximum number of history events (${HISTORY_LIMIT}).`;
      throw new StateError("States.Runtime", cause);
    }
    this.#put(type, state);
  }

  /** An execution from its first event to its last, for which a place is always left. */
  async span<T>(work: () => Promise<T>): Promise<T> {
    this.add("ExecutionStarted");
    try {
      const output = await work();
      this.#put("ExecutionSucceeded");
      return output;
    } catch (error) {
      this.#put(error instanceof Stopped ? "ExecutionAborted" : "ExecutionFailed");
      throw error;
    }
  }

  #put(type: string, state?: string): void {
    this.events++;
    this.record?.({ execution: this.#execution, type, ...(state === undefined ? {} : { state }) });
  }
}
