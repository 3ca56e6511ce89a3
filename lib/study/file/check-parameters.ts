import type { Scalar } from "../../space/parameter.ts";
import { didYouMeanHint } from "./did-you-mean.ts";
import { isNumberEntry, outsideDomain } from "./domain.ts";
import type { Parts } from "./parts.ts";
import { type Path, type Problem, problem, valueAt } from "./problem.ts";
import { brief, render } from "./render.ts";
import type { ChoiceEntry, NumberEntry } from "./shape.ts";

/** What a parameter must be in itself: bounds, scale, step, values, default, prior. */
export function parameterProblems({ parameters }: Parts, input: unknown): readonly Problem[] {
  const given = valueAt(input, ["parameters"]);
  if (typeof given === "object" && given !== null && Object.keys(given).length === 0) {
    return [problem(["parameters"], "at least 1 parameter", render(given))];
  }
  return [...parameters].flatMap(([name, entry]) => {
    const path = ["parameters", name];
    const own = isNumberEntry(entry)
      ? [...boundProblems(path, entry), ...scaleProblems(path, entry)]
      : valueProblems(path, entry);
    return [...own, ...defaultProblems(path, entry), ...priorProblems(path, entry)];
  });
}

function boundProblems(path: Path, { min, max, step }: NumberEntry): readonly Problem[] {
  if (min > max) return [problem([...path, "max"], `at least min, ${min}`, render(max), "are min and max swapped?")];
  if (step === undefined || step <= max - min) return [];
  return [problem([...path, "step"], `at most max − min, ${max - min}`, render(step))];
}

function scaleProblems(path: Path, { type, scale, min, max }: NumberEntry): readonly Problem[] {
  if (scale === "log") {
    if (type === "float" && min <= 0) {
      return [problem([...path, "min"], "more than 0", render(min), "log scale needs min > 0")];
    }
    if (min < 0) return [problem([...path, "min"], "at least 0", render(min), "log scale needs min ≥ 0 for an int")];
    return [];
  }
  if (scale !== "reverse-log") return [];
  if (type === "int") {
    return [problem([...path, "scale"], "linear or log", render(scale), "reverse-log is for a float between 0 and 1")];
  }
  const hint = "reverse-log scale needs 0 ≤ min and max < 1";
  return [
    ...(min < 0 ? [problem([...path, "min"], "at least 0", render(min), hint)] : []),
    ...(max >= 1 ? [problem([...path, "max"], "less than 1", render(max), hint)] : []),
  ];
}

function valueProblems(path: Path, { values }: ChoiceEntry): readonly Problem[] {
  const seen = new Set<Scalar>();
  return values.flatMap((value, index) => {
    if (!seen.has(value)) {
      seen.add(value);
      return [];
    }
    return [problem([...path, "values", index], "a value that is not in the list already", render(value))];
  });
}

function defaultProblems(path: Path, entry: NumberEntry | ChoiceEntry): readonly Problem[] {
  if (entry.default === undefined) return [];
  const expected = outsideDomain(entry, entry.default);
  return expected === null ? [] : [problem([...path, "default"], expected, render(entry.default))];
}

function priorProblems(path: Path, entry: NumberEntry | ChoiceEntry): readonly Problem[] {
  if (entry.prior === undefined) return [];
  return isNumberEntry(entry)
    ? intervalProblems([...path, "prior"], entry, entry.prior)
    : weightProblems([...path, "prior"], entry, entry.prior);
}

/** A level is an interval of its own; a single point of a continuous range is none. */
function intervalProblems(
  path: Path,
  { type, min, max, step }: NumberEntry,
  [low, high]: readonly [number, number],
): readonly Problem[] {
  if (min > max) return []; // a problem of its own
  const outside = [low, high].flatMap((end, i) =>
    end >= min && end <= max ? [] : [problem([...path, i], `a number from min, ${min}, to max, ${max}`, render(end))],
  );
  if (outside.length > 0) return outside;
  if (low > high) return [problem([...path, 1], `at least low, ${low}`, render(high), "are low and high swapped?")];
  if (low < high || type === "int" || step !== undefined) return [];
  const hint = "for one value to begin with, write it as `default`";
  return [problem([...path, 1], `more than low, ${low}`, render(high), hint)];
}

function weightProblems(
  path: Path,
  { values }: ChoiceEntry,
  prior: Readonly<Record<string, number>>,
): readonly Problem[] {
  const texts = values.map(String);
  const unknown = Object.keys(prior).filter((text) => !texts.includes(text));
  return unknown.map((text) =>
    problem(
      [...path, text],
      `one of ${brief(values)}`,
      `the unknown value ${JSON.stringify(text)}`,
      didYouMeanHint(text, texts),
    ),
  );
}
