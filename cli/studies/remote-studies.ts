import { PegboxError } from "../../lib/errors/pegbox-error.ts";
import { PAUSED_BY_USER } from "../../lib/study/states.ts";
import type { StudyView } from "../../lib/study/views.ts";
import type { Api } from "../../remote/api.ts";
import { commandName } from "../command-name.ts";
import type { Studies } from "./studies.ts";

/** A look is two requests, a few millionths of a dollar on AWS; trials there take seconds at least. */
const LOOK_MS = 2000;

/** As Pegbox makes ids: whatever else a person types is a name. */
const ID = /^[A-Za-z0-9-]+$/;

/**
 * The studies of an API.
 *
 * @param at where it is, for messages; `options` as in `Studies`.
 */
export function remoteStudies(api: Api, at: string, options: string): Studies {
  async function byId(wanted: string): Promise<StudyView | null> {
    if (!ID.test(wanted)) return null;
    return api.get(wanted).catch((error: unknown) => {
      if (error instanceof PegboxError && error.code === "NOT_FOUND") return null;
      throw error;
    });
  }

  async function newest(name: string | undefined): Promise<StudyView> {
    // the view of a list lacks the Pareto set
    for await (const { id } of api.list(name)) return api.get(id);
    const what = name === undefined ? "a study" : `a study with the id or name "${name}"`;
    throw new PegboxError("NOT_FOUND", `expected ${what} at ${at}, there is none`, {
      hint: `\`pegbox list${options}\` shows what there is`,
    });
  }

  return {
    options,
    lookMs: LOOK_MS,
    howToBegin: `no studies at ${at} yet: ${commandName()} start FILE${options} makes one`,
    list: () => api.list(),
    async find(wanted) {
      const view = (wanted === undefined ? null : await byId(wanted)) ?? (await newest(wanted));
      return { view, spec: await api.spec(view.id) };
    },
    look: api.get,
    trial: api.trial,
    trials: api.trials,
    events: api.events,
    howToGoOn: ({ view: { id, reason } }) =>
      reason?.code === PAUSED_BY_USER ? `${commandName()} resume ${id}${options}` : null,
    pause: (id) => api.wish(id, "pause"),
    resume: (id) => api.wish(id, "resume"),
    stop: (id, now) => api.wish(id, "stop", { now }),
    extend: (id, extension) => api.wish(id, "extend", extension),
    delete: api.delete,
    close: async () => {},
  };
}
