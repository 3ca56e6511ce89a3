import { DefinitionError } from "./errors.ts";
import { compileTemplate, type Template } from "./expression.ts";
import {
  CATCHER,
  CONFIG,
  checkFields,
  INLINE,
  type Issue,
  MACHINE,
  PROCESSOR,
  RESOURCES,
  RETRIER,
  RULE,
  STATES,
} from "./fields.ts";
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
  const program = loader.program(definition, MACHINE, "$", new Set());
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
  program(definition: unknown, table: typeof MACHINE, path: string, outer: ReadonlySet<string>): Program {
    checkFields(definition, table, path, this.#issue);
    const { StartAt, States } = fieldsOf(definition);
    const raw = Object.entries(fieldsOf(States));
    const own = new Set(raw.flatMap(([, state]) => assignedNames(fieldsOf(state))));
    for (const name of own) if (outer.has(name)) this.#issue(path, `an outer scope assigns the variable ${name} too`);
    const scope = new Set([...outer, ...own]);
    const at = (name: string) => `${path}.States.${name}`;
    const states = new Map(raw.map(([name, state]) => [name, this.#state(name, fieldsOf(state), at(name), scope)]));
    const targets = [...states.values()].flatMap((state) =>
      [state, ...state.catch, ...state.choices].map(({ next }) => [at(state.name), next] as const),
    );
    for (const [from, next] of [[`${path}.StartAt`, String(StartAt)] as const, ...targets]) {
      if (next !== undefined && !states.has(next)) this.#issue(from, `there is no state "${next}"`);
    }
    return { StartAt: String(StartAt), states };
  }

  #state(name: string, fields: Fields, path: string, scope: ReadonlySet<string>): StateNode {
    const type = String(fields["Type"]) as StateNode["type"];
    const table = STATES[type];
    if (table === undefined) this.#issue(`${path}.Type`, `"${type}" is not implemented`);
    else checkFields(fields, table, path, this.#issue);
    if (this.#names.has(name)) this.#issue(path, "another state has this name");
    if (name.length > NAME_LENGTH) this.#issue(path, `the name is longer than ${NAME_LENGTH} characters`);
    if (table?.["End"] && "Next" in fields === "End" in fields) this.#issue(path, "expected one of Next and End");
    this.#names.add(name);
    const resource = String(fields["Resource"]);
    if (type === "Task") checkFields(fields["Arguments"], RESOURCES[resource] ?? {}, `${path}.Arguments`, this.#issue);
    return {
      name,
      type,
      resource,
      ...this.#step(fields, path),
      retry: this.#list(fields, "Retry", RETRIER, path) as unknown as readonly Retrier[],
      catch: this.#steps(fields, "Catch", CATCHER, path) as readonly (Step & Fields & Catcher)[],
      choices: this.#steps(fields, "Choices", RULE, path),
      ...this.#map(fields, path, scope),
    };
  }

  #map(fields: Fields, path: string, scope: ReadonlySet<string>) {
    const config = fieldsOf(fieldsOf(fields["ItemProcessor"])["ProcessorConfig"] ?? { Mode: "INLINE" });
    const distributed = config["Mode"] === "DISTRIBUTED";
    const at = `${path}.ItemProcessor`;
    if ("ItemProcessor" in fields)
      checkFields(config, distributed ? CONFIG : INLINE, `${at}.ProcessorConfig`, this.#issue);
    if (!distributed && "ToleratedFailurePercentage" in fields) {
      this.#issue(`${path}.ToleratedFailurePercentage`, "an inline Map tolerates no failure");
    }
    return {
      processor:
        "ItemProcessor" in fields
          ? this.program(fields["ItemProcessor"], PROCESSOR, at, distributed ? new Set() : scope)
          : undefined,
      distributed,
      toleratedFailurePercentage: Number(fields["ToleratedFailurePercentage"] ?? 0),
    };
  }

  #steps(fields: Fields, field: string, table: typeof RULE, path: string): readonly (Step & Fields)[] {
    return this.#list(fields, field, table, path).map((each, i) => ({
      ...each,
      ...this.#step(each, `${path}.${field}[${i}]`),
    }));
  }

  #list(fields: Fields, field: string, table: typeof RULE, path: string): readonly Fields[] {
    const list = listOf(fields[field]);
    for (const [i, each] of list.entries()) {
      checkFields(each, table, `${path}.${field}[${i}]`, this.#issue);
      const all = Array.isArray(each["ErrorEquals"]) && each["ErrorEquals"].includes("States.ALL");
      if (all && i < list.length - 1) this.#issue(`${path}.${field}[${i}]`, "States.ALL must come last");
    }
    return list;
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
