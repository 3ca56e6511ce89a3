import type { Launcher, Scheduler, TunerPorts } from "../tuner/ports.ts";
import type { Refills } from "../tuner/workers/suggest.ts";

/** All that the HTTP app needs from where it runs. */
export interface ApiPorts {
  readonly tuner: TunerPorts;
  readonly launcher: Launcher;
  /** Null where nothing can fire on a schedule. */
  readonly scheduler: Scheduler | null;
  readonly refills: Refills;
  /** Letters and digits that tell studies of one name apart. */
  readonly newToken: () => string;
  /** A collision-free fingerprint of a text, for Idempotency-Key. */
  readonly fingerprint: (text: string) => string;
}
