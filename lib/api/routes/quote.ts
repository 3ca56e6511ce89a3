import type { Hono } from "hono";
import { parseStudy } from "../../study/study-file.ts";
import { resolveRunner } from "../../tuner/find-runner.ts";
import { quote } from "../../tuner/money/quote.ts";
import { readBody } from "../body.ts";
import type { ApiPorts } from "../ports.ts";

/** What a study would take and cost; nothing is stored. */
export function quoteRoute(app: Hono, { tuner }: ApiPorts): void {
  app.post("/quote", async (context) => {
    const spec = parseStudy(await readBody(context), { runner: "registered" });
    return context.json(quote(spec, resolveRunner(spec.runner, tuner.runners)));
  });
}
