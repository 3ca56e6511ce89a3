import type { StudyStore } from "../../store/study-store.ts";
import type { Range, Study, Trial } from "../../study/records.ts";

/**
 * Where open trials may be, in order of number: those that the open epoch made ready; of a study with a fidelity all, because a
 * plan that was cut short may have promoted some for an epoch that it never opened.
 */
export async function readCandidates(study: Study, store: StudyStore): Promise<readonly Trial[]> {
  if (study.spec.fidelity !== undefined) return store.readTrials(study.id, { from: 1, to: study.created });
  const pages = await Promise.all(study.epoch.ready.map((range) => store.readTrials(study.id, range)));
  return pages.flat().sort((a, b) => a.number - b.number);
}

/** Numbers in ascending order as the fewest ranges: 3, 4, 5, 9 → 3…5, 9…9. */
export function rangesOf(numbers: readonly number[]): readonly Range[] {
  const ranges: { from: number; to: number }[] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && number === last.to + 1) last.to = number;
    else ranges.push({ from: number, to: number });
  }
  return ranges;
}
