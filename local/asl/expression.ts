import jsonata from "jsonata";
import { queryError } from "./errors.ts";
import { isObject, type Json, plain } from "./json.ts";

/** What an expression sees: the variables in scope, and `states`. Values are never changed. */
export type Names = Readonly<Record<string, Json>>;

/** A piece of a definition that gives a value at run time. Rejects with `States.QueryEvaluationError`. */
export type Template = (names: Names) => Json | Promise<Json>;

export type Report = (problem: string) => void;

/** Functions that read the world or that the service lacks or adds; a strict interpreter has none of them. */
const REFUSED = new Set("eval now millis random shuffle uuid hash partition range parse".split(" "));

const isExpression = (value: unknown): value is string => typeof value === "string" && value.startsWith("{%");

/** Compiles JSON in which strings of the form `{% … %}` are JSONata. */
export function compileTemplate(value: unknown, report: Report): Template {
  if (isExpression(value)) return compileExpression(value, report);
  if (typeof value === "object" && value !== null) return compileParts(value, report);
  const constant = plain(value);
  return () => constant;
}

function compileParts(value: object, report: Report): Template {
  const parts = Object.entries(value).map(([key, part]) => [key, compileTemplate(part, report)] as const);
  return async (names) => {
    const made: Record<string, Json> = {};
    for (const [key, part] of parts) made[key] = await part(names);
    return Array.isArray(value) ? Object.values(made) : made;
  };
}

export function compileExpression(text: string, report: Report): Template {
  if (!/^\{%[\s\S]*%\}$/.test(text)) report(`expected an expression "{% … %}", got ${JSON.stringify(text)}`);
  const source = text.slice(2, -2);
  const expression = parse(source, report);
  const variables = [...variablesOf(expression?.ast())];
  for (const name of variables.filter((each) => REFUSED.has(each))) report(`$${name} is not implemented`);
  return async (names) => {
    const bindings: Record<string, Json> = {};
    for (const name of variables) if (name in names) bindings[name] = names[name] as Json;
    let value: unknown;
    try {
      value = await expression?.evaluate(undefined, bindings);
      if (value !== undefined) return plain(value);
    } catch (error) {
      throw queryError(`${text}: ${error instanceof Error ? error.message : messageOf(error)}`, error);
    }
    throw queryError(`The JSONata expression '${source.trim()}' returned nothing (undefined).`);
  };
}

/** jsonata throws objects that are not errors. */
const messageOf = (error: unknown): string =>
  isObject(error) && typeof error["message"] === "string" ? error["message"] : String(error);

function parse(source: string, report: Report): jsonata.Expression | undefined {
  try {
    return jsonata(source);
  } catch (error) {
    report(`${source.trim()}: ${messageOf(error)}`);
    return undefined;
  }
}

function variablesOf(node: unknown, found: Set<string> = new Set()): Set<string> {
  if (Array.isArray(node)) for (const each of node) variablesOf(each, found);
  else if (isObject(node)) {
    if (node["type"] === "variable") found.add(String(node["value"]));
    for (const inner of Object.values(node)) if (typeof inner === "object") variablesOf(inner, found);
  }
  return found;
}
