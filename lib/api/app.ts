import { Hono } from "hono";
import { PegboxError } from "../errors/pegbox-error.ts";
import { checkBody, methodNotAllowed } from "./guards.ts";
import { openApiDocument } from "./openapi.ts";
import type { ApiPorts } from "./ports.ts";
import { problem } from "./problem.ts";
import { studyRoutes } from "./routes/studies.ts";
import { sweepRoutes } from "./routes/sweeps.ts";

/**
 * The HTTP API: the same app behind API Gateway and in `pegbox serve`. A client's mistake is a 4xx problem document with
 * every issue; a 500 is a defect of ours, and says nothing of the inside.
 *
 * @param onDefect is told of what became a 500.
 */
export function createApp(ports: ApiPorts, onDefect: (error: unknown) => void): Hono {
  const app = new Hono();
  app.use(checkBody);
  app.get("/openapi.json", (context) => context.json(openApiDocument()));
  studyRoutes(app, ports);
  sweepRoutes(app, ports);
  app.notFound((context) => {
    const refused = methodNotAllowed(context, app.routes);
    return refused ?? problem(context, new PegboxError("NOT_FOUND", `there is no ${context.req.path}`));
  });
  app.onError((error, context) => {
    if (error instanceof PegboxError && error.code !== "INTERNAL") return problem(context, error);
    onDefect(error);
    return problem(context, new PegboxError("INTERNAL", "the request could not be served"));
  });
  return app;
}
