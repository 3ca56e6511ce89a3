import { type Issue, PegboxError } from "../../errors/pegbox-error.ts";
import type { Amendable } from "../../store/study-store.ts";
import { toFile } from "../../study/file/from-spec.ts";
import { mergePatch } from "../../study/file/merge-patch.ts";
import type { Study } from "../../study/records.ts";
import { differences } from "../../study/resume.ts";
import { FINISHED, type Reason } from "../../study/states.ts";
import { parseStudy } from "../../study/study-file.ts";
import { findRunner } from "../find-runner.ts";
import { mustKeepCap } from "../money/meter.ts";
import type { TunerPorts } from "../ports.ts";

const PATCHED: Reason = { code: "PATCHED", message: "changed by request" };

/** A bound of a parameter, as issues name it; names hold no dots. */
const BOUND = /^parameters\.[^.]+\.(?:min|max)$/;

/** Keys of a runner that only the process of a study file has: such a study is continued from its file, which says its bounds. */
const OF_A_FILE = ["function", "command", "http"] as const;

/**
 * Changes what may change of a study that lives: `trials`, `parallel`, `budget`, `stopping` and the bounds of parameters. The
 * next plan goes by it.
 *
 * 1. The patch (RFC 7396: null takes a key away, so that its default holds) is applied to the study's file, and the file is read
 *    as any other. An enqueued trial that was begun is not held against new bounds.
 * 2. What differs and may not change is refused, every difference at once.
 * 3. The store is told, unless somebody has changed the study since it was looked at; then it is looked at again.
 *
 * Trials beyond the new bounds are kept, with their results, and are shown as `outside`; a strategy learns from those within.
 *
 * @param version `amendments` of the study that the patch is meant for; null: whatever it is
 * @returns the study; null where its version is another.
 * @throws {PegboxError} `NOT_FOUND`; `CONFLICT` when it has ended or is about to; `INVALID_STUDY` with every problem.
 */
export async function patchStudy(
  id: string,
  patch: Readonly<Record<string, unknown>>,
  version: number | null,
  ports: TunerPorts,
): Promise<Study | null> {
  for (;;) {
    const study = await ports.store.getStudy(id);
    if (study === null) throw new PegboxError("NOT_FOUND", `expected a study, there is none with the id "${id}"`);
    if (version !== null && version !== study.amendments) return null;
    if (FINISHED.has(study.status) || study.status === "STOPPING") {
      throw new PegboxError("CONFLICT", `expected a study that runs or waits; "${id}" is ${study.status}`, {
        hint: "a study that has ended is extended, or resumed",
      });
    }
    const spec = patched(study, patch);
    const { runner } = findRunner(study.spec.runner, ports.runners);
    if (runner !== null) mustKeepCap(spec, runner);
    const { amendments } = study;
    const amended = await ports.store.amendStudy(id, { spec, reason: PATCHED, amendments, at: ports.now() });
    if (amended !== null) return amended;
  }
}

function patched(study: Study, patch: Readonly<Record<string, unknown>>): Amendable {
  const { spec: before, created } = study;
  const file = mergePatch(toFile(before), patch) as Readonly<Record<string, unknown>>;
  const begun = before.enqueue.slice(0, created).map(() => ({}));
  // a patch of `enqueue` itself is a difference like any other
  const enqueue = Object.hasOwn(patch, "enqueue") ? {} : { enqueue: [...begun, ...before.enqueue.slice(created)] };
  const read = parseStudy({ ...file, ...enqueue }, { runner: "file" });
  const now = Object.hasOwn(patch, "enqueue") ? read : { ...read, enqueue: before.enqueue };
  const issues = [...differences(before, now).filter(({ path }) => !BOUND.test(path)), ...boundIssues(before, now)];
  if (issues.length > 0) {
    throw new PegboxError("INVALID_STUDY", "this may not change once a study exists", {
      issues,
      hint: "trials, parallel, budget, stopping and the bounds of parameters may",
    });
  }
  const { trials, parallel, budget, stopping, space } = now;
  return { trials, parallel, budget, stopping, space };
}

/** Changes of bounds that a study cannot bear. */
function boundIssues(before: Study["spec"], now: Study["spec"]): Issue[] {
  const why =
    before.strategy === "grid"
      ? "the grid lies within them"
      : OF_A_FILE.some((key) => before.runner[key] !== undefined)
        ? "`pegbox run` takes them from its file"
        : null;
  if (why === null) return [];
  const bounds = differences(before, now).filter(({ path }) => BOUND.test(path));
  return bounds.map((issue) => ({ ...issue, hint: why }));
}
