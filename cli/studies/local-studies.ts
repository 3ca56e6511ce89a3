import { PegboxError } from "../../lib/errors/pegbox-error.ts";
import type { StudyStore } from "../../lib/store/study-store.ts";
import type { Study } from "../../lib/study/records.ts";
import type { StudySpec } from "../../lib/study/spec.ts";
import { eventView } from "../../lib/study/story.ts";
import { measuredTrialView, type StudyView, type TrialView, trialViewIn } from "../../lib/study/views.ts";
import { describeStudy } from "../../lib/tuner/describe.ts";
import { everyEvent } from "../../lib/tuner/every-event.ts";
import { everyStudy } from "../../lib/tuner/every-study.ts";
import { hasState, openState } from "../../local/state.ts";
import { isServed, type Wishes, wishes } from "../../local/wishes.ts";
import { commandName } from "../command-name.ts";
import { STATE_DIRECTORY } from "../options.ts";
import { shellWord } from "../shell-word.ts";
import type { Studies } from "./studies.ts";

/** Trials read at a time: enough to be quick, few enough to stay small in memory. */
const PAGE = 1000;

/** A look at a state of this machine costs a millisecond; a person sees a few a second as movement. */
const LOOK_MS = 250;

/** The studies of a state directory: the store is read, wishes are left there for the process that runs the study. */
export async function localStudies(state: string): Promise<Studies> {
  const options = state === STATE_DIRECTORY ? "" : ` --state ${shellWord(state)}`;
  const store = hasState(state) ? await openState(state, { create: false }) : null;

  const opened = async (): Promise<StudyStore> => store ?? openState(state, { create: false });
  const known = async (id: string): Promise<Study> => (await (await opened()).getStudy(id)) ?? none(id, state);

  /** The state keeps no place of a study file, whose folder holds the runner: only the person knows it. */
  function howToGoOn({ id, spec }: { readonly id: string; readonly spec: StudySpec }): string {
    return isServed({ spec })
      ? `POST /studies/${id}/resume to its server; without one, ${commandName()} serve${options} goes on with it`
      : `${commandName()} run FILE --resume${options}, FILE being the study file of "${spec.name}"`;
  }

  async function wish(id: string, ask: (study: Study, granted: Wishes) => Promise<Study>): Promise<StudyView> {
    const study = await known(id);
    const asked = await ask(study, wishes(await opened(), state, howToGoOn));
    return describeStudy(asked, await opened());
  }

  return {
    options,
    lookMs: LOOK_MS,
    howToBegin: `no studies in ${state} yet: ${commandName()} run FILE makes one`,
    async *list() {
      if (store === null) return;
      for await (const study of everyStudy(store)) yield describeStudy(study, store);
    },
    async find(wanted) {
      const study = await findStudy(await opened(), wanted, state);
      return { view: await describeStudy(study, await opened()), spec: study.spec };
    },
    look: async (id) => describeStudy(await known(id), await opened()),
    async trial(id, number) {
      const { spec } = await known(id);
      const trial = await (await opened()).getTrial(id, number);
      if (trial === null) throw new PegboxError("NOT_FOUND", `study "${id}": expected a trial, there is no ${number}`);
      return measuredTrialView(trialViewIn(spec.space)(trial), await (await opened()).readMeasurements(id, number));
    },
    async *trials(id, from) {
      const study = await known(id);
      for (let first = from; first <= study.created; first += PAGE) yield await trialsOf(await opened(), study, first);
    },
    async *events(id) {
      for await (const event of everyEvent(await opened(), id)) yield eventView(event);
    },
    howToGoOn: ({ view: { id }, spec }) => howToGoOn({ id, spec }),
    pause: (id) => wish(id, (study, granted) => granted.pause(study)),
    resume: (id) => wish(id, (study, granted) => granted.resume(study)),
    stop: (id, now) => wish(id, (study, granted) => granted.stop(study, now)),
    extend: (id, extension) => wish(id, (study, granted) => granted.extend(study, extension)),
    delete: async (id) => void (await (await opened()).deleteStudy(id)),
    close: async () => void (await store?.close()),
  };
}

async function trialsOf(store: StudyStore, { id, created, spec }: Study, from: number): Promise<TrialView[]> {
  const trials = await store.readTrials(id, { from, to: Math.min(created, from + PAGE - 1) });
  return trials.map(trialViewIn(spec.space));
}

async function findStudy(store: StudyStore, wanted: string | undefined, state: string): Promise<Study> {
  const byId = wanted === undefined ? null : await store.getStudy(wanted);
  if (byId !== null) return byId;
  const { items } = await store.listStudies({ limit: 1, ...(wanted === undefined ? {} : { name: wanted }) });
  return items[0] ?? none(wanted, state);
}

function none(wanted: string | undefined, state: string): never {
  const what = wanted === undefined ? "a study" : `a study with the id or name "${wanted}"`;
  throw new PegboxError("NOT_FOUND", `expected ${what} in ${state}, there is none`, {
    hint: "`pegbox list` shows what there is; --state DIR looks elsewhere, --url and --stack on servers",
  });
}
