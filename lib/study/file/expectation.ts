import type * as z from "zod";
import { brief } from "./render.ts";

const TYPES: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  int: "a whole number",
  number: "a number",
  object: "a mapping",
  record: "a mapping",
  string: "a text",
};

/** What should have stood where zod found something else: the message of every issue whose schema has none itself.
 * For keys that are unknown: those that are known, joined by commas. */
export function expectation(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return TYPES[String(issue.expected)] ?? String(issue.expected);
    case "invalid_value":
      return oneOf(issue.values);
    case "invalid_union":
      return oneOf("options" in issue && Array.isArray(issue.options) ? issue.options : []);
    case "invalid_key":
      return issue.issues[0]?.message ?? "another key";
    case "too_small":
      return `${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}${things(issue)}`;
    case "too_big":
      return `${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}${things(issue)}`;
    case "unrecognized_keys":
      return knownKeys(issue.inst).join(", ");
    default:
      return "another value";
  }
}

function knownKeys(schema: unknown): readonly string[] {
  const definition = (schema as z.core.$ZodObject | undefined)?._zod.def;
  return Object.keys(definition?.shape ?? {});
}

function oneOf(values: readonly unknown[]): string {
  const words = values.map((value) => (typeof value === "string" ? value : brief(value)));
  const last = words.pop() ?? "another value";
  return words.length === 0 ? last : `${words.join(", ")} or ${last}`;
}

function things(issue: { readonly origin?: string; readonly minimum?: unknown; readonly maximum?: unknown }): string {
  const many = (issue.minimum ?? issue.maximum) !== 1;
  if (issue.origin === "array") return many ? " items" : " item";
  if (issue.origin === "string") return many ? " characters" : " character";
  return "";
}
