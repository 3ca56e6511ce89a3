import type { Condition, Parameter, Scalar } from "../../space/parameter.ts";
import { isNumberEntry } from "./domain.ts";
import type { ParameterEntry, WhenEntry } from "./shape.ts";

/** A parameter of the search space, from its entry in the file. */
export function toParameter(name: string, entry: ParameterEntry): Parameter {
  const when = entry.when === undefined ? {} : { when: toCondition(entry.when) };
  if (isNumberEntry(entry)) {
    const { type, min, max, scale } = entry;
    return {
      name,
      type,
      min,
      max,
      scale,
      ...(entry.step === undefined ? {} : { step: entry.step }),
      ...(entry.default === undefined ? {} : { default: entry.default }),
      ...(entry.prior === undefined ? {} : { prior: entry.prior }),
      ...when,
    };
  }
  const { type, values } = entry;
  return {
    name,
    type,
    values,
    ...(entry.default === undefined ? {} : { default: entry.default }),
    ...(entry.prior === undefined ? {} : { prior: entry.prior }),
    ...when,
  };
}

function toCondition(when: WhenEntry): Condition {
  return Object.fromEntries(
    Object.entries(when).map(([parent, accepted]) => [
      parent,
      Array.isArray(accepted) ? (accepted as readonly Scalar[]) : [accepted as Scalar],
    ]),
  );
}
