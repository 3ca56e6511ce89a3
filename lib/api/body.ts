import type { Context } from "hono";
import { PegboxError } from "../errors/pegbox-error.ts";
import { parseResultJson } from "../study/python-json.ts";
import { Refusal } from "./problem.ts";

/** Bodies are small documents: of what is larger no more is read than this. */
const BODY_LIMIT_BYTES = 262_144;
/** Deeper nesting is no study file and may be an attempt to exhaust the stack. */
const DEPTH_LIMIT = 16;

/** JSON is UTF-8 and has no parameters, RFC 8259 §11; clients that name the charset all the same are understood. */
const JSON_TYPE = /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;
/** RFC 7396, beside plain JSON. */
export const MERGE_PATCH: RegExp = /^application\/(merge-patch\+)?json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

/**
 * The JSON of a body. Of a key that comes twice the last counts, as everywhere in JavaScript.
 *
 * @throws {Refusal} 415 when it does not say that it is JSON, which no form of a foreign page can say; 413 when it is
 *   over 256 KiB.
 * @throws {PegboxError} `INVALID_INPUT` when it is not JSON in UTF-8, or nested deeper than 16.
 */
export function readBody(context: Context, types: RegExp = JSON_TYPE): Promise<unknown> {
  return read(context, JSON.parse, types);
}

/** As `readBody`, of a trial's result: numbers that are not finite may be written as Python writes them, and are null. */
export function readResultBody(context: Context): Promise<unknown> {
  return read(context, parseResultJson, JSON_TYPE);
}

async function read(context: Context, parser: (text: string) => unknown, types: RegExp): Promise<unknown> {
  const type = context.req.header("content-type") ?? "";
  if (!types.test(type.trim())) {
    throw new Refusal(415, "Unsupported media type", `expected application/json, got "${type}"`);
  }
  if (Number(context.req.header("content-length") ?? 0) > BODY_LIMIT_BYTES) throw tooLarge();
  const value = parse(await readText(context.req.raw.body), parser);
  if (depthExceeds(value, DEPTH_LIMIT)) {
    const issue = { path: "", expected: `at most ${DEPTH_LIMIT} levels of nesting`, got: "more" };
    throw new PegboxError("INVALID_INPUT", "the body is nested too deeply", { issues: [issue] });
  }
  return value;
}

/** Whether there is anything to read, where a body may be left out. */
export function hasBody({ req }: Context): boolean {
  return req.raw.body !== null && req.header("content-length") !== "0";
}

async function readText(body: ReadableStream<Uint8Array> | null): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let bytes = 0;
  let text = "";
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > BODY_LIMIT_BYTES) throw tooLarge();
    text += decode(() => decoder.decode(chunk, { stream: true }));
  }
  return text + decode(() => decoder.decode());
}

const tooLarge = (): Refusal => new Refusal(413, "Body too large", `expected at most ${BODY_LIMIT_BYTES} bytes`);

function decode(decoded: () => string): string {
  try {
    return decoded();
  } catch (cause) {
    throw notJson("bytes that are not UTF-8", cause);
  }
}

function parse(text: string, parser: (text: string) => unknown): unknown {
  try {
    return parser(text);
  } catch (cause) {
    throw notJson(text === "" ? "nothing" : (cause as Error).message, cause);
  }
}

function notJson(got: string, cause: unknown): PegboxError {
  const issue = { path: "", expected: "a JSON document in UTF-8", got };
  return new PegboxError("INVALID_INPUT", "the body is not JSON", { cause, issues: [issue] });
}

function depthExceeds(value: unknown, limit: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return limit === 0 || Object.values(value).some((inner) => depthExceeds(inner, limit - 1));
}
