import { parseResultJson } from "../../lib/study/python-json.ts";
import { RESULT_LIMIT_BYTES, type TrialResult } from "../../lib/study/trial-contract.ts";
import { invalidResult, tooLarge } from "./outcome.ts";

/**
 * No result is read whose text is longer: twice what is kept, for a trial may indent its JSON, or escape what is not
 * ASCII, as Python does.
 */
export const TEXT_LIMIT_BYTES: number = 2 * RESULT_LIMIT_BYTES;

/** As much of a text that is no result as a message quotes. */
const QUOTED = 200;

/**
 * The result that a trial gave as text. Whether its metrics fit the study is judged elsewhere (`lib/study/result.ts`);
 * here it only has to be an object of a bearable size.
 *
 * @param source where the text stood, for the message: "the last line of stdout".
 */
export function readResultText(text: string, source: string): TrialResult {
  const bytes = Buffer.byteLength(text);
  if (bytes > TEXT_LIMIT_BYTES) return tooLarge(`${bytes} bytes`);
  let value: unknown;
  try {
    value = parseResultJson(text);
  } catch {
    return notAResult("is not JSON", text, source);
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    return notAResult("is not an object", text, source);
  }
  const compact = Buffer.byteLength(JSON.stringify(value));
  return compact > RESULT_LIMIT_BYTES ? tooLarge(`${compact} bytes`) : (value as TrialResult);
}

function notAResult(what: string, text: string, source: string): TrialResult {
  const quoted = text.length > QUOTED ? `…${text.slice(-QUOTED)}` : text;
  return invalidResult(
    `${source} ${what}: expected {"metrics": {"error": 0.03}} or the like, got ${quoted.trim() || "nothing"}`,
  );
}
