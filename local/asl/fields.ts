import { isObject } from "./json.ts";

/** Told of a wrong or unknown field: where, and what is the matter. */
export type Issue = (path: string, problem: string) => void;

interface Check {
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
}
const check = (expected: string, accepts: Check["accepts"]): Check => ({ expected, accepts });
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const within = (min: number, max: number) => (value: unknown) => Number(value) >= min && Number(value) <= max;

const text = check("a string", (value) => typeof value === "string");
const object = check("an object", isObject);
const list = check("a list of objects", (value) => isList(value) && value.every(isObject));
const expression = check('an expression "{% … %}"', (value) => text.accepts(value) && String(value).startsWith("{%"));
const oneOf = (...all: readonly unknown[]) => check(all.join(" or "), (value) => all.includes(value));
const or = (a: Check, b: Check) =>
  check(`${a.expected}, or ${b.expected}`, (value) => a.accepts(value) || b.accepts(value));
const number = (min: number, max: number) =>
  check(`a number from ${min} to ${max}`, (value) => typeof value === "number" && within(min, max)(value));
const integer = (min: number, max: number) =>
  check(`an integer from ${min} to ${max}`, (value) => Number.isInteger(value) && within(min, max)(value));
const named = (value: unknown): boolean => isList(value) && value.length > 0 && value.every(text.accepts);
const errors = check("error names, or States.ALL alone", (value) => {
  return named(value) && (!String(value).includes("States.ALL") || String(value) === "States.ALL");
});

/** Limits of the service, in seconds: a Wait or a time-out, and the delay of a retry. */
const LONGEST = 99_999_999;
const LONGEST_DELAY = 31_622_400;

/** What each field takes, wherever it stands. */
const TAKES: readonly (readonly [Check, string])[] = [
  [text, "Comment Type StartAt Next Default Error Cause FunctionName StateMachineArn Name QueueUrl"],
  [object, "States Assign Arguments ItemSelector ItemProcessor ProcessorConfig"],
  [list, "Choices Retry Catch"],
  [errors, "ErrorEquals"],
  [expression, "Condition"],
  [or(check("a list", isList), expression), "Items"],
  [or(integer(0, LONGEST), expression), "Seconds MaxConcurrency"],
  [or(integer(1, LONGEST), expression), "TimeoutSeconds"],
  [integer(0, LONGEST), "MaxAttempts"],
  [integer(1, LONGEST), "IntervalSeconds"],
  [integer(1, LONGEST_DELAY), "MaxDelaySeconds"],
  [number(1, Number.MAX_VALUE), "BackoffRate"],
  [number(0, 100), "ToleratedFailurePercentage"],
  [oneOf(true), "End"],
  [oneOf("JSONata"), "QueryLanguage"],
  [oneOf("FULL", "NONE"), "JitterStrategy"],
  [oneOf("INLINE", "DISTRIBUTED"), "Mode"],
  [oneOf("STANDARD"), "ExecutionType"],
  [
    oneOf(
      "arn:aws:states:::lambda:invoke",
      "arn:aws:states:::states:startExecution",
      "arn:aws:states:::sqs:sendMessage",
    ),
    "Resource",
  ],
];
const CHECKS = new Map(TAKES.flatMap(([test, fields]) => fields.split(" ").map((field) => [field, test] as const)));

/** The fields that each part of a definition may have; a trailing `!` marks the required ones. */
const ON = "Type Comment QueryLanguage Assign Output Next End";
export const PARTS: Readonly<Record<string, string>> = {
  machine: "Comment QueryLanguage! StartAt! States!",
  processor: "Comment ProcessorConfig StartAt! States!",
  INLINE: "Mode!",
  DISTRIBUTED: "Mode! ExecutionType!",
  Choices: "Comment Condition! Next! Assign Output",
  Catch: "Comment ErrorEquals! Next! Assign Output",
  Retry: "Comment ErrorEquals! IntervalSeconds BackoffRate MaxAttempts MaxDelaySeconds JitterStrategy",
  "arn:aws:states:::lambda:invoke": "FunctionName! Payload",
  "arn:aws:states:::states:startExecution": "StateMachineArn! Name! Input!",
  "arn:aws:states:::sqs:sendMessage": "QueueUrl! MessageBody!",
};
export const STATES: Readonly<Record<string, string>> = {
  Task: `${ON} Resource! Arguments! TimeoutSeconds Retry Catch`,
  Map: `${ON} Items ItemSelector MaxConcurrency ToleratedFailurePercentage ItemProcessor! Retry Catch`,
  Choice: "Type Comment QueryLanguage Assign Output Choices! Default",
  Wait: `${ON} Seconds!`,
  Pass: ON,
  Succeed: "Type Comment QueryLanguage Output",
  Fail: "Type Comment QueryLanguage Error Cause",
};

/** Reports every field that is unknown, wrong or missing. */
export function checkFields(value: unknown, fields: string, path: string, issue: Issue): void {
  if (!isObject(value)) issue(path, "expected an object");
  const given = isObject(value) ? value : {};
  const known = fields.split(" ").map((field) => field.replace("!", ""));
  for (const [field, content] of Object.entries(given)) {
    const { expected, accepts } = CHECKS.get(field) ?? check("anything", () => true);
    if (!known.includes(field)) issue(`${path}.${field}`, "this field is not implemented");
    else if (!accepts(content)) issue(`${path}.${field}`, `expected ${expected}, got ${JSON.stringify(content)}`);
  }
  for (const field of known.filter((each) => fields.includes(`${each}!`) && isObject(value) && !(each in given))) {
    issue(`${path}.${field}`, "is required");
  }
}
