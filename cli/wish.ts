import type { Study } from "../lib/study/records.ts";
import { describeStudy } from "../lib/tuner/describe.ts";
import { openState } from "../local/state.ts";
import { isServed, type Wishes, wishes } from "../local/wishes.ts";
import { commandName } from "./command-name.ts";
import { findStudy } from "./find-study.ts";
import { STATE_DIRECTORY } from "./options.ts";
import { printJson } from "./output/json.ts";
import { countsText, statusText } from "./output/summary.ts";
import { shellWord } from "./shell-word.ts";

export interface WishFlags {
  readonly state: string;
  readonly json?: boolean;
}

/** Asks something of a study, and prints how it stands then, and how it goes on where nobody runs it. */
export async function wish(
  wanted: string,
  { state, json = false }: WishFlags,
  ask: (study: Study, wishes: Wishes) => Promise<Study>,
): Promise<void> {
  const store = await openState(state, { create: false });
  try {
    const goOn = (study: Study): string => howToGoOn(study, state);
    const study = await ask(await findStudy(store, wanted, state), wishes(store, state, goOn));
    const view = await describeStudy(study, store);
    if (json) return printJson(view);
    const lines = [`${view.id} ${statusText(view)}`, countsText(view, study.spec.trials)];
    if (study.status === "PAUSED") lines.push(`go on  ${goOn(study)}`);
    process.stdout.write(`${lines.join("\n")}\n`);
  } finally {
    await store.close();
  }
}

/** The state keeps no place of a study file, whose folder holds the runner: only the person knows it. */
function howToGoOn(study: Study, state: string): string {
  const where = state === STATE_DIRECTORY ? "" : ` --state ${shellWord(state)}`;
  return isServed(study)
    ? `POST /studies/${study.id}/resume to its server; without one, ${commandName()} serve${where} goes on with it`
    : `${commandName()} run FILE --resume${where}, FILE being the study file of "${study.spec.name}"`;
}
