import { heldBy, processGroups, residentByPs } from "./process-table.ts";

/** How often the groups are looked at: what a trial grows by meanwhile is what the limit may be passed by. */
const LOOK_EVERY_MS = 500;

export interface MemoryWatch {
  /** Settles with the bytes that were found when the group holds more than the limit; never, while it does not. */
  readonly exceeded: Promise<number>;
  release(): void;
}

/**
 * Looks at what the processes of trials hold. No system that we run on limits a group of processes together without
 * rights that Pegbox should not ask for: `ulimit` is for each process, and for addresses rather than memory.
 */
export class MemoryGuard {
  readonly #limit: number;
  readonly #everyMs: number;
  readonly #watched = new Map<number, (bytes: number) => void>();
  #timer: NodeJS.Timeout | undefined;

  /** @param limitBytes of each group @param everyMs milliseconds between two looks */
  constructor(limitBytes: number, everyMs: number = LOOK_EVERY_MS) {
    this.#limit = limitBytes;
    this.#everyMs = everyMs;
  }

  /** @param group until it is released */
  watch(group: number): MemoryWatch {
    const exceeded = new Promise<number>((resolve) => this.#watched.set(group, resolve));
    this.#schedule();
    return { exceeded, release: () => void this.#watched.delete(group) };
  }

  /** One look at a time, and none while nothing is watched. */
  #schedule(): void {
    if (this.#timer !== undefined || this.#watched.size === 0) return;
    this.#timer = setTimeout(async () => {
      await this.#look().catch(() => {}); // a look that fails is made up for by the next
      this.#timer = undefined;
      this.#schedule();
    }, this.#everyMs);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const groups = await processGroups();
    const resident = groups === null ? await residentByPs() : null;
    for (const [group, exceeded] of [...this.#watched]) {
      const bytes = resident?.get(group) ?? (await heldBy(groups?.get(group) ?? [], this.#limit));
      if (bytes > this.#limit) exceeded(bytes);
    }
  }
}
