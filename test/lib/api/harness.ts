import type { Hono } from "hono";
import * as z from "zod";
import { openSqliteStore } from "../../../adapters/sqlite/store.ts";
import { createApp } from "../../../lib/api/app.ts";
import { openApiDocument } from "../../../lib/api/openapi.ts";
import { PegboxError } from "../../../lib/errors/pegbox-error.ts";
import type { StudyStore } from "../../../lib/store/study-store.ts";
import type { Reports } from "../../../lib/tuner/ports.ts";
import { inTheCall } from "../../../lib/tuner/workers/suggest.ts";
import type { WorkflowInput } from "../../../lib/workflow/messages.ts";

/** An instant; the clock of every harness stands here. */
export const NOON: number = Date.UTC(2026, 10, 23, 12);

// biome-ignore lint/suspicious/noExplicitAny: JSON whose shape the assertions themselves check
export type Json = any;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly type: string | null;
  readonly text: string;
  readonly body: Json;
}

export interface Harness {
  readonly app: Hono;
  readonly store: StudyStore;
  /** Names and inputs that the launcher was given. */
  readonly started: { readonly name: string; readonly input: WorkflowInput }[];
  /** What the scheduler was told. */
  readonly scheduled: (readonly unknown[])[];
  readonly defects: unknown[];
  /** Every answer is held against the OpenAPI document before it is handed on. */
  readonly ask: (method: string, path: string, request?: RequestInit) => Promise<Answer>;
  readonly send: (method: string, path: string, body: unknown, headers?: Record<string, string>) => Promise<Answer>;
}

export interface HarnessOptions {
  readonly sweeps?: boolean;
  /** What the launcher answers; an error is thrown. */
  readonly launch?: (name: string) => Promise<string | null>;
  readonly tokens?: readonly string[];
  /** Whether trials are heard while they run; their seal is no secret here. */
  readonly reports?: boolean;
}

/** Signs with a number, so that nothing else is right. */
export const REPORTS: Reports = {
  url: () => "http://pegbox/report",
  seal: { sign: (text) => `s${[...text].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) % 1e9, 7)}`, matches },
};

function matches(text: string, signature: string): boolean {
  return REPORTS.seal.sign(text) === signature;
}

/** The app over a store in memory; it knows the runner `digits`. */
export function harness(options: HarnessOptions = {}): Harness {
  const store = openSqliteStore({ memory: true });
  const started: { name: string; input: WorkflowInput }[] = [];
  const scheduled: (readonly unknown[])[] = [];
  const defects: unknown[] = [];
  let made = 0;
  const tuner = {
    store,
    now: () => NOON,
    observe: () => {},
    requestRefill: async () => {},
    ...(options.reports ? { reports: REPORTS } : {}),
    runners: {
      resolve: ({ lambda }: { readonly lambda?: string }) => {
        if (lambda !== "digits") throw new PegboxError("RUNNER_MISSING", `no runner "${lambda}"`, { hint: "digits" });
        return { kind: "lambda", target: "arn", timeoutSeconds: null, graceSeconds: 0 } as const;
      },
    },
  };
  const app = createApp(
    {
      tuner,
      launcher: {
        async start(name, input) {
          started.push({ name, input });
          return (await options.launch?.(name)) ?? null;
        },
      },
      refills: inTheCall,
      scheduler: options.sweeps
        ? {
            put: async (sweep) => void scheduled.push(["put", sweep.name, sweep.schedule]),
            delete: async (name) => void scheduled.push(["delete", name]),
          }
        : null,
      newToken: () => options.tokens?.[made++] ?? `t${made++}`,
      fingerprint: (text) => text,
    },
    (error) => defects.push(error),
  );
  const ask: Harness["ask"] = async (method, path, request = {}) => {
    const response = await app.request(path, { method, ...request });
    const text = await response.text();
    const type = response.headers.get("content-type");
    const answer = { status: response.status, headers: response.headers, type, text, body: parsed(text) };
    documented(method, path, answer);
    return answer;
  };
  const send: Harness["send"] = (method, path, body, headers = {}) =>
    ask(method, path, {
      headers: { "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  return { app, store, started, scheduled, defects, ask, send };
}

export function studyBody(changes: object = {}): Record<string, unknown> {
  return {
    name: "digits",
    metrics: [{ name: "error", goal: "minimize" }],
    parameters: { x: { type: "float", min: 0, max: 1 } },
    strategy: "random",
    trials: 3,
    runner: { lambda: "digits" },
    ...changes,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const document = openApiDocument() as Json;

/** Holds an answer against what the document says of its operation, status, media type and schema. */
function documented(method: string, path: string, { status, type, body, text }: Answer): void {
  const pattern = pathOf(path.replace(/\?.*/, ""));
  const operation = document.paths[pattern]?.[(method === "HEAD" ? "get" : method).toLowerCase()];
  if (operation === undefined) {
    matching(body, document.components.schemas.Problem);
    return;
  }
  const found = operation.responses[status];
  if (found === undefined) throw new Error(`${method} ${pattern} answers ${status}, which is not documented: ${text}`);
  const { content } = found.$ref === undefined ? found : document.components.responses.Problem;
  if (content === undefined || method === "HEAD") {
    if (text !== "") throw new Error(`${method} ${pattern} answers ${status} with a body`);
    return;
  }
  const media = content[type ?? ""];
  if (media === undefined) throw new Error(`${method} ${pattern} answers ${status} as ${type}`);
  matching(media.schema.type === "string" ? text : body, media.schema);
}

function pathOf(path: string): string {
  const parts = path.split("/");
  const same = (pattern: string): boolean => {
    const wanted = pattern.split("/");
    return wanted.length === parts.length && wanted.every((part, i) => part.startsWith("{") || part === parts[i]);
  };
  return Object.keys(document.paths).find(same) ?? path;
}

function matching(value: unknown, schema: object): void {
  z.fromJSONSchema(inlined(schema) as never).parse(value);
}

/** A schema without references: the answers do not refer to themselves. */
function inlined(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(inlined);
  if (typeof node !== "object" || node === null) return node;
  const { $ref } = node as { $ref?: string };
  if ($ref !== undefined) return inlined(document.components.schemas[$ref.split("/").at(-1) as string]);
  return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, inlined(child)]));
}
