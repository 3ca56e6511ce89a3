import type { Context, Hono } from "hono";
import { PegboxError } from "../../errors/pegbox-error.ts";
import { studyId } from "../../study/ids.ts";
import type { Study } from "../../study/records.ts";
import { parseStudy } from "../../study/study-file.ts";
import { studyView, trialView } from "../../study/views.ts";
import { createStudy, startStudy } from "../../tuner/create-study.ts";
import { describeStudy } from "../../tuner/describe.ts";
import { readBody } from "../body.ts";
import { pageQuery, readQuery } from "../page.ts";
import type { ApiPorts } from "../ports.ts";
import { createQuery, idempotencyKey } from "../requests.ts";

export function studyRoutes(app: Hono, ports: ApiPorts): void {
  const { store } = ports.tuner;

  app.post("/studies", (context) => postStudy(context, ports));

  app.get("/studies", async (context) => {
    const { limit, next } = readQuery(pageQuery, context.req.query());
    const page = await store.listStudies({ limit, ...(next === undefined ? {} : { after: next }) });
    return context.json({ studies: page.items.map((study) => studyView(study)), next: page.next });
  });

  app.get("/studies/:id", async (context) => {
    return context.json(await describeStudy(await findStudy(context.req.param("id"), ports), store));
  });

  app.get("/studies/:id/trials", async (context) => {
    const { limit, next } = readQuery(pageQuery, context.req.query());
    const study = await findStudy(context.req.param("id"), ports);
    const from = next === undefined ? 1 : trialNumber(next);
    const trials = await store.readTrials(study.id, { from, to: Math.min(from + limit - 1, study.created) });
    const more = from + limit <= study.created;
    return context.json({ trials: trials.map(trialView), next: more ? String(from + limit) : null });
  });
}

/**
 * 1. The body is a study file, its runner a registered one.
 * 2. The study is created; the same Idempotency-Key again finds the first one.
 * 3. It is started, unless `?start=false` or it was before. A crash in between is mended by the same request again.
 */
async function postStudy(context: Context, ports: ApiPorts): Promise<Response> {
  const { start } = readQuery(createQuery, context.req.query());
  const body = await readBody(context);
  const spec = parseStudy(body, { runner: "registered" });
  const value = idempotencyKey(context);
  const key = value === null ? undefined : { value, hash: ports.fingerprint(JSON.stringify([start, spec])) };
  const { study } = await createStudy(studyId(spec.name, ports.newToken()), spec, ports.tuner, key);
  const executionArn = start && study.generation === 0 ? await startStudy(study, ports.launcher) : study.execution;
  const view = studyView((await ports.tuner.store.getStudy(study.id)) ?? study);
  const execution = executionArn?.startsWith("arn:") ? { executionArn } : {};
  return context.json({ ...view, ...execution }, 201, { location: `/studies/${study.id}` });
}

async function findStudy(id: string, ports: ApiPorts): Promise<Study> {
  const study = await ports.tuner.store.getStudy(id);
  if (study === null) throw new PegboxError("NOT_FOUND", `expected a study, there is none with the id "${id}"`);
  return study;
}

function trialNumber(token: string): number {
  const number = Number(token);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  const issue = { path: "query.next", expected: "the `next` of an earlier answer", got: token };
  throw new PegboxError("INVALID_INPUT", "the query is not valid", { issues: [issue] });
}
