import type * as z from "zod";
import { DURATION, PERCENT } from "../duration.ts";
import { MEMORY_SIZE } from "../memory-size.ts";
import { didYouMeanHint } from "./did-you-mean.ts";
import type { Path } from "./problem.ts";

const NAMED: ReadonlySet<string> = new Set(["name", "family", "metric"]);

/** How to mend what zod found at `path`; undefined where `expected` says it all. */
export function hintFor(issue: z.core.$ZodIssue, path: Path, value: unknown): string | undefined {
  const key = path.at(-1);
  if (issue.code === "invalid_key") return nameHint(String(key));
  if (issue.code === "invalid_value") return wordHint(value, issue.values);
  if (issue.code === "invalid_union" && "options" in issue) return wordHint(value, issue.options ?? []);
  if (value === null) return path.length === 0 ? "the file is empty" : "the key stands there without a value";
  if (key === "wallClock" || key === "trialTimeout") return durationHint(value);
  if (path[0] === "failures") return failuresHint(value);
  if (path[0] === "runner") return runnerHint(key, value);
  if (issue.code === "invalid_format") return NAMED.has(String(key)) ? nameHint(String(value)) : undefined;
  if (issue.code === "invalid_type") return typeHint(issue.expected, value);
  return undefined;
}

/** For a text that is a number to its reader; undefined for any other. */
function quotedNumberHint(value: unknown): string | undefined {
  if (typeof value !== "string" || value.trim() === "" || !Number.isFinite(Number(value))) return undefined;
  const mantissa = /^([-+]?[0-9]+)(e[-+]?[0-9]+)$/i.exec(value.trim());
  if (mantissa === null) return `it is a text: write ${value.trim()} without quotes`;
  return `it is a text: write ${mantissa[1]}.0${mantissa[2]} without quotes (YAML 1.1 needs the point)`;
}

function typeHint(expected: string, value: unknown): string | undefined {
  if (expected === "number" || expected === "int") return quotedNumberHint(value);
  if (expected === "array" && value !== undefined) return "put it into a list: [ … ]";
  if (expected === "string" && (typeof value === "number" || typeof value === "boolean"))
    return `put it in quotes: "${value}"`;
  return undefined;
}

function wordHint(value: unknown, words: readonly unknown[]): string | undefined {
  const known = words.filter((word) => typeof word === "string");
  return typeof value === "string" ? didYouMeanHint(value, known) : undefined;
}

function nameHint(name: string): string | undefined {
  const better = name
    .trim()
    .replace(/[^A-Za-z0-9_]+/g, "_")
    .replace(/^(?=[0-9])/, "_")
    .slice(0, 64);
  return /[A-Za-z0-9]/.test(better) && better !== name ? `for instance ${better}` : undefined;
}

function durationHint(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const [, amount, unit] = /^\s*([0-9.]+)\s*([A-Za-z]*)/.exec(value) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  const guess = `${amount}${unit === "" ? "s" : unit.toLowerCase().startsWith("ms") ? "ms" : unit[0]?.toLowerCase()}`;
  return DURATION.test(guess) ? `for instance ${guess}` : undefined;
}

function failuresHint(value: unknown): string | undefined {
  if (typeof value === "number" && value > 0 && value < 1) {
    const guess = `${Number((value * 100).toFixed(4))}%`;
    return PERCENT.test(guess) ? `for instance ${guess}` : undefined;
  }
  return quotedNumberHint(value);
}

const CLOUD_KEYS: ReadonlySet<unknown> = new Set(["lambda", "batch", "sagemaker", "callback"]);

function runnerHint(key: string | number | undefined, value: unknown): string | undefined {
  if (CLOUD_KEYS.has(key) && typeof value === "string" && /[:/]/.test(value)) {
    return "name the id that the runner was registered by at deploy, not its ARN or URL";
  }
  if (key === "memory") return memoryHint(value);
  return key === "runner" ? 'for instance { command: "python train.py" }' : undefined;
}

function memoryHint(value: unknown): string | undefined {
  const [, amount, unit] = /^\s*([0-9.]+)\s*(G|M)?i?B?\s*$/i.exec(String(value)) ?? [];
  if (amount === undefined) return undefined;
  const guess = `${amount}${unit?.toUpperCase() ?? "G"}iB`;
  return MEMORY_SIZE.test(guess) ? `for instance ${guess}` : undefined;
}
