import { parseDocument, type YAMLError } from "yaml";
import { type Issue, PegboxError } from "../lib/errors/pegbox-error.ts";

/**
 * What a text in YAML, or in JSON, which is YAML too, says. Stricter than YAML: no key twice, no tags, one document.
 *
 * @param path of the file, for its ending: what is asked for is YAML, or JSON in a `.json` file.
 * @throws {PegboxError} `INVALID_STUDY` with every problem, the line in place of its path.
 */
export function readDocument(text: string, path: string): unknown {
  const language = path.toLowerCase().endsWith(".json") ? "JSON" : "YAML";
  const document = parseDocument(text, { prettyErrors: true, uniqueKeys: true });
  const problems = [...document.errors, ...document.warnings];
  if (problems.length > 0) throw unreadable(...problems.map((problem) => issueOf(problem, text, language)));
  try {
    return document.toJS();
  } catch (cause) {
    // an alias without its anchor, or aliases of aliases that grow without end
    throw unreadable({ path: "", expected: language, got: (cause as Error).message });
  }
}

export function unreadable(...issues: readonly Issue[]): PegboxError {
  return new PegboxError("INVALID_STUDY", "the study file cannot be read", { issues });
}

function issueOf(problem: YAMLError, text: string, language: string): Issue {
  const number = problem.linePos?.[0].line;
  const line = number === undefined ? "" : (text.split(/\r?\n/)[number - 1] ?? "").trim();
  const path = number === undefined ? "" : `line ${number}`;
  switch (problem.code) {
    case "TAB_AS_INDENT":
      return { path, expected: "spaces before the first word", got: `a tab: ${line}` };
    case "DUPLICATE_KEY":
      return { path, expected: "every key once", got: `one of them again: ${line}` };
    case "MULTIPLE_DOCS":
      return { path, expected: "one study a file", got: `the start of a second document: ${line}` };
    case "TAG_RESOLVE_FAILED":
      return { path, expected: `${language} without tags of its own`, got: line };
    default:
      return { path, expected: language, got: `${line} (${reason(problem)})` };
  }
}

/** The first line of the parser's message, without the place that it names too. */
function reason({ message, code }: YAMLError): string {
  return (message.split("\n")[0] ?? code).replace(/ at line \d+, column \d+:?$/, "");
}
