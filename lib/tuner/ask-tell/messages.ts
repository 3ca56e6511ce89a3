import * as z from "zod";
import { type Issue, PegboxError } from "../../errors/pegbox-error.ts";
import type { Scalar } from "../../space/parameter.ts";
import type { StandardErrors } from "../../study/records.ts";
import type { FidelitySpec, Objective, StrategyName } from "../../study/spec.ts";

/** The lines that `pegbox optimize` reads. Unknown keys are ignored: other tools' extensions pass through. */
export type AskTellLine =
  | StudyLine
  | { readonly type: "ask"; readonly n: number }
  | { readonly type: "tell"; readonly results: readonly TellResult[] }
  | ReportLine
  | { readonly type: "best" };

export interface StudyLine {
  readonly type: "study";
  readonly space: readonly ParameterLine[];
  readonly objectives: readonly Objective[];
  readonly constraints: readonly { readonly name: string; readonly op: "<=" | ">="; readonly threshold: number }[];
  readonly strategy: Exclude<StrategyName, "manual">;
  readonly seed: number;
  /** Trials in all, where known. */
  readonly budget: number | null;
  /** Trials that run at a time. */
  readonly batch: number;
  /** How far a trial may be trained; null: to the end, always. */
  readonly fidelity: FidelitySpec | null;
}

/** What a trial measured on its way, of its fidelity so far. */
export interface ReportLine {
  readonly type: "report";
  readonly id: string;
  readonly step: number;
  readonly metrics: Readonly<Record<string, number | null>>;
}

interface Conditional {
  readonly name: string;
  readonly condition?: { readonly param: string; readonly values: readonly Scalar[] };
}

export interface NumericLine extends Conditional {
  readonly type: "float" | "int";
  readonly low: number;
  readonly high: number;
  readonly log?: boolean;
  readonly step?: number;
  readonly prior?: readonly [number, number];
}

export interface ChoiceLine extends Conditional {
  readonly type: "categorical" | "ordinal";
  readonly choices: readonly Scalar[];
  readonly prior?: Readonly<Record<string, number>>;
}

export type ParameterLine = NumericLine | ChoiceLine;

export interface TellResult {
  readonly id: string;
  readonly params?: Readonly<Record<string, Scalar>>;
  /** How far it was trained, where that is not as far as was asked. */
  readonly fidelity?: number;
  /** Null: the trial failed. */
  readonly metrics: Readonly<Record<string, number | null>> | null;
  readonly standardErrors?: StandardErrors;
}

const name = z.string().min(1);
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const condition = z.object({ param: name, values: z.array(scalar).min(1) }).exactOptional();
const log = z.boolean().exactOptional();
const interval = z.tuple([z.number(), z.number()]).exactOptional();
const weights = z.record(z.string(), z.number().positive()).exactOptional();
const choices = { name, choices: z.array(scalar).min(1), prior: weights, condition };

const parameterLine = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("float"),
    name,
    low: z.number(),
    high: z.number(),
    log,
    step: z.number().positive().exactOptional(),
    prior: interval,
    condition,
  }),
  z.object({
    type: z.literal("int"),
    name,
    low: z.int(),
    high: z.int(),
    log,
    step: z.int().positive().exactOptional(),
    prior: interval,
    condition,
  }),
  z.object({ type: z.literal("categorical"), ...choices }),
  z.object({ type: z.literal("ordinal"), ...choices }),
]);

const outcome = z.object({ name, op: z.enum(["<=", ">="]).default("<="), threshold: z.number().default(0) });

/** Budgets in other units than trials come as fractions. */
const budget = z
  .number()
  .positive()
  .transform((trials) => Math.min(Math.max(1, Math.floor(trials)), Number.MAX_SAFE_INTEGER));

const fidelity = z
  .object({
    name,
    low: z.number().positive(),
    high: z.number().positive(),
    rule: z.enum(["asha", "hyperband", "stop", "median"]).default("asha"),
  })
  .refine(({ low, high }) => low <= high, "expected low <= high")
  .transform(({ low, high, ...rest }): FidelitySpec => ({ ...rest, min: low, max: high }));

const studyLine = z.object({
  type: z.literal("study"),
  space: z.array(parameterLine).min(1).max(1000),
  objectives: z.array(z.object({ name, goal: z.enum(["minimize", "maximize"]) })).min(1),
  constraints: z.array(outcome).default([]),
  strategy: z.enum(["auto", "bayesian", "random", "grid", "sobol", "evolution", "cmaes"]).default("auto"),
  seed: z.int().nonnegative().default(0),
  budget: budget.nullable().default(null),
  batch: z.int().positive().default(1),
  fidelity: fidelity.nullable().default(null),
});

const id = z.union([z.string(), z.number()]).transform(String);

const result = z.object({
  id,
  params: z.record(z.string(), scalar).exactOptional(),
  fidelity: z.number().positive().exactOptional(),
  metrics: z.record(z.string(), z.number().nullable()).nullable(),
  standardErrors: z.record(z.string(), z.number().nonnegative()).exactOptional(),
});

/** More suggestions in one line than any machine runs at once are a mistake. */
const ASK_LIMIT = 100_000;

const line: z.ZodType<AskTellLine> = z.discriminatedUnion(
  "type",
  [
    studyLine,
    z.object({ type: z.literal("ask"), n: z.int().positive().max(ASK_LIMIT).default(1) }),
    z.object({ type: z.literal("tell"), results: z.array(result) }),
    z.object({
      type: z.literal("report"),
      id,
      step: z.number().positive(),
      metrics: z.record(z.string(), z.number().nullable()),
    }),
    z.object({ type: z.literal("best") }),
  ],
  'expected "study", "ask", "tell", "report", "best" or "close"',
);

/** @throws {PegboxError} `INVALID_INPUT` with every problem of the line. */
export function readLine(value: unknown): AskTellLine {
  const read = line.safeParse(value);
  if (read.success) return read.data;
  const issues = read.error.issues.map(
    (issue): Issue => ({ path: issue.path.join("."), expected: issue.message, got: rendered(value, issue.path) }),
  );
  const [first] = issues;
  throw new PegboxError("INVALID_INPUT", `${first?.expected} at "${first?.path}"`, { issues });
}

function rendered(value: unknown, path: readonly PropertyKey[]): string {
  const at = path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);
  return at === undefined ? "nothing" : JSON.stringify(at).slice(0, 80);
}
