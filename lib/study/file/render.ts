/** Long enough to recognise a value by, short enough for a line of a terminal beside its path. */
const LONGEST = 60;

/** What came, for the `got` of a problem: short JSON and its type. */
export function render(value: unknown): string {
  switch (typeof value) {
    case "undefined":
      return "nothing";
    case "string":
      return `${shorten(JSON.stringify(value))} (text)`;
    case "number":
      return `${Object.is(value, -0) ? "-0" : String(value)} (number)`;
    case "boolean":
      return `${value} (boolean)`;
    case "object":
      if (value === null) return "null";
      if (Array.isArray(value)) return `${shorten(json(value))} (list of ${value.length})`;
      return `${shorten(json(value))} (mapping)`;
    default:
      return typeof value;
  }
}

/** As `render`, without the type: for the middle of a sentence. */
export function brief(value: unknown): string {
  return value === undefined ? "nothing" : shorten(json(value));
}

function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return "…"; // a value that holds itself, or a bigint: no JSON
  }
}

export function shorten(text: string, longest: number = LONGEST): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
