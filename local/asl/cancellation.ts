import { Stopped } from "./errors.ts";
import type { Clock } from "./frame.ts";

/** A tree of things to stop: an execution, the iterations of a Map, the attempts of a Task. */
export class Cancellation {
  readonly #controller = new AbortController();
  readonly #children = new Set<Cancellation>();
  readonly #parent: Cancellation | undefined;

  constructor(parent?: Cancellation) {
    this.#parent = parent;
    if (parent === undefined) return;
    parent.#children.add(this);
    if (parent.signal.aborted) this.cancel();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  cancel(): void {
    this.#controller.abort();
    for (const child of this.#children) child.cancel();
  }

  /** To be called when what it stops has ended: the parent forgets it. */
  close(): void {
    if (this.#parent !== undefined) this.#parent.#children.delete(this);
  }

  /** @throws {Stopped} once cancelled. */
  check(): void {
    if (this.signal.aborted) throw new Stopped();
  }

  /** @throws {Stopped} as soon as cancelled */
  async pause(seconds: number, clock: Clock): Promise<void> {
    const pause = new Cancellation(this);
    await clock.sleep(seconds * 1000, pause.signal);
    pause.close();
    this.check();
  }

  /** Settles as the work does; rejects with {@link Stopped} as soon as this is cancelled, whether or not the work heeds it. */
  race<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = () => reject(new Stopped());
      if (this.signal.aborted) stop();
      this.signal.addEventListener("abort", stop, { once: true });
      work.then(resolve, reject).finally(() => this.signal.removeEventListener("abort", stop));
    });
  }
}
