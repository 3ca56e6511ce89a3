import { nextTrial } from "../lib/tuner/next-trial.ts";
import type { NextTrialAnswer, NextTrialEvent } from "../lib/workflow/messages.ts";
import { inContext } from "./shared/in-context.ts";
import { reportingPorts } from "./shared/ports.ts";

export const handler: (event: NextTrialEvent) => Promise<NextTrialAnswer> = inContext(async (event) =>
  nextTrial(event, await reportingPorts()),
);
