import type { Study } from "../../lib/study/records.ts";
import { QUEUED, RESUMED } from "../../lib/study/states.ts";
import { startStudy } from "../../lib/tuner/create-study.ts";
import { everyStudy } from "../../lib/tuner/every-study.ts";
import type { Launcher, TunerPorts } from "../../lib/tuner/ports.ts";

/** A study found so was running when its server was killed: it goes on, or is paused or stopped as was asked. */
const CUT_OFF: ReadonlySet<string> = new Set(["RUNNING", "PAUSING", "STOPPING"]);

const INTERRUPTED = {
  code: "INTERRUPTED",
  message: "the server ended; the next `pegbox serve` with this state and runner goes on with it",
};

/** Why a study is PAUSED that nobody wants to rest. */
const WAITING: ReadonlySet<string> = new Set([INTERRUPTED.code, QUEUED, RESUMED]);

/** Whether the runner of a study is registered here; those of `pegbox run` belong to their own process. */
type IsOurs = (study: Study) => boolean;

/** A study of `pegbox run` names a runner of its own, and may name a registered one beside it. */
export function runsOn(runners: ReadonlyMap<string, unknown>): IsOurs {
  return ({ spec: { runner } }) => {
    const own = runner.function ?? runner.command ?? runner.http;
    return own === undefined && runners.has(runner.lambda ?? "");
  };
}

/** Starts what an earlier server left running, paused by its own end, resumed or waiting, the oldest first. */
export async function continueStudies(isOurs: IsOurs, ports: TunerPorts, launcher: Launcher): Promise<void> {
  const left: Study[] = [];
  for await (const study of everyStudy(ports.store)) if (isOurs(study) && isLeft(study)) left.unshift(study);
  for (const study of left) {
    const { id, reason } = study;
    await ports.store.moveStudy(id, { from: ["PAUSING"], to: "PAUSED", reason, at: ports.now() });
    await startStudy(study, launcher, ports);
  }
}

function isLeft({ status, reason }: Study): boolean {
  if (status === "PAUSED") return WAITING.has(reason?.code ?? "");
  return CUT_OFF.has(status);
}

/** Asks every running study to pause: its slots give their trials back and its next plan ends the execution. */
export async function pauseStudies(isOurs: IsOurs, ports: TunerPorts): Promise<void> {
  for await (const study of everyStudy(ports.store)) {
    if (!isOurs(study) || study.status !== "RUNNING") continue;
    const { id } = study;
    await ports.store.moveStudy(id, { from: ["RUNNING"], to: "PAUSING", reason: INTERRUPTED, at: ports.now() });
  }
}
