import { Hono, type MiddlewareHandler } from "hono";
import { PegboxError } from "../errors/pegbox-error.ts";
import { checkMethod } from "./methods.ts";
import { openApiDocument } from "./openapi.ts";
import type { ApiPorts } from "./ports.ts";
import { problem, Refusal, refusal } from "./problem.ts";
import { exportRoute } from "./routes/export.ts";
import { lifecycleRoutes } from "./routes/lifecycle.ts";
import { quoteRoute } from "./routes/quote.ts";
import { reportRoutes } from "./routes/report.ts";
import { studyRoutes } from "./routes/studies.ts";
import { sweepRoutes } from "./routes/sweeps.ts";
import { trialRoutes } from "./routes/trials.ts";

/**
 * The HTTP API: the same app behind API Gateway and in `pegbox serve`. A client's mistake is a 4xx problem document with
 * every issue; a 500 is a defect of ours, and says nothing of the inside.
 *
 * @param onDefect is told of what became a 500.
 * @param gates what every request passes first: who may ask at all.
 */
export function createApp(
  ports: ApiPorts,
  onDefect: (error: unknown) => void,
  ...gates: readonly MiddlewareHandler[]
): Hono {
  const app = new Hono();
  for (const gate of gates) app.use(gate);
  app.use(checkMethod(app));
  app.get("/openapi.json", (context) => context.json(openApiDocument()));
  studyRoutes(app, ports);
  lifecycleRoutes(app, ports);
  trialRoutes(app, ports);
  reportRoutes(app, ports);
  sweepRoutes(app, ports);
  exportRoute(app, ports);
  quoteRoute(app, ports);
  return answerErrors(app, onDefect);
}

/** Live measurements alone: what `pegbox run` serves to the trials that it runs. */
export function createReportApp(
  ports: Pick<ApiPorts, "tuner">,
  onDefect: (error: unknown) => void,
  ...gates: readonly MiddlewareHandler[]
): Hono {
  const app = new Hono();
  for (const gate of gates) app.use(gate);
  reportRoutes(app, ports);
  return answerErrors(app, onDefect);
}

function answerErrors(app: Hono, onDefect: (error: unknown) => void): Hono {
  app.notFound((context) => {
    const hint = "GET /openapi.json says what there is";
    return problem(context, new PegboxError("NOT_FOUND", `there is no ${context.req.path}`, { hint }));
  });
  app.onError((error, context) => {
    if (error instanceof Refusal) return refusal(context, error.status, error.title, error.message);
    if (error instanceof PegboxError && error.code !== "INTERNAL") return problem(context, error);
    onDefect(error);
    return problem(context, new PegboxError("INTERNAL", "the request could not be served"));
  });
  return app;
}
