import type { StudySpec } from "../../lib/study/spec.ts";
import { PAUSING } from "../interrupt.ts";
import type { News, Opening } from "./news.ts";

/** What a person sees while a study runs. */
export interface Reporter {
  open(opening: Opening): void;
  event(event: News): void;
  /** Ctrl-C was heard. */
  pausing(): void;
  /** May be called twice. */
  close(): void;
}

const sayPausing = (): void => void process.stderr.write(`\n${PAUSING}\n`);

/** For `--json`: stdout waits for the document. */
const silent: Reporter = { open: () => {}, event: () => {}, pausing: sayPausing, close: () => {} };

/** A table that moves on a terminal, a line for each trial elsewhere. */
export async function reporterFor(spec: StudySpec, options: { readonly json: boolean }): Promise<Reporter> {
  if (options.json) return silent;
  // a terminal that cannot move its cursor is no better than a file
  const moves = process.stdout.isTTY === true && process.env["TERM"] !== "dumb";
  if (moves) return (await import("./live-table.ts")).liveTable(spec);
  return { ...(await import("./plain-lines.ts")).plainLines(spec), pausing: sayPausing };
}
