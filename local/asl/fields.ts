import { isObject } from "./json.ts";

/** Says what it expected of a value that it does not accept. */
type Check = (value: unknown) => string | undefined;
/** The fields that there are; a trailing `!` marks the required ones. */
type Table = Readonly<Record<string, Check>>;
/** Told of a wrong or unknown field: where, and what is the matter. */
export type Issue = (path: string, problem: string) => void;

const check =
  (expected: string, accepts: (value: unknown) => boolean): Check =>
  (value) =>
    accepts(value) ? undefined : expected;
const isExpression = (value: unknown) => typeof value === "string" && value.startsWith("{%");

const anything: Check = () => undefined;
const text: Check = check("a string", (value) => typeof value === "string");
const object: Check = check("an object", isObject);
const list: Check = check("a list of objects", (value) => Array.isArray(value) && value.every(isObject));
const expression: Check = check('an expression "{% … %}"', isExpression);
const oneOf = (...choices: readonly unknown[]): Check =>
  check(choices.join(" or "), (value) => choices.includes(value));
const or =
  (first: Check, second: Check): Check =>
  (value) => {
    const expected = [first(value), second(value)];
    return expected.includes(undefined) ? undefined : expected.join(", or ");
  };
const number = (min: number, max: number): Check =>
  check(`a number from ${min} to ${max}`, (value) => typeof value === "number" && value >= min && value <= max);
const integer = (min: number, max: number): Check =>
  check(
    `an integer from ${min} to ${max}`,
    (value) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max,
  );
const errors: Check = check(
  "error names, or States.ALL alone",
  (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((name) => !text(name)) &&
    (value.length < 2 || !value.includes("States.ALL")),
);

/** Limits of the service, in seconds: a Wait or a time-out, and the delay of a retry. */
const LONGEST = 99_999_999;
const LONGEST_DELAY = 31_622_400;

const EFFECTS: Table = { Assign: object, Output: anything };
const ANY: Table = { Type: text, Comment: text, QueryLanguage: oneOf("JSONata") };
const ON: Table = { ...ANY, ...EFFECTS, Next: text, End: oneOf(true) };
const seconds = (min: number) => or(integer(min, LONGEST), expression);

export const MACHINE: Table = {
  Comment: text,
  "QueryLanguage!": oneOf("JSONata"),
  "StartAt!": text,
  "States!": object,
};
export const PROCESSOR: Table = { Comment: text, ProcessorConfig: object, "StartAt!": text, "States!": object };
export const INLINE: Table = { "Mode!": oneOf("INLINE") };
export const CONFIG: Table = { "Mode!": oneOf("DISTRIBUTED"), "ExecutionType!": oneOf("STANDARD") };
export const RULE: Table = { Comment: text, "Condition!": expression, "Next!": text, ...EFFECTS };
export const CATCHER: Table = { Comment: text, "ErrorEquals!": errors, "Next!": text, ...EFFECTS };
export const RETRIER: Table = {
  Comment: text,
  "ErrorEquals!": errors,
  IntervalSeconds: integer(1, LONGEST),
  BackoffRate: number(1, Number.MAX_VALUE),
  MaxAttempts: integer(0, LONGEST),
  MaxDelaySeconds: integer(1, LONGEST_DELAY),
  JitterStrategy: oneOf("FULL", "NONE"),
};

/** The service integrations that there are, with their arguments. */
export const RESOURCES: Readonly<Record<string, Table>> = {
  "arn:aws:states:::lambda:invoke": { "FunctionName!": text, Payload: anything },
  "arn:aws:states:::states:startExecution": { "StateMachineArn!": text, "Name!": text, "Input!": anything },
};

const HANDLERS: Table = { Retry: list, Catch: list };
export const STATES: Readonly<Record<string, Table>> = {
  Task: {
    ...ON,
    ...HANDLERS,
    "Resource!": oneOf(...Object.keys(RESOURCES)),
    "Arguments!": object,
    TimeoutSeconds: seconds(1),
  },
  Map: {
    ...ON,
    ...HANDLERS,
    Items: or(check("a list", Array.isArray), expression),
    ItemSelector: object,
    MaxConcurrency: seconds(0),
    ToleratedFailurePercentage: number(0, 100),
    "ItemProcessor!": object,
  },
  Choice: { ...ANY, ...EFFECTS, "Choices!": list, Default: text },
  Wait: { ...ON, "Seconds!": seconds(0) },
  Pass: ON,
  Succeed: { ...ANY, Output: anything },
  Fail: { ...ANY, Error: text, Cause: text },
};

/** Reports every field that is unknown, wrong or missing. */
export function checkFields(value: unknown, table: Table, path: string, issue: Issue): void {
  if (!isObject(value)) {
    issue(path, "expected an object");
    return;
  }
  for (const [field, given] of Object.entries(value)) {
    const test = table[field] ?? table[`${field}!`];
    const expected = test?.(given);
    if (test === undefined) issue(`${path}.${field}`, "this field is not implemented");
    else if (expected !== undefined) issue(`${path}.${field}`, `expected ${expected}, got ${JSON.stringify(given)}`);
  }
  for (const field of Object.keys(table).filter((key) => key.endsWith("!") && !(key.slice(0, -1) in value))) {
    issue(`${path}.${field.slice(0, -1)}`, "is required");
  }
}
