import type { Hono } from "hono";
import { PegboxError } from "../../errors/pegbox-error.ts";
import type { Sweep } from "../../store/study-store.ts";
import { isoTime } from "../../study/iso-time.ts";
import type { Scheduler } from "../../tuner/ports.ts";
import { deleteSweep, putSweep } from "../../tuner/sweeps.ts";
import { readBody } from "../body.ts";
import type { ApiPorts } from "../ports.ts";
import { readSweep } from "../sweep-body.ts";

export function sweepRoutes(app: Hono, ports: ApiPorts): void {
  const scheduler = (): Scheduler => {
    if (ports.scheduler !== null) return ports.scheduler;
    throw new PegboxError("UNAVAILABLE", "sweeps need a deployed stack: nothing fires on a schedule here");
  };

  app.put("/sweeps/:name", async (context) => {
    const sweep = { name: context.req.param("name"), ...readSweep(await readBody(context)) };
    return context.json(view(await putSweep(sweep, ports.tuner, scheduler())));
  });

  app.get("/sweeps/:name", async (context) => {
    const name = context.req.param("name");
    const sweep = await ports.tuner.store.getSweep(name);
    if (sweep === null) throw new PegboxError("NOT_FOUND", `expected a sweep, there is none named "${name}"`);
    return context.json(view(sweep));
  });

  app.delete("/sweeps/:name", async (context) => {
    await deleteSweep(context.req.param("name"), ports.tuner, scheduler());
    return context.body(null, 204);
  });
}

const view = ({ name, schedule, overlap, updatedAt }: Sweep): object => ({
  ...{ name, schedule, overlap },
  updatedAt: isoTime(updatedAt),
});
