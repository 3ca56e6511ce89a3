import { nextTrial } from "../lib/tuner/next-trial.ts";
import type { NextTrialAnswer, NextTrialEvent } from "../lib/workflow/messages.ts";
import { ports } from "./shared/ports.ts";

export const handler = (event: NextTrialEvent): Promise<NextTrialAnswer> => nextTrial(event, ports);
