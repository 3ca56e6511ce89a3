import { Command } from "commander";
import type { StudyStore } from "../../lib/store/study-store.ts";
import type { Study } from "../../lib/study/records.ts";
import { type EventView, eventView } from "../../lib/study/story.ts";
import { describeStudy } from "../../lib/tuner/describe.ts";
import { everyEvent } from "../../lib/tuner/every-event.ts";
import { openState } from "../../local/state.ts";
import { findStudy } from "../find-study.ts";
import { examples, jsonOption, stateOption } from "../options.ts";
import { printJson } from "../output/json.ts";
import { oneLine } from "../output/numbers.ts";
import { studyPage } from "../output/study-page.ts";
import { write } from "../output/write.ts";

/** Trials below the winner: with it they fit a terminal of 30 lines. */
const LAST = 15;

/** As much of an event as a line bears: some end with what a trial has printed. */
const EVENT_LENGTH = 200;

interface ShowFlags {
  readonly state: string;
  readonly json?: boolean;
  readonly events?: boolean;
}

export function showCommand(): Command {
  return new Command("show")
    .description("show a study: its state, its best trial, its last trials; or what happened to it")
    .argument("[study]", "id or name; the newest study where it is left out")
    .option("--events", "what happened to it, oldest first")
    .addOption(stateOption())
    .addOption(jsonOption())
    .addHelpText("after", examples("show", "show digits --json", "show digits --events"))
    .action(async (wanted: string | undefined, { state, json, events }: ShowFlags) => {
      const store = await openState(state, { create: false });
      try {
        const study = await findStudy(store, wanted, state);
        if (events) return await showEvents(study, store, json ?? false);
        const view = await describeStudy(study, store);
        if (json) return printJson(view);
        const last = await store.readTrials(study.id, {
          from: Math.max(1, study.created - LAST + 1),
          to: study.created,
        });
        const width = process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
        process.stdout.write(`${studyPage(view, study, last, width)}\n`);
      } finally {
        await store.close();
      }
    });
}

async function showEvents({ id }: Study, store: StudyStore, json: boolean): Promise<void> {
  const events: EventView[] = [];
  for await (const event of everyEvent(store, id)) events.push(eventView(event));
  if (json) return printJson({ events, next: null });
  for (const { at, message } of events) if (!(await write(`${at}  ${oneLine(message, EVENT_LENGTH)}\n`))) return;
}
