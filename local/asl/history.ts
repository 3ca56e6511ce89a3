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

/** What an execution came to, by what the service limits and by what it bills; its Maps' children count for themselves. */
export interface ExecutionCount {
  readonly execution: string;
  readonly events: number;
  readonly transitions: number;
}

/** Who is told of events, and of executions that have ended. */
interface Told {
  readonly record?: (event: HistoryEvent) => void;
  readonly count?: (execution: ExecutionCount) => void;
}

/** Counts the events of one execution, and keeps none of them. */
export class History {
  readonly #execution: string;
  readonly told: Told;
  events = 0;
  /** States entered and attempts repeated: what is billed. */
  transitions = 0;
  /** Transitions of the executions that its Maps have started. */
  ofChildren = 0;

  constructor(execution: string, told: Told) {
    this.#execution = execution;
    this.told = told;
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
    } finally {
      const { events, transitions } = this;
      this.told.count?.({ execution: this.#execution, events, transitions });
    }
  }

  #put(type: string, state?: string): void {
    this.events++;
    this.told.record?.({ execution: this.#execution, type, ...(state === undefined ? {} : { state }) });
  }
}
