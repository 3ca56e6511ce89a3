import type { StudyView } from "../lib/study/views.ts";
import { printJson } from "./output/json.ts";
import { countsText, statusText } from "./output/summary.ts";
import { type PlaceFlags, withStudies } from "./studies/place.ts";
import type { Studies } from "./studies/studies.ts";

export interface WishFlags extends PlaceFlags {
  readonly json?: boolean;
}

/** Asks something of a study, and prints how it stands then, and how it goes on where nobody runs it. */
export function wish(
  wanted: string,
  { json = false, ...place }: WishFlags,
  ask: (id: string, studies: Studies) => Promise<StudyView>,
): Promise<void> {
  return withStudies(place, async (studies) => {
    const { view: found } = await studies.find(wanted);
    const view = await ask(found.id, studies);
    if (json) return printJson(view);
    const { spec } = await studies.find(view.id);
    const lines = [`${view.id} ${statusText(view)}`, countsText(view, spec.trials)];
    const goOn = view.status === "PAUSED" ? studies.howToGoOn({ view, spec }) : null;
    if (goOn !== null) lines.push(`go on  ${goOn}`);
    process.stdout.write(`${lines.join("\n")}\n`);
  });
}
