import { nextTrial } from "../lib/tuner/next-trial.ts";
import type { NextTrialAnswer, NextTrialEvent } from "../lib/workflow/messages.ts";
import { inContext } from "./shared/in-context.ts";
import { reportingPorts } from "./shared/ports.ts";

/** The client of S3 is made when it is first needed: most trials are claimed once. */
const holdsCheckpoint = async (place: string): Promise<boolean> =>
  (await import("./shared/checkpoints.ts")).holdsObjects(place);

export const handler: (event: NextTrialEvent) => Promise<NextTrialAnswer> = inContext(async (event) =>
  nextTrial(event, { ...(await reportingPorts()), holdsCheckpoint }),
);
