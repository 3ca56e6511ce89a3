import { plan } from "../lib/tuner/plan.ts";
import type { PlanAnswer, PlanEvent } from "../lib/workflow/messages.ts";
import { inContext } from "./shared/in-context.ts";
import { timedPlan } from "./shared/observe.ts";
import { ports } from "./shared/ports.ts";

export const handler: (event: PlanEvent) => Promise<PlanAnswer> = inContext((event) =>
  timedPlan(event.studyId, () => plan(event, ports)),
);
