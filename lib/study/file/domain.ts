import { steppedLevels } from "../../space/levels.ts";
import type { Scalar } from "../../space/parameter.ts";
import { brief } from "./render.ts";
import type { NumberEntry, ParameterEntry } from "./shape.ts";

export function isNumberEntry(entry: ParameterEntry): entry is NumberEntry {
  return entry.type === "float" || entry.type === "int";
}

/** What a value of this parameter must be, if `value` is none; null where it is one. */
export function outsideDomain(entry: ParameterEntry, value: Scalar): string | null {
  if (!isNumberEntry(entry)) return entry.values.includes(value) ? null : `one of ${brief(entry.values)}`;
  const { min, max, step, type } = entry;
  if (min > max) return null; // a problem of its own
  const inside =
    typeof value === "number" && value >= min && value <= max && (type === "float" || Number.isInteger(value));
  if (!inside) return `a ${type === "int" ? "whole number" : "number"} from ${min} to ${max}`;
  if (step === undefined || step > max - min || steppedLevels(min, max, step).of(value) >= 0) return null;
  return `one of ${min}, ${brief(steppedLevels(min, max, step).at(1))}, … ${max} (steps of ${step})`;
}
