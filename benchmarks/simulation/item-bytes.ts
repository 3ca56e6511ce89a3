/** Size of an item as DynamoDB counts it: "DynamoDB item sizes and formats" in its developer guide. */
export function itemBytes(item: Readonly<Record<string, unknown>>): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Of a list or a map, and of each thing in it. */
const COLLECTION = 3;
const MEMBER = 1;

function valueBytes(value: unknown): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  if (typeof value === "number") return numberBytes(value);
  if (value instanceof Uint8Array) return value.byteLength;
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + MEMBER + valueBytes(one), COLLECTION);
  if (isMapping(value)) return COLLECTION + MEMBER * Object.keys(value).length + itemBytes(value);
  return 1;
}

/** Two significant digits a byte, one more, and one more for a sign. */
function numberBytes(value: number): number {
  const digits = Math.abs(value).toExponential().replace(/e.*$/, "").replace(/\D/g, "").length;
  return Math.ceil(digits / 2) + 1 + (value < 0 ? 1 : 0);
}
