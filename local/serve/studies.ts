import type { Study } from "../../lib/study/records.ts";
import { FINISHED } from "../../lib/study/states.ts";
import { startStudy } from "../../lib/tuner/create-study.ts";
import { interruptStudy } from "../../lib/tuner/interrupt.ts";
import type { Engine } from "../engine.ts";
import type { LocalRunner } from "../runners/runner.ts";

type Runners = ReadonlyMap<string, LocalRunner>;

/** The unfinished studies that run on a registered runner; those of `pegbox run` belong to their own process. */
async function ownStudies(runners: Runners, engine: Engine): Promise<readonly Study[]> {
  const own: Study[] = [];
  let after: string | null = null;
  do {
    const page = await engine.ports.store.listStudies({ limit: 100, ...(after === null ? {} : { after }) });
    own.push(
      ...page.items.filter(({ status, spec }) => !FINISHED.has(status) && runners.has(spec.runner.lambda ?? "")),
    );
    after = page.next;
  } while (after !== null);
  return own;
}

/** Starts what an earlier server left running or paused by its own end; what was only created stays so. */
export async function continueStudies(runners: Runners, engine: Engine): Promise<void> {
  for (const study of await ownStudies(runners, engine)) {
    if (study.status === "CREATED") continue;
    const { ports, launcher } = engine;
    const { id, reason } = study;
    await ports.store.moveStudy(id, { from: ["PAUSING"], to: "PAUSED", reason, at: ports.now() });
    await startStudy(study, launcher);
  }
}

/** Asks every running study to pause. */
export async function pauseStudies(runners: Runners, engine: Engine): Promise<void> {
  for (const { id, status } of await ownStudies(runners, engine)) {
    if (status === "RUNNING") await interruptStudy(id, engine.ports);
  }
}
