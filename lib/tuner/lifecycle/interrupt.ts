import type { TunerPorts } from "../ports.ts";

/** Asks a running study to pause; its slots give their trials back and its next plan ends the execution. */
export function interruptStudy(id: string, ports: TunerPorts): Promise<boolean> {
  return ports.store.moveStudy(id, {
    from: ["RUNNING"],
    to: "PAUSING",
    reason: { code: "INTERRUPTED", message: "interrupted; `pegbox run FILE --resume` continues it" },
    at: ports.now(),
  });
}
