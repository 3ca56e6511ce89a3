import { confirmationText } from "./confirmation.ts";
import type { StudyEvent } from "./events.ts";
import { isoTime } from "./iso-time.ts";
import { dollars } from "./price/money.ts";
import { RESUMED, type Reason } from "./states.ts";

/** An event as the API and `show --events` give it: what happened, in words. Times are RFC 3339 UTC. */
export interface EventView {
  readonly at: string;
  readonly type: StudyEvent["type"];
  readonly message: string;
  /** The trial that it is about; null where it is about the study. */
  readonly trial: number | null;
  readonly reason: Reason | null;
}

export function eventView(event: StudyEvent): EventView {
  return {
    at: isoTime(event.at),
    type: event.type,
    message: told(event),
    trial: "trial" in event ? event.trial : event.type === "confirmed" ? event.confirmation.winner : null,
    reason: "reason" in event ? event.reason : null,
  };
}

function told(event: StudyEvent): string {
  switch (event.type) {
    case "created":
      return "created";
    case "moved":
      return movement(event);
    case "paced":
      return because(
        event.reason.code === "SLOTS" ? "each slot goes on for itself" : "trials run in rounds",
        event.reason,
      );
    case "amended":
      return amendment(event);
    case "requeued":
      return because(`trial ${event.trial} ${event.lost ? "was lost and " : ""}will run again`, event.reason);
    case "failed":
      return because(`trial ${event.trial} failed`, event.reason);
    case "best":
      return `trial ${event.trial} is the best so far: ${metrics(event.metrics)}`;
    case "confirmed":
      return confirmationText(event.confirmation);
    case "overrun":
      return `trial ${event.trial} cost ${dollars(event.usd)} more than was set aside for it`;
    case "spent":
      return `${event.percent} % of budget.usd is spent: ${dollars(event.usd)} of ${dollars(event.capUsd)}`;
  }
}

function movement({ from, to, reason, generation }: Extract<StudyEvent, { type: "moved" }>): string {
  switch (to) {
    case "RUNNING":
      if (from === "CREATED") return "started";
      return from === "RUNNING" ? `taken over by its execution ${generation}` : "goes on";
    case "CREATED":
      return "created";
    case "PAUSING":
      return because("is to pause", reason);
    case "PAUSED":
      return reason?.code === RESUMED ? reason.message : because("paused", reason);
    case "STOPPING":
      return because("is to stop", reason);
    default:
      return because(`ended as ${to}`, reason);
  }
}

/** That failures are forgiven is what the reason says. */
function amendment({ changes, reason }: Extract<StudyEvent, { type: "amended" }>): string {
  const told = Object.entries(changes).filter(([key]) => key !== "forgiven");
  return told.length === 0 ? reason.message : because(told.map(change).join(", "), reason);
}

function change([key, { from, to }]: readonly [string, { readonly from: unknown; readonly to: unknown }]): string {
  return `${key} ${JSON.stringify(from)} → ${JSON.stringify(to)}`;
}

function metrics(values: Readonly<Record<string, number | null>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
}

function because(what: string, reason: Reason | null): string {
  return reason === null ? what : `${what}: ${reason.message}`;
}
