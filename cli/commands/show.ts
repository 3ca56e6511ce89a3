import { Command, InvalidArgumentError, Option } from "commander";
import type { EventView } from "../../lib/study/story.ts";
import type { TrialView } from "../../lib/study/views.ts";
import { type CostedTrial, costReport } from "../../lib/tuner/money/cost-report.ts";
import { examples, jsonOption } from "../options.ts";
import { costPage } from "../output/cost-page.ts";
import { printJson } from "../output/json.ts";
import { oneLine } from "../output/numbers.ts";
import { studyPage } from "../output/study-page.ts";
import { trialPage } from "../output/trial-page.ts";
import { write } from "../output/write.ts";
import { type PlaceFlags, placeOptions, withStudies } from "../studies/place.ts";
import type { FoundStudy, Studies } from "../studies/studies.ts";

/** Trials below the winner: with it they fit a terminal of 30 lines. */
const LAST = 15;

/** As much of an event as a line bears: some end with what a trial has printed. */
const EVENT_LENGTH = 200;

interface ShowFlags extends PlaceFlags {
  readonly json?: boolean;
  readonly events?: boolean;
  readonly cost?: boolean;
  readonly trial?: number;
}

export function showCommand(): Command {
  return placeOptions(new Command("show"))
    .description(
      "show a study: its state, its best trial, its last trials; or what happened to it, or has been spent on it",
    )
    .argument("[study]", "id or name; the newest study where it is left out")
    .option("--events", "what happened to it, oldest first")
    .addOption(new Option("--cost", "what it has cost, what that has bought, and what is to come").conflicts("events"))
    .addOption(
      new Option("--trial <n>", "one trial, with what it measured on its way")
        .argParser(trialNumber)
        .conflicts(["events", "cost"]),
    )
    .addOption(jsonOption())
    .addHelpText(
      "after",
      examples(
        "show",
        "show digits --json",
        "show digits --events",
        "show digits --cost",
        "show digits --trial 12",
        "show digits --stack Pegbox",
      ),
    )
    .action((wanted: string | undefined, { json = false, events = false, cost = false, trial, ...place }: ShowFlags) =>
      withStudies(place, async (studies) => {
        const found = await studies.find(wanted);
        const { id } = found.view;
        if (events) return showEvents(id, studies, json);
        if (cost) return showCost(found, studies, json);
        if (trial !== undefined) return showTrial(found, trial, studies, json);
        if (json) return printJson(found.view);
        const last: TrialView[] = [];
        const from = Math.max(1, found.view.trials.total - LAST + 1);
        for await (const page of studies.trials(id, from)) last.push(...page);
        const width = process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
        process.stdout.write(`${studyPage(found, last, width)}\n`);
      }),
    );
}

async function showCost({ spec, view }: FoundStudy, studies: Studies, json: boolean): Promise<void> {
  const trials: CostedTrial[] = [];
  const time = (text: string | null): number | null => (text === null ? null : Date.parse(text));
  for await (const page of studies.trials(view.id, 1)) {
    for (const { startedAt, endedAt, ...trial } of page) {
      trials.push({ ...trial, startedAt: time(startedAt), endedAt: time(endedAt) });
    }
  }
  const report = costReport(spec, view, trials);
  if (json) return printJson(report);
  process.stdout.write(`${costPage(report)}\n`);
}

async function showTrial({ view, spec }: FoundStudy, number: number, studies: Studies, json: boolean): Promise<void> {
  const trial = await studies.trial(view.id, number);
  if (json) return printJson(trial);
  process.stdout.write(`${trialPage(trial, spec)}\n`);
}

function trialNumber(text: string): number {
  if (/^[1-9][0-9]{0,7}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("expected the number of a trial, from 1 on");
}

async function showEvents(id: string, studies: Studies, json: boolean): Promise<void> {
  const events: EventView[] = [];
  for await (const event of studies.events(id)) events.push(event);
  if (json) return printJson({ events, next: null });
  for (const { at, message } of events) if (!(await write(`${at}  ${oneLine(message, EVENT_LENGTH)}\n`))) return;
}
