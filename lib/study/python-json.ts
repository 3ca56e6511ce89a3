/**
 * Parses JSON that may hold the words which Python's `json.dumps` writes for numbers that are not finite: `NaN`,
 * `Infinity`, `-Infinity`. JSON has none, so they become null, which a result's judge reads as "not finite".
 *
 * @throws {SyntaxError} where the text is not JSON even so.
 */
export function parseResultJson(text: string): unknown {
  return JSON.parse(/NaN|Infinity/.test(text) ? withoutNonFinite(text) : text);
}

/** One pass from left to right; what stands within a string stays. */
function withoutNonFinite(text: string): string {
  const interesting = /"|-?Infinity|NaN/g;
  const pieces: string[] = [];
  let copied = 0;
  for (let found = interesting.exec(text); found !== null; found = interesting.exec(text)) {
    if (found[0] === '"') {
      interesting.lastIndex = endOfString(text, found.index) + 1;
    } else {
      pieces.push(text.slice(copied, found.index), "null");
      copied = interesting.lastIndex;
    }
  }
  return pieces.join("") + text.slice(copied);
}

/** @param start index of the opening quote. @returns that of the closing one, or the last index where there is none. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at;
  }
  return text.length - 1;
}
