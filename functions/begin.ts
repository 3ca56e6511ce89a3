import { begin } from "../lib/tuner/begin.ts";
import type { BeginAnswer, BeginEvent } from "../lib/workflow/messages.ts";
import { inContext } from "./shared/in-context.ts";
import { ports } from "./shared/ports.ts";

export const handler: (event: BeginEvent) => Promise<BeginAnswer> = inContext((event) => begin(event, ports));
