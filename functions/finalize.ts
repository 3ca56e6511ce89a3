import type { StudyView } from "../lib/study/views.ts";
import { finalize } from "../lib/tuner/finalize.ts";
import type { FinalizeEvent } from "../lib/workflow/messages.ts";
import { inContext } from "./shared/in-context.ts";
import { ports } from "./shared/ports.ts";

export const handler: (event: FinalizeEvent) => Promise<StudyView> = inContext((event) => finalize(event, ports));
