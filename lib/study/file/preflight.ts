import { DEEPEST, MOST_ITEMS, MOST_VALUES } from "./limits.ts";
import { type Problem, problem, valueAt } from "./problem.ts";
import { render } from "./render.ts";

interface Preflight {
  readonly problems: readonly Problem[];
  /** Whether the file can be looked at further. */
  readonly readable: boolean;
}

/**
 * What must hold before a schema may walk a value that came from outside: it is JSON, neither deep nor endless, and no
 * key of it could change a prototype.
 */
export function preflight(input: unknown): Preflight {
  const problems: Problem[] = [];
  let values = 0;

  const visit = (value: unknown, path: readonly (string | number)[]): boolean => {
    if (++values > MOST_VALUES) {
      problems.push(problem([], `at most ${MOST_VALUES} values`, "more"));
      return false;
    }
    if (typeof value !== "object" || value === null) {
      if (!isJsonScalar(value)) problems.push(problem(path, "a JSON value", render(value)));
      return true;
    }
    if (path.length >= DEEPEST) {
      problems.push(problem(path, `at most ${DEEPEST} levels of mappings and lists`, "more"));
      return false;
    }
    if (!Array.isArray(value) && !isPlain(value)) {
      problems.push(problem(path, "a JSON value", "an object that is no mapping"));
      return false;
    }
    for (const [key, child] of Object.entries(value)) {
      const place = Array.isArray(value) ? Number(key) : key;
      if (key === "__proto__")
        problems.push(problem([...path, key], "any other key", "a key that no JSON object may have"));
      if (!visit(child, [...path, place])) return false;
    }
    return true;
  };

  if (!visit(input, [])) return { problems, readable: false };
  const crowds = Object.entries(MOST_ITEMS).flatMap(([key, most]) => {
    const count = countItems(valueAt(input, [key]));
    return count > most ? [problem([key], `at most ${most} ${key === "enqueue" ? "trials" : key}`, `${count}`)] : [];
  });
  return { problems: [...problems, ...crowds], readable: crowds.length === 0 };
}

function isJsonScalar(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  return value === null || typeof value === "string" || typeof value === "boolean";
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function countItems(value: unknown): number {
  return typeof value === "object" && value !== null ? Object.keys(value).length : 0;
}
