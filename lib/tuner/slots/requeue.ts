import type { Study } from "../../study/records.ts";
import type { Judgement } from "../../study/result.ts";
import type { Told } from "../../workflow/messages.ts";
import type { TunerPorts } from "../ports.ts";

/** Gives a trial back, for another attempt or because the fault was not its own. @returns whether that was still to be done */
export async function requeue(study: Study, told: Told, judgement: Judgement, ports: TunerPorts): Promise<boolean> {
  const reason = judgement.reason ?? { code: "REQUEUED", message: "given back" };
  const requeued = await ports.store.requeueTrial(study.id, told.trial, {
    lease: told.lease,
    countsAttempt: judgement.state !== "REQUEUE",
    lost: false,
    costUsd: judgement.costUsd,
    abandoned: judgement.abandoned ?? false,
    reason,
    at: ports.now(),
  });
  if (requeued) ports.observe({ type: "trialRequeued", study: study.id, number: told.trial, reason });
  return requeued;
}
