import * as z from "zod";
import { parseDuration } from "../study/duration.ts";
import { durationSchema, usdSchema, wholeNumber } from "../study/file/schema-common.ts";
import type { Duration } from "../study/file/shape.ts";
import type { Extension } from "../tuner/lifecycle/lifecycle.ts";
import { readShape } from "./body-issues.ts";

/** The body of `POST /studies/{id}/stop`. */
export const stopSchema: z.ZodType<{ readonly now: boolean }> = z.strictObject({
  now: z.boolean().default(false).meta({ description: "Give up the trials that run. Default: they are let end." }),
});

interface ExtensionBody {
  readonly trials?: number;
  readonly budget?: {
    readonly usd?: number;
    readonly usdPerHour?: number;
    readonly wallClock?: Duration;
    readonly trialTimeout?: Duration;
  };
}

/** The body of `POST /studies/{id}/extend`. */
export const extensionSchema: z.ZodType<ExtensionBody> = z.strictObject({
  trials: wholeNumber().min(1).exactOptional().meta({ description: "How many trials the study may have in all." }),
  budget: z
    .strictObject({
      usd: usdSchema().positive("dollars: more than 0").exactOptional().meta({
        description: "What the study may cost in all, what is spent included.",
      }),
      usdPerHour: usdSchema().min(0, "dollars: at least 0").exactOptional(),
      wallClock: durationSchema.exactOptional().meta({ description: "Counted from the first start." }),
      trialTimeout: durationSchema.exactOptional(),
    })
    .exactOptional(),
});

/** @throws {PegboxError} `INVALID_INPUT` with every problem. */
export function readStop(body: unknown): { readonly now: boolean } {
  return readShape(stopSchema, body, "the body");
}

/** @throws {PegboxError} `INVALID_INPUT` with every problem. */
export function readExtension(body: unknown): Extension {
  const { trials, budget = {} } = readShape(extensionSchema, body, "the body");
  const { usd, usdPerHour, ...durations } = budget;
  const seconds = Object.entries(durations).map(([key, duration]) => [key, parseDuration(duration)]);
  return {
    ...(trials === undefined ? {} : { trials }),
    budget: {
      ...Object.fromEntries(seconds),
      ...(usd === undefined ? {} : { usd }),
      ...(usdPerHour === undefined ? {} : { usdPerHour }),
    },
  };
}
