/**
 * A score and a trial as text that sorts as they do: lower scores first, of equal ones the lower number. DynamoDB's own
 * numbers end at 1e±125, doubles do not.
 *
 * The bits of a double, read as an unsigned integer, sort as the double does once the sign bit is flipped, and for
 * negative ones every other bit too (Herf, "Radix tricks", 2001).
 */
export function rank(score: number, trial: number): string {
  const view = new DataView(new ArrayBuffer(8));
  // Adding 0 makes −0 and 0 one score.
  view.setFloat64(0, score + 0);
  const bits = view.getBigUint64(0);
  const sortable = bits >> 63n === 1n ? ~bits & ALL : bits | SIGN;
  return `${sortable.toString(16).padStart(16, "0")}#${String(trial).padStart(8, "0")}`;
}

const SIGN = 1n << 63n;
const ALL = (1n << 64n) - 1n;
