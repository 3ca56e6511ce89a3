import type { Context, Hono } from "hono";
import type { Study } from "../../study/records.ts";
import { describeStudy } from "../../tuner/describe.ts";
import { extendStudy, pauseStudy, resumeStudy, stopStudy } from "../../tuner/lifecycle/lifecycle.ts";
import { hasBody, readBody } from "../body.ts";
import { readExtension, readStop } from "../lifecycle-bodies.ts";
import type { ApiPorts } from "../ports.ts";

/** What people ask of a study that exists. Each is a wish: 202, and the study as it stands. */
export function lifecycleRoutes(app: Hono, { tuner, launcher }: ApiPorts): void {
  const wish = (action: string, grant: (id: string, context: Context) => Promise<Study>): void => {
    app.post(`/studies/:id/${action}`, async (context) => {
      const study = await grant(context.req.param("id"), context);
      return context.json(await describeStudy(study, tuner.store), 202);
    });
  };

  wish("pause", (id) => pauseStudy(id, tuner));
  wish("resume", (id) => resumeStudy(id, tuner, launcher));
  wish("stop", async (id, context) => {
    const { now } = readStop(hasBody(context) ? await readBody(context) : {});
    return stopStudy(id, now, tuner, launcher);
  });
  wish("extend", async (id, context) => extendStudy(id, readExtension(await readBody(context)), tuner, launcher));
}
