import { problemSchema } from "../lib/api/problem.ts";
import { type ErrorCode, PegboxError } from "../lib/errors/pegbox-error.ts";

/** As much of a foreign answer as a line bears. */
const EXCERPT_LENGTH = 200;

/** The codes that an API of Pegbox refuses with; what a later version adds is known by its status alone. */
const CODES: ReadonlySet<string> = new Set<ErrorCode>([
  "INVALID_STUDY",
  "INVALID_INPUT",
  "NOT_YET",
  "NOT_FOUND",
  "CONFLICT",
  "IDEMPOTENCY_CONFLICT",
  "RUNNER_NOT_ALLOWED",
  "RUNNER_MISSING",
  "SPACE_EMPTY",
  "UNAVAILABLE",
  "STATE_BUSY",
  "INTERNAL",
]);

/**
 * What an answer that is no success means: a problem document of the app itself with all it says, a refusal of the gate
 * before it, or somebody else's page.
 */
export function refusalOf(
  { status, type, text }: { readonly status: number; readonly type: string; readonly text: string },
  url: URL,
): PegboxError {
  const problem = type === "application/problem+json" ? problemSchema.safeParse(parsed(text)).data : undefined;
  if (status === 401 || status === 403) return notAllowed(status, problem?.detail ?? excerpt(text), url);
  if (problem !== undefined) {
    const unknown = status < 500 ? "INVALID_INPUT" : "INTERNAL";
    const code = CODES.has(problem.code) ? (problem.code as ErrorCode) : unknown;
    return new PegboxError(code, problem.detail, { issues: problem.issues });
  }
  if (status === 429 || status >= 500) {
    return new PegboxError("UNREACHABLE", `${url.origin} answers ${status}: ${excerpt(text)}`, {
      hint: "try again in a while; on AWS the logs of its Api function say more",
    });
  }
  const got = `${status} ${type}`.trim();
  return new PegboxError("INVALID_INPUT", `expected the API of Pegbox at ${url.href}, got ${got}`, {
    hint: "the URL is the first line that `pegbox serve` prints, or the output ApiUrl of the stack",
  });
}

function notAllowed(status: number, said: string, url: URL): PegboxError {
  return new PegboxError("UNAUTHORIZED", `${url.origin} refuses the caller (${status}): ${said}`, {
    hint:
      "on AWS the caller needs execute-api:Invoke on the API and a clock that is right, `aws sts get-caller-identity` " +
      "says who it is; a `pegbox serve` needs its token: --token-file",
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** API Gateway says why in `{ "message" }`. */
function excerpt(text: string): string {
  const { message } = (parsed(text) ?? {}) as { readonly message?: unknown };
  const said = typeof message === "string" ? message : text.replace(/\s+/g, " ").trim();
  return said === "" ? "nothing more" : said.slice(0, EXCERPT_LENGTH);
}
