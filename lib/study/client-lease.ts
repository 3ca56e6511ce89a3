import type { Trial } from "./records.ts";

/**
 * The lease of a trial that a client runs: which attempt at it, and whose. No two attempts have the same, for each begins with
 * one attempt more, or has been lost once more, than the one before.
 *
 * @param trial as claimed: `attempts` counts this one
 */
export function clientLease(client: string, trial: Pick<Trial, "number" | "attempts" | "lost" | "fidelity">): string {
  const { number, attempts, lost, fidelity } = trial;
  return `${[number, attempts, lost, fidelity ?? ""].join("/")}@${client}`;
}

/** What a client's lease says; null for anything else. */
export function readClientLease(
  lease: string,
): (Pick<Trial, "number" | "attempts" | "lost" | "fidelity"> & { readonly client: string }) | null {
  const [, number, attempts, lost, fidelity, client] = /^(\d+)\/(\d+)\/(\d+)\/([^/@]*)@(.+)$/.exec(lease) ?? [];
  if (client === undefined) return null;
  return {
    number: Number(number),
    attempts: Number(attempts),
    lost: Number(lost),
    fidelity: fidelity === "" ? null : Number(fidelity),
    client,
  };
}
