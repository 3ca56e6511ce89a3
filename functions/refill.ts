import { refill } from "../lib/tuner/refill.ts";
import type { RefillEvent } from "../lib/workflow/messages.ts";
import { inContext } from "./shared/in-context.ts";
import { ports } from "./shared/ports.ts";

export const handler: (event: RefillEvent) => Promise<void> = inContext((event) => refill(event, ports));
