import type { Context, Hono } from "hono";
import { PegboxError } from "../../errors/pegbox-error.ts";
import { isoTime } from "../../study/iso-time.ts";
import { optimalTrials } from "../../study/pareto.ts";
import type { Trial } from "../../study/records.ts";
import { trialRequest } from "../../study/trial-request.ts";
import { measuredTrialView, trialView, trialViewIn } from "../../study/views.ts";
import { enqueueTrial, importTrial } from "../../tuner/add-trial.ts";
import { findStudy, findTrial } from "../../tuner/workers/find.ts";
import { heartbeat } from "../../tuner/workers/heartbeat.ts";
import { attemptOfLease, measure } from "../../tuner/workers/measure.ts";
import { stopTrial } from "../../tuner/workers/stop-trial.ts";
import { suggest } from "../../tuner/workers/suggest.ts";
import { tell } from "../../tuner/workers/tell.ts";
import { hasBody, readBody, readResultBody } from "../body.ts";
import { readShape } from "../body-issues.ts";
import { idempotencyKey } from "../idempotency-key.ts";
import type { ApiPorts } from "../ports.ts";
import {
  addedTrialSchema,
  askingSchema,
  beatSchema,
  completionSchema,
  failureSchema,
  measurementSchema,
  trialStopSchema,
} from "../worker-bodies.ts";

/** Seconds after which a worker that was given nothing may ask again: short beside a trial, long beside a request. */
const RETRY_SECONDS = 2;

/** What workers of a person's own ask and tell, and what people ask of single trials. */
export function trialRoutes(app: Hono, ports: ApiPorts): void {
  const { tuner } = ports;
  const path = "/studies/:id/trials/:n";

  app.post("/studies/:id/suggest", async (context) => {
    const asking = readShape(askingSchema, await readBody(context), "the body");
    const id = context.req.param("id");
    const { trials, exhausted } = await suggest(id, asking, tuner, ports.refills);
    const study = await findStudy(id, tuner);
    if (trials.length === 0 && !exhausted) context.header("retry-after", `${RETRY_SECONDS}`);
    const view = (trial: Trial): object => ({
      ...trialView(trial),
      lease: trial.lease,
      leaseUntil: isoTime(trial.leaseUntil ?? 0),
      request: trialRequest(study, trial, null),
    });
    return context.json({ trials: trials.map(view), ...(exhausted && trials.length === 0 ? { exhausted } : {}) });
  });

  app.post("/studies/:id/trials", (context) => postTrial(context, ports));

  app.get(path, async (context) => {
    const study = await findStudy(context.req.param("id"), tuner);
    const trial = await findTrial(study, numberOf(context), tuner);
    const measurements = await tuner.store.readMeasurements(study.id, trial.number);
    return context.json(measuredTrialView(trialViewIn(study.spec.space)(trial), measurements));
  });

  app.post(`${path}/measure`, async (context) => {
    const { lease, ...measured } = readShape(measurementSchema, await readResultBody(context), "the body");
    const number = numberOf(context);
    return context.json(await measure(idOf(context), number, attemptOfLease(number, lease), measured, tuner));
  });

  app.post(`${path}/complete`, async (context) => {
    const { lease, ...result } = readShape(completionSchema, await readResultBody(context), "the body");
    return context.json(trialView(await tell(idOf(context), numberOf(context), { lease, result }, tuner)));
  });

  app.post(`${path}/fail`, async (context) => {
    const { lease, ...result } = readShape(failureSchema, await readBody(context), "the body");
    return context.json(trialView(await tell(idOf(context), numberOf(context), { lease, result }, tuner)));
  });

  app.post(`${path}/heartbeat`, async (context) => {
    const beat = readShape(beatSchema, await readBody(context), "the body");
    const { leaseUntil, stop } = await heartbeat(idOf(context), numberOf(context), beat, tuner);
    return context.json({ leaseUntil: isoTime(leaseUntil), stop });
  });

  app.post(`${path}/stop`, async (context) => {
    const { lease = null } = readShape(trialStopSchema, hasBody(context) ? await readBody(context) : {}, "the body");
    return context.json(trialView(await stopTrial(idOf(context), numberOf(context), lease, tuner)));
  });

  app.get("/studies/:id/optimal-trials", async (context) => {
    const study = await findStudy(context.req.param("id"), tuner);
    return context.json({ trials: (await optimalOf(study, tuner)).map(trialViewIn(study.spec.space)) });
  });
}

async function postTrial(context: Context, ports: ApiPorts): Promise<Response> {
  const id = idOf(context);
  const value = idempotencyKey(context);
  const { parameters, ...result } = readShape(addedTrialSchema, await readResultBody(context), "the trial");
  const hash = ports.fingerprint(JSON.stringify([id, parameters, result]));
  const key = value === null ? undefined : { value, hash };
  const trial =
    result.metrics === undefined
      ? await enqueueTrial(id, parameters, ports.tuner, key)
      : await importTrial(id, parameters, result, ports.tuner, key);
  return context.json(trialView(trial), 201, { location: `/studies/${id}/trials/${trial.number}` });
}

/** With one objective the best trial; with several all that no other dominates, for which all trials are read. */
async function optimalOf(
  { id, spec, best, created }: Awaited<ReturnType<typeof findStudy>>,
  { store }: ApiPorts["tuner"],
): Promise<readonly Trial[]> {
  if (spec.metrics.length > 1) {
    return created === 0 ? [] : optimalTrials(await store.readTrials(id, { from: 1, to: created }), spec.metrics);
  }
  const trial = best === null ? null : await store.getTrial(id, best.trial);
  return trial === null ? [] : [trial];
}

const idOf = (context: Context): string => context.req.param("id") ?? "";

/** @throws {PegboxError} `NOT_FOUND` for what no trial is numbered by. */
function numberOf(context: Context): number {
  const text = context.req.param("n") ?? "";
  if (/^[1-9][0-9]{0,7}$/.test(text)) return Number(text);
  throw new PegboxError("NOT_FOUND", `expected the number of a trial, got "${text}"`);
}
