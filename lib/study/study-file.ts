import { PegboxError } from "../errors/pegbox-error.ts";
import { conditionProblems } from "./file/check-conditions.ts";
import { constraintProblems } from "./file/check-constraints.ts";
import { enqueueProblems } from "./file/check-enqueue.ts";
import { parameterProblems } from "./file/check-parameters.ts";
import { placeProblems, type RunnerPlace } from "./file/check-place.ts";
import { studyProblems } from "./file/check-study.ts";
import { readParts } from "./file/parts.ts";
import { preflight } from "./file/preflight.ts";
import { inFileOrder, type Problem, toIssue } from "./file/problem.ts";
import { structuralProblems } from "./file/structure.ts";
import { toSpec } from "./file/to-spec.ts";
import { studySchema } from "./schema.ts";
import type { StudySpec } from "./spec.ts";

/**
 * Reads a study file that YAML or JSON has parsed, or the body of `POST /studies`.
 *
 * 1. It must be JSON of a sane size, or nothing further is looked at.
 * 2. Every part is held against the schema.
 * 3. Every part that is sound is held against the other sound ones.
 * 4. Without problems, defaults are filled in, durations become seconds, and parents move before their children.
 *
 * @param place where runners come from: `file` may name any; `registered` (HTTP) only ids of registered ones.
 * @throws {PegboxError} `INVALID_STUDY`, or `RUNNER_NOT_ALLOWED` where a registered runner was demanded and another
 *   came; `issues` lists every problem in the order of the file.
 */
export function parseStudy(input: unknown, place: { readonly runner: RunnerPlace }): StudySpec {
  const { problems, readable } = preflight(input);
  if (!readable) throw invalid("INVALID_STUDY", problems);
  const parts = readParts(input);
  const forbidden = placeProblems(input, place.runner);
  const found = withoutEchoes([
    problems,
    forbidden,
    structuralProblems(input),
    parameterProblems(parts, input),
    conditionProblems(parts),
    constraintProblems(parts),
    enqueueProblems(parts),
    studyProblems(parts, input),
  ]);
  if (found.length === 0) return toSpec(studySchema.parse(input));
  throw invalid(forbidden.length > 0 ? "RUNNER_NOT_ALLOWED" : "INVALID_STUDY", inFileOrder(input, found));
}

/** What an earlier check found at a place says it all: what a later one finds at the same place is its echo. */
function withoutEchoes(checks: readonly (readonly Problem[])[]): readonly Problem[] {
  const places = new Set<string>();
  return checks.flatMap((problems) => {
    const news = problems.filter(({ path }) => !places.has(JSON.stringify(path)));
    for (const { path } of problems) places.add(JSON.stringify(path));
    return news;
  });
}

function invalid(code: "INVALID_STUDY" | "RUNNER_NOT_ALLOWED", problems: readonly Problem[]): PegboxError {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const message =
    code === "INVALID_STUDY"
      ? `the study has ${count}`
      : "over HTTP a study names a registered runner by its id, never a command, a module, a URL or an ARN";
  return new PegboxError(code, message, { issues: problems.map(toIssue) });
}
