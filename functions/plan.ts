import { plan } from "../lib/tuner/plan.ts";
import type { PlanAnswer, PlanEvent } from "../lib/workflow/messages.ts";
import { ports } from "./shared/ports.ts";

export const handler = (event: PlanEvent): Promise<PlanAnswer> => plan(event, ports);
