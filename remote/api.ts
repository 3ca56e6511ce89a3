import * as z from "zod";
import {
  eventsSchema,
  measuredTrialSchema,
  quoteSchema,
  studiesSchema,
  studySchema,
  trialsSchema,
} from "../lib/api/schemas.ts";
import { PegboxError } from "../lib/errors/pegbox-error.ts";
import type { StudySpec } from "../lib/study/spec.ts";
import type { EventView } from "../lib/study/story.ts";
import { parseStudy } from "../lib/study/study-file.ts";
import type { MeasuredTrialView, StudyView, TrialView } from "../lib/study/views.ts";
import type { Quote } from "../lib/tuner/money/quote.ts";
import type { Connection } from "./connect.ts";
import type { Ask } from "./transport.ts";

/** Trials and events at a time: Lambda answers with 6 MB at most, and a trial's metrics alone may have 32 KiB. */
const PAGE = "150";
/** Most who ask for the newest study want one. */
const FEW = "20";

/** The HTTP API, operation by operation; what it refuses is thrown as `transport.ts` says. */
export interface Api {
  /** Creates a study and starts it; the same key again answers with the first. */
  create(file: unknown, key: string): Promise<StudyView>;
  /** What a study would take and cost there. */
  quote(file: unknown): Promise<Quote>;
  /** Newest first, page by page as they are taken; with a name, those of that name. */
  list(name?: string): AsyncGenerator<StudyView, void>;
  get(id: string): Promise<StudyView>;
  spec(id: string): Promise<StudySpec>;
  trial(id: string, number: number): Promise<MeasuredTrialView>;
  /** In order of number, from this one on. */
  trials(id: string, from: number): AsyncGenerator<readonly TrialView[], void>;
  events(id: string): AsyncGenerator<EventView, void>;
  wish(id: string, wish: "pause" | "resume" | "stop" | "extend", body?: object): Promise<StudyView>;
  /** Also of one that is gone: an earlier try may have been heard. */
  delete(id: string): Promise<void>;
}

export function apiOf({ url, send }: Connection): Api {
  /** What is answered, if it has the shape that this version knows. */
  async function ask<T>(schema: z.ZodType<T>, request: Ask): Promise<T> {
    const { body } = await send(request);
    if (schema.safeParse(body).success) return body as T;
    throw new PegboxError(
      "INVALID_INPUT",
      `expected the API of Pegbox at ${url}, got an answer that it does not give`,
      {
        hint: "is this version of the command that of the server?",
      },
    );
  }

  /** @param first where to begin. @default at the beginning */
  async function* pages<T extends Paged>(
    schema: z.ZodType<T>,
    path: string,
    query: Ask["query"],
    first: string | null = null,
  ): AsyncGenerator<T, void> {
    let next = first;
    do {
      const page: T = await ask(schema, {
        method: "GET",
        path,
        query: { ...query, ...(next === null ? {} : { next }) },
      });
      yield page;
      next = page.next;
    } while (next !== null);
  }

  return {
    create: (file, key) =>
      ask(studySchema, { method: "POST", path: "/studies", body: file, headers: { "idempotency-key": key } }),
    quote: (file) => ask(quoteSchema, { method: "POST", path: "/quote", body: file }),
    async *list(name) {
      const query = name === undefined ? {} : { name };
      for await (const { studies } of pages(studiesPage, "/studies", { ...query, limit: FEW })) yield* studies;
    },
    get: (id) => ask(studySchema, { method: "GET", path: pathOf(id) }),
    async spec(id) {
      const file = await ask(z.looseObject({}), { method: "GET", path: `${pathOf(id)}/file` });
      return parseStudy(file, { runner: "file" });
    },
    trial: (id, number) => ask(measuredTrialSchema, { method: "GET", path: `${pathOf(id)}/trials/${number}` }),
    async *trials(id, from) {
      const all = pages(trialsPage, `${pathOf(id)}/trials`, { limit: PAGE }, `${from}`);
      for await (const { trials } of all) yield trials;
    },
    async *events(id) {
      for await (const { events } of pages(eventsPage, `${pathOf(id)}/events`, { limit: PAGE })) yield* events;
    },
    wish: (id, wish, body) =>
      ask(studySchema, { method: "POST", path: `${pathOf(id)}/${wish}`, ...(body === undefined ? {} : { body }) }),
    async delete(id) {
      await send({ method: "DELETE", path: pathOf(id) }).catch(unlessGone);
    },
  };
}

function unlessGone(error: unknown): void {
  if (!(error instanceof PegboxError && error.code === "NOT_FOUND")) throw error;
}

interface Paged {
  readonly next: string | null;
}

const studiesPage = studiesSchema as z.ZodType<Paged & { readonly studies: readonly StudyView[] }>;
const trialsPage = trialsSchema as z.ZodType<Paged & { readonly trials: readonly TrialView[] }>;
const eventsPage = eventsSchema as z.ZodType<Paged & { readonly events: readonly EventView[] }>;

const pathOf = (id: string): string => `/studies/${encodeURIComponent(id)}`;
