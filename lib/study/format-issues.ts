import type { Issue } from "../errors/pegbox-error.ts";

/** Paths longer than this stand out into the text rather than push it off the screen. */
const WIDEST_PATH = 36;

/**
 * Issues for a person, one below the other: the path, what was expected and what came, and below it the hint. The
 * paths form a column; the path of the whole file is `(file)`.
 */
export function formatIssues(issues: readonly Issue[]): string {
  const names = issues.map(({ path }) => (path === "" ? "(file)" : path));
  const width = Math.min(WIDEST_PATH, Math.max(0, ...names.map((name) => name.length)));
  const margin = " ".repeat(width + 2);
  return issues
    .flatMap(({ expected, got, hint }, index) => [
      `${(names[index] ?? "").padEnd(width)}  expected ${expected}, got ${got}`,
      ...(hint === undefined ? [] : [`${margin}hint: ${hint}`]),
    ])
    .join("\n");
}
