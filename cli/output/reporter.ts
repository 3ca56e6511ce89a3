import type { StudySpec } from "../../lib/study/spec.ts";
import type { TunerEvent } from "../../lib/tuner/ports.ts";
import type { OpenedStudy } from "../../local/open-study.ts";

/** What a person sees while a study runs. */
export interface Reporter {
  open(opened: OpenedStudy): void;
  event(event: TunerEvent): void;
  /** May be called twice. */
  close(): void;
}

const silent: Reporter = { open: () => {}, event: () => {}, close: () => {} };

export async function reporterFor(
  spec: StudySpec,
  options: { readonly json: boolean; readonly terminal: boolean },
): Promise<Reporter> {
  if (options.json) return silent;
  if (options.terminal) return (await import("./live-table.ts")).liveTable(spec);
  return (await import("./plain-lines.ts")).plainLines(spec);
}
