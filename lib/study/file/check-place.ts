import { type Problem, problem, valueAt } from "./problem.ts";
import { render } from "./render.ts";

/** Where the runners of a study come from: the file itself, or those registered beforehand. */
export type RunnerPlace = "file" | "registered";

const EXPECTED = "lambda: the id of a registered runner, or external: true";
const CLOUD_KEYS = ["lambda", "batch", "sagemaker", "callback"];

/**
 * What a study that came over HTTP may not say: it would let a stranger choose code to run or an address to call. A
 * cloud key that is an ARN or a URL is among it, for ids hold neither `:` nor `/`.
 */
export function placeProblems(input: unknown, place: RunnerPlace): readonly Problem[] {
  if (place === "file") return [];
  const local = ["function", "command", "http"].flatMap((key) => {
    const value = valueAt(input, ["runner", key]);
    return value === undefined ? [] : [problem(["runner", key], EXPECTED, render(value))];
  });
  const cloud = CLOUD_KEYS.flatMap((key) => {
    const value = valueAt(input, ["runner", key]);
    const isAddress = typeof value === "string" && /[:/]/.test(value);
    return isAddress ? [problem(["runner", key], "the id of a registered runner", render(value))] : [];
  });
  return [...local, ...cloud];
}
