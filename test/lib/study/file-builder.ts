import { PegboxError } from "../../../lib/errors/pegbox-error.ts";
import type { StudySpec } from "../../../lib/study/spec.ts";
import { parseStudy } from "../../../lib/study/study-file.ts";

/** The least that a study file says. */
export const LEAST: object = {
  metrics: [{ name: "error", goal: "minimize" }],
  parameters: { x: { type: "float", min: 0, max: 1 } },
  runner: { command: "python train.py" },
};

export const floatParameter = (more: object): object => ({ type: "float", min: 0, max: 1, ...more });

/** A study with the least, and what matters to a test. */
export function studyWith(more: object): object {
  return { ...LEAST, ...more };
}

export function specWith(more: object): StudySpec {
  return parseStudy(studyWith(more), { runner: "file" });
}

/** The error that a file ends in. */
export function errorOf(input: unknown, runner: "file" | "registered" = "file"): PegboxError {
  try {
    parseStudy(input, { runner });
  } catch (error) {
    if (error instanceof PegboxError) return error;
    throw error;
  }
  throw new Error("the file was expected to be refused, and was accepted");
}
