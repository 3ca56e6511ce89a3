import * as z from "zod";
import { scalarSchema, wholeNumber } from "./schema-common.ts";
import type { ParameterEntry, WhenEntry } from "./shape.ts";

export const whenSchema: z.ZodType<WhenEntry> = z.record(
  z.string(),
  z.union([scalarSchema, z.array(scalarSchema).min(1)], "a value of the parent, or a list of its values"),
);

const when = whenSchema.exactOptional().meta({
  title: "Condition",
  description:
    "The parameter exists only where every named parent is active and has the value, or one of the listed values: `when: { optimizer: sgd }`.",
});

const PRIOR_RANGE_EXPECTED = "two numbers, [low, high], between which the best value lies four times out of five";
const PRIOR_WEIGHTS_EXPECTED = "a weight for each value, as in { adam: 3, sgd: 1 }";

const common = (type: "float" | "int") => {
  const number = (): z.ZodNumber => (type === "int" ? wholeNumber() : z.number());
  return {
    type: z.literal(type).meta({
      title: "Type",
      description: type === "int" ? "A whole number between min and max." : "A real number between min and max.",
    }),
    min: number().meta({ title: "Lower bound", description: "The smallest value that a trial may get." }),
    max: number().meta({ title: "Upper bound", description: "The largest value that a trial may get." }),
    scale: z.enum(["linear", "log", "reverse-log"]).default("linear").meta({
      title: "Scale",
      description:
        "On which scale equal distances matter equally. `log` for values that span powers of ten (needs min > 0; for an int, min ≥ 0); `reverse-log` for values that crowd near 1 (needs 0 ≤ min and max < 1). Default: linear.",
    }),
    step: number().gt(0).exactOptional().meta({
      title: "Step",
      description: "Values are min, min + step, min + 2·step, …; max is always one of them. Default: every value.",
    }),
    default: number().exactOptional().meta({
      title: "Default",
      description: "The value you would take without tuning. It fills in what an enqueued trial leaves out.",
    }),
    prior: z.tuple([number(), number()], PRIOR_RANGE_EXPECTED).exactOptional().meta({
      title: "Prior",
      description:
        "Where you expect the best value: `[low, high]`, four times out of five it lies in between. The search begins there, and trusts it less with every trial. Default: anywhere.",
    }),
    when,
  };
};

const choice = (type: "categorical" | "ordinal", title: string, description: string) =>
  z
    .strictObject({
      type: z.literal(type).meta({ title: "Type", description }),
      values: z
        .array(scalarSchema)
        .min(1)
        .meta({
          title: "Values",
          description:
            type === "ordinal"
              ? "The values, in order, smallest first: texts, numbers, true, false or null, each once."
              : "The values: texts, numbers, true, false or null, each once.",
        }),
      default: scalarSchema.exactOptional().meta({
        title: "Default",
        description: "The value you would take without tuning; one of the values.",
      }),
      prior: z.record(z.string(), z.number().gt(0), PRIOR_WEIGHTS_EXPECTED).exactOptional().meta({
        title: "Prior",
        description:
          "How likely you think each value is the best, relative to the others: `{ adam: 3, sgd: 1 }`. A value that is not named has 1. Default: all alike.",
      }),
      when,
    })
    .meta({ title, description });

export const parameterSchema: z.ZodType<ParameterEntry> = z.discriminatedUnion("type", [
  z.strictObject(common("float")).meta({ title: "Float parameter", description: "A real number in a range." }),
  z.strictObject(common("int")).meta({ title: "Int parameter", description: "A whole number in a range." }),
  choice("categorical", "Categorical parameter", "One of several values without an order."),
  choice("ordinal", "Ordinal parameter", "One of several values with an order."),
]);
