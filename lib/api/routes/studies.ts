import type { Context, Hono } from "hono";
import { PegboxError } from "../../errors/pegbox-error.ts";
import { toFile } from "../../study/file/from-spec.ts";
import type { Study } from "../../study/records.ts";
import { eventView } from "../../study/story.ts";
import { parseStudy } from "../../study/study-file.ts";
import { studyView, trialViewIn } from "../../study/views.ts";
import { startStudy } from "../../tuner/create-study.ts";
import { describeStudy } from "../../tuner/describe.ts";
import { patchStudy } from "../../tuner/lifecycle/patch-study.ts";
import { MERGE_PATCH, readBody } from "../body.ts";
import { createOnce } from "../create-once.ts";
import { idempotencyKey } from "../idempotency-key.ts";
import { entityTag, ifMatch, preconditionFailed } from "../if-match.ts";
import { readPatch } from "../patch-body.ts";
import type { ApiPorts } from "../ports.ts";
import { pageQuery, readQuery, startQuery, studiesQuery } from "../query.ts";

export function studyRoutes(app: Hono, ports: ApiPorts): void {
  const { store } = ports.tuner;

  app.post("/studies", (context) => postStudy(context, ports));

  app.get("/studies", async (context) => {
    const { limit, next, name } = readQuery(studiesQuery, context);
    const page = await store.listStudies({
      limit,
      ...(next === undefined ? {} : { after: next }),
      ...(name === undefined ? {} : { name }),
    });
    return context.json({ studies: page.items.map(listed), next: page.next });
  });

  app.get("/studies/:id", async (context) => {
    const study = await findStudy(context.req.param("id"), ports);
    return context.json(await describeStudy(study, store), 200, { etag: entityTag(study) });
  });

  app.patch("/studies/:id", async (context) => {
    const tags = ifMatch(context);
    const patch = readPatch(await readBody(context, MERGE_PATCH));
    const { id, ...seen } = await findStudy(context.req.param("id"), ports);
    if (tags !== null && !tags.includes(entityTag(seen))) throw preconditionFailed();
    const study = await patchStudy(id, patch, tags === null ? null : seen.amendments, ports.tuner);
    if (study === null) throw preconditionFailed();
    return context.json(await describeStudy(study, store), 200, { etag: entityTag(study) });
  });

  app.get("/studies/:id/file", async (context) => {
    const study = await findStudy(context.req.param("id"), ports);
    return context.json(toFile(study.spec), 200, { etag: entityTag(study) });
  });

  app.delete("/studies/:id", async (context) => {
    const id = context.req.param("id");
    if (!(await store.deleteStudy(id))) throw noStudy(id);
    return context.body(null, 204);
  });

  app.get("/studies/:id/events", async (context) => {
    const { limit, next } = readQuery(pageQuery, context);
    const { id } = await findStudy(context.req.param("id"), ports);
    const page = await store.readEvents(id, { limit, ...(next === undefined ? {} : { after: next }) });
    return context.json({ events: page.items.map(eventView), next: page.next });
  });

  app.get("/studies/:id/trials", async (context) => {
    const { limit, next } = readQuery(pageQuery, context);
    const study = await findStudy(context.req.param("id"), ports);
    const from = next === undefined ? 1 : trialNumber(next);
    const to = Math.min(from + limit - 1, study.created);
    const trials = from > to ? [] : await store.readTrials(study.id, { from, to });
    return context.json({
      trials: trials.map(trialViewIn(study.spec.space)),
      next: to < study.created && from <= to ? `${to + 1}` : null,
    });
  });
}

/**
 * 1. The body is a study file, its runner a registered one.
 * 2. The study is created; the same Idempotency-Key again finds the first one.
 * 3. It is started, unless `?start=false` or it was before. A crash in between is mended by the same request again.
 */
async function postStudy(context: Context, ports: ApiPorts): Promise<Response> {
  const { start } = readQuery(startQuery, context);
  const value = idempotencyKey(context);
  const spec = parseStudy(await readBody(context), { runner: "registered" });
  const key = value === null ? undefined : { value, hash: ports.fingerprint(JSON.stringify([start, spec])) };
  const study = await createOnce(spec, ports, key);
  const execution =
    start && study.generation === 0 ? await startStudy(study, ports.launcher, ports.tuner) : study.execution;
  const view = await describeStudy((await ports.tuner.store.getStudy(study.id)) ?? study, ports.tuner.store);
  const executionArn = execution?.startsWith("arn:") ? { executionArn: execution } : {};
  return context.json({ ...view, ...executionArn }, 201, { location: `/studies/${study.id}` });
}

/** Without the Pareto set, for which all trials of each study would be read. */
function listed(study: Study): object {
  const { optimal: _, ...view } = studyView(study);
  return view;
}

async function findStudy(id: string, ports: ApiPorts): Promise<Study> {
  const study = await ports.tuner.store.getStudy(id);
  if (study === null) throw noStudy(id);
  return study;
}

function noStudy(id: string): PegboxError {
  return new PegboxError("NOT_FOUND", `expected a study, there is none with the id "${id}"`);
}

function trialNumber(token: string): number {
  if (/^[1-9][0-9]{0,15}$/.test(token)) return Number(token);
  const issue = { path: "query.next", expected: "the `next` of an earlier answer", got: token };
  throw new PegboxError("INVALID_INPUT", "the query is not valid", { issues: [issue] });
}
