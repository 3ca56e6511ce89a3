import { randomBytes } from "node:crypto";
import { PegboxError } from "../lib/errors/pegbox-error.ts";
import type { StudyStore } from "../lib/store/study-store.ts";
import { studyId, studyToken } from "../lib/study/ids.ts";
import type { Study } from "../lib/study/records.ts";
import { differences } from "../lib/study/resume.ts";
import type { StudySpec } from "../lib/study/spec.ts";
import { FINISHED } from "../lib/study/states.ts";
import { createStudy } from "../lib/tuner/create-study.ts";
import { everyStudy } from "../lib/tuner/every-study.ts";
import { GOES_ON } from "../lib/tuner/lifecycle/lifecycle.ts";
import { mustKeepCap } from "../lib/tuner/money/meter.ts";
import type { TunerPorts } from "../lib/tuner/ports.ts";
import { FILE_CHANGED, fileChanges } from "./file-changes.ts";

export interface OpenedStudy {
  readonly study: Study;
  readonly resumed: boolean;
  /** An unfinished study of the same name that was not asked for. */
  readonly unfinished: Study | null;
}

/**
 * The newest unfinished study of the file's name with `resume`, a new one without or where there is none.
 *
 * @param hold takes the study for this process; called before anything of an unfinished one is changed.
 * @throws {PegboxError} `INVALID_STUDY` when the file differs from the study that it resumes, or its `budget.usd` cannot be kept; what `hold` throws.
 */
export async function openStudy(
  spec: StudySpec,
  resume: boolean,
  ports: TunerPorts,
  hold: (id: string) => Promise<void>,
): Promise<OpenedStudy> {
  const unfinished = await newestUnfinished(spec.name, ports.store);
  if (resume && unfinished !== null) {
    await hold(unfinished.id);
    // only now does nobody else change it; whoever held it may have ended it meanwhile
    const study = (await ports.store.getStudy(unfinished.id)) ?? unfinished;
    if (!FINISHED.has(study.status)) return { study: await amend(study, spec, ports), resumed: true, unfinished: null };
  }
  const id = studyId(spec.name, studyToken(randomBytes(4).readUInt32BE()));
  await hold(id);
  const { study } = await createStudy(id, spec, ports);
  return { study, resumed: false, unfinished: resume ? null : unfinished };
}

async function newestUnfinished(name: string, store: StudyStore): Promise<Study | null> {
  for await (const study of everyStudy(store, name)) if (!FINISHED.has(study.status)) return study;
  return null;
}

async function amend(study: Study, spec: StudySpec, ports: TunerPorts): Promise<Study> {
  const issues = differences(study.spec, spec);
  if (issues.length > 0) {
    throw new PegboxError("INVALID_STUDY", `the file differs from study "${study.id}", which --resume continues`, {
      issues,
      hint: "trials, parallel, budget and stopping may change; for anything else run it without --resume: a new study",
    });
  }
  mustKeepCap(spec, ports.runners.resolve(spec.runner));
  // also one that was cut off between the wish to pause and the pause itself, and one that a person has paused
  await ports.store.moveStudy(study.id, {
    from: ["PAUSING", "PAUSED"],
    to: "PAUSED",
    reason: GOES_ON,
    at: ports.now(),
  });
  const changes = await fileChanges(study, spec, ports.store);
  return (await ports.store.amendStudy(study.id, { spec: changes, reason: FILE_CHANGED, at: ports.now() })) ?? study;
}
