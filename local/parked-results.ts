import type { TunerPorts } from "../lib/tuner/ports.ts";
import { settleParked } from "../lib/tuner/settle-parked.ts";
import type { ParkedResult } from "../lib/workflow/messages.ts";

/** Results that could not be written when they came, as long as this process lives. */
export interface ParkedResults {
  park(result: ParkedResult): void;
  /** Tells them; those that still cannot be written stay. */
  settle(): Promise<void>;
}

export function parkedResults(ports: TunerPorts): ParkedResults {
  const parked = new Set<ParkedResult>();
  return {
    park: (result) => void parked.add(result),
    async settle() {
      for (const result of parked) {
        await settleParked(result, ports);
        parked.delete(result);
      }
    },
  };
}
