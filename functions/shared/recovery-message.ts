import type { CutOff } from "../../lib/tuner/recover.ts";
import type { ParkedResult, WorkflowInput } from "../../lib/workflow/messages.ts";

/** What EventBridge tells of an execution that changed its status, as far as it is read here. */
interface StatusChange {
  readonly detail: {
    readonly name: string;
    readonly status: string;
    /** JSON; null where it was too long for an event, and none of ours is. */
    readonly input: string | null;
    readonly error?: string | null;
    readonly cause?: string | null;
  };
}

/** What lies in the recovery queue. */
export type RecoveryMessage =
  | { readonly kind: "cutOff"; readonly cutOff: CutOff }
  | { readonly kind: "parked"; readonly result: ParkedResult }
  /** An execution that somebody started by hand, with an input that names no study. */
  | { readonly kind: "stranger" };

/** @throws {SyntaxError} for what is not JSON. */
export function readRecoveryMessage(body: string): RecoveryMessage {
  const message = JSON.parse(body) as StatusChange | ParkedResult;
  if (!("detail" in message)) return { kind: "parked", result: message };
  const { name, status, input: text, error, cause } = message.detail;
  const input: unknown = JSON.parse(text ?? "null");
  if (!isOurs(input)) return { kind: "stranger" };
  return {
    kind: "cutOff",
    cutOff: { execution: name, input, status, error: error ?? undefined, cause: cause ?? undefined },
  };
}

function isOurs(input: unknown): input is WorkflowInput {
  if (typeof input !== "object" || input === null) return false;
  return ("studyId" in input && "generation" in input) || ("sweep" in input && "scheduledAt" in input);
}
