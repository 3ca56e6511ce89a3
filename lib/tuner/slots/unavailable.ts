import type { Study } from "../../study/records.ts";
import type { Judgement } from "../../study/result.ts";
import { type Reason, RUNNER_UNAVAILABLE } from "../../study/states.ts";
import { endedCount } from "../../study/stopping.ts";
import type { Told } from "../../workflow/messages.ts";
import type { TunerPorts } from "../ports.ts";
import { requeue } from "./requeue.ts";

/**
 * How often in a row one trial may be given back because its runner could not run it, while no trial of the study ends. Each
 * time the workflow has tried for some six minutes, or an hour in a queue: what has not passed by then, such as a quota of
 * none, seldom passes by itself.
 */
const UNAVAILABLE_LIMIT = 5;

/**
 * Gives a trial back that its runner could not run: no attempt is counted. Where that has come to nothing but the same again,
 * the study is to pause, with the service's own words, in place of asking for ever. Resumed, it asks once more.
 *
 * @returns whether the trial was given back
 */
export async function requeueUnavailable(
  study: Study,
  told: Told,
  judgement: Judgement,
  ports: TunerPorts,
): Promise<boolean> {
  const { code, message } = judgement.reason ?? { code: "INFRASTRUCTURE", message: "its runner could not run it" };
  const ended = endedCount(study.counts);
  const before = (await ports.store.getTrial(study.id, told.trial))?.reason?.unavailable;
  const times = before?.ended === ended ? before.times + 1 : 1;
  const reason: Reason = { code, message, unavailable: { times, ended } };
  const changed = await requeue(study, told, { ...judgement, reason }, ports);
  if (changed && times >= UNAVAILABLE_LIMIT) await pause(study, told.trial, times, message, ports);
  return changed;
}

async function pause(study: Study, trial: number, times: number, why: string, ports: TunerPorts): Promise<void> {
  const message = `the runner could not run trial ${trial}, ${times} times in a row; resume tries again: ${why}`;
  await ports.store.moveStudy(study.id, {
    from: ["RUNNING"],
    to: "PAUSING",
    reason: { code: RUNNER_UNAVAILABLE, message },
    generation: study.generation,
    at: ports.now(),
  });
}
