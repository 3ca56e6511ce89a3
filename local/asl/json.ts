export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Length of the value as JSON in UTF-8, in bytes. */
export function byteLength(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/**
 * A copy that shares nothing and is nothing but JSON: no flags of jsonata's sequences, no null prototypes.
 *
 * @throws {TypeError} naming the first thing that JSON has no word for.
 */
export function plain(value: unknown): Json {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return Array.from(value, plain);
  if (isObject(value) && !("_jsonata_function" in value) && !("_jsonata_lambda" in value)) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
  }
  throw new TypeError(`expected JSON, got ${typeof value === "number" ? value : typeof value}`);
}
