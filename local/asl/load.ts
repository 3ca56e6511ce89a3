import { DefinitionError } from "./errors.ts";
import { compileTemplate, type Template } from "./expression.ts";
import { checkFields, type Issue, PARTS, STATES } from "./fields.ts";
import { isObject } from "./json.ts";
import { type Catcher, type Program, type Retrier, type StateNode, type Step, TEMPLATES } from "./program.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Length of a state's name in the service. */
const NAME_LENGTH = 80;

/**
 * Checks a definition and parses its expressions.
 *
 * @throws {DefinitionError} listing every field, state type, resource, reference and expression that will not do.
 */
export function loadProgram(definition: unknown): Program {
  const issues: string[] = [];
  const loader = new Loader((path, problem) => issues.push(`${path}: ${problem}`));
  const program = loader.program(definition, "machine", "$", new Set());
  if (issues.length > 0) throw new DefinitionError(issues);
  return program;
}

class Loader {
  readonly #issue: Issue;
  readonly #names = new Set<string>();

  constructor(issue: Issue) {
    this.#issue = issue;
  }

  /** @param outer names of the variables that the scopes around assign */
  program(definition: unknown, part: string, path: string, outer: ReadonlySet<string>): Program {
    this.#check(definition, part, path);
    const { StartAt, States } = fieldsOf(definition);
    const raw = Object.entries(fieldsOf(States));
    const own = new Set(raw.flatMap(([, state]) => assignedNames(fieldsOf(state))));
    for (const name of own) if (outer.has(name)) this.#issue(path, `an outer scope assigns the variable ${name} too`);
    const scope = new Set([...outer, ...own]);
    const at = (name: string) => `${path}.States.${name}`;
    const states = new Map(raw.map(([name, state]) => [name, this.#state(name, fieldsOf(state), at(name), scope)]));
    const goTo = (next: string | undefined, from: string) => {
      if (next !== undefined && !states.has(next)) this.#issue(from, `there is no state "${next}"`);
    };
    if (isObject(definition)) goTo(String(StartAt), `${path}.StartAt`);
    for (const state of states.values()) {
      for (const { next } of [state, ...state.catch, ...state.choices]) goTo(next, at(state.name));
    }
    return { StartAt: String(StartAt), states };
  }

  #state(name: string, fields: Fields, path: string, scope: ReadonlySet<string>): StateNode {
    const type = String(fields["Type"]) as StateNode["type"];
    if (STATES[type] === undefined) this.#issue(`${path}.Type`, `"${type}" is not implemented`);
    else checkFields(fields, STATES[type], path, this.#issue);
    if (this.#names.has(name)) this.#issue(path, "another state has this name");
    if (name.length > NAME_LENGTH) this.#issue(path, `the name is longer than ${NAME_LENGTH} characters`);
    if (STATES[type]?.includes("Next") && "Next" in fields === "End" in fields)
      this.#issue(path, "expected one of Next and End");
    this.#names.add(name);
    const resource = String(fields["Resource"]);
    if (resource in PARTS) this.#check(fields["Arguments"], resource, `${path}.Arguments`);
    return {
      name,
      type,
      resource,
      ...this.#step(fields, path),
      retry: this.#list(fields, "Retry", path) as unknown as readonly Retrier[],
      catch: this.#list(fields, "Catch", path) as unknown as readonly Catcher[],
      choices: this.#list(fields, "Choices", path),
      ...this.#map(fields, path, scope),
    };
  }

  #map(fields: Fields, path: string, scope: ReadonlySet<string>) {
    const { ItemProcessor, ToleratedFailurePercentage = 0 } = fields;
    const config = fieldsOf(ItemProcessor)["ProcessorConfig"] ?? { Mode: "INLINE" };
    const distributed = fieldsOf(config)["Mode"] === "DISTRIBUTED";
    const at = `${path}.ItemProcessor`;
    const tolerated = { distributed, toleratedFailurePercentage: Number(ToleratedFailurePercentage) };
    if (ItemProcessor === undefined) return { ...tolerated, processor: undefined };
    this.#check(config, distributed ? "DISTRIBUTED" : "INLINE", `${at}.ProcessorConfig`);
    if (!distributed && "ToleratedFailurePercentage" in fields) {
      this.#issue(`${path}.ToleratedFailurePercentage`, "an inline Map tolerates no failure");
    }
    return { ...tolerated, processor: this.program(ItemProcessor, "processor", at, distributed ? new Set() : scope) };
  }

  #list(fields: Fields, field: string, path: string): readonly (Step & Fields)[] {
    return listOf(fields[field]).map((each, i, { length }) => {
      const at = `${path}.${field}[${i}]`;
      this.#check(each, field, at);
      const names = each["ErrorEquals"];
      if (Array.isArray(names) && names.includes("States.ALL") && i < length - 1)
        this.#issue(at, "States.ALL must come last");
      return { ...each, ...this.#step(each, at) };
    });
  }

  #check(value: unknown, part: string, path: string): void {
    checkFields(value, PARTS[part] ?? "", path, this.#issue);
  }

  #step(fields: Fields, path: string): Step {
    for (const name of Object.keys(fieldsOf(fields["Assign"]))) {
      if (!/^[A-Za-z_]\w{0,79}$/.test(name) || name === "states") this.#issue(`${path}.Assign.${name}`, "not a name");
    }
    const template: Record<string, Template> = {};
    for (const field of TEMPLATES.filter((each) => each in fields)) {
      template[field] = compileTemplate(fields[field], (problem) => this.#issue(`${path}.${field}`, problem));
    }
    const next = fields["Next"] ?? fields["Default"];
    return { template, next: next === undefined ? undefined : String(next) };
  }
}

const fieldsOf = (value: unknown): Fields => (isObject(value) ? value : {});
const listOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.map(fieldsOf) : []);

/** Variables that a state assigns on any of its ways out. */
const assignedNames = (state: Fields): readonly string[] =>
  [state, ...listOf(state["Catch"]), ...listOf(state["Choices"])].flatMap((way) =>
    Object.keys(fieldsOf(way["Assign"])),
  );
