import { afterEach, describe, expect, it } from "vitest";
import { PegboxError } from "../../lib/errors/pegbox-error.ts";
import { type Ask, type Transport, transport } from "../../remote/transport.ts";
import { type FakeAnswer, type FakeApi, fakeApi, problem } from "./fake-api.ts";

let api: FakeApi;
afterEach(() => api.close());

const waits: number[] = [];
async function ask(answers: readonly (FakeAnswer | null)[], request: Partial<Ask> = {}): ReturnType<Transport> {
  api = await fakeApi((_, count) => answers[Math.min(count, answers.length) - 1] as FakeAnswer | null);
  waits.length = 0;
  const send = transport({
    url: new URL(`${api.url}/prod/`),
    authorize: async ({ headers }) => headers,
    sleep: async (milliseconds) => void waits.push(milliseconds),
    random: () => 0.5,
  });
  return send({ method: "GET", path: "/studies", ...request });
}

const good: FakeAnswer = { status: 200, body: { studies: [] } };
const busy: FakeAnswer = { status: 503, body: { message: "Service Unavailable" } };

describe("a request", () => {
  it("goes below the base URL, with its query and its body as JSON", async () => {
    const body = { trials: 4 };
    const answer = await ask([good], { method: "POST", path: "/studies/a%2Fb", query: { start: "false" }, body });
    expect(answer).toEqual({ status: 200, body: { studies: [] } });
    expect(api.received).toMatchObject([
      { method: "POST", target: "/prod/studies/a%2Fb?start=false", body: JSON.stringify(body) },
    ]);
    expect(api.received[0]?.headers["content-type"]).toBe("application/json");
  });

  it("is sent again where its answer was lost or the gateway was busy, waiting longer each time", async () => {
    const answer = await ask([null, busy, { status: 429, body: {} }, good], {
      method: "POST",
      headers: { "idempotency-key": "k" },
    });
    expect(answer).toMatchObject({ status: 200 });
    expect(waits).toEqual([250, 500, 1000]);
    expect(api.received.map(({ headers }) => headers["idempotency-key"])).toEqual(["k", "k", "k", "k"]);
  });

  it("without a body in its answer is answered null", async () => {
    expect(await ask([{ status: 204 }], { method: "DELETE" })).toMatchObject({ status: 204, body: null });
  });
});

describe("what is no success", () => {
  const issues = [{ path: "trials", expected: "at least 1", got: "0" }];
  it.each<[string, FakeAnswer | null, code: string, message: RegExp, tries: number]>([
    ["a problem", problem(422, "INVALID_STUDY", { issues }), "INVALID_STUDY", /^why$/, 1],
    ["a conflict", problem(409, "CONFLICT"), "CONFLICT", /^why$/, 1],
    ["a code of a later version", problem(422, "TOO_DEAR"), "INVALID_INPUT", /^why$/, 1],
    ["a defect", problem(500, "INTERNAL"), "INTERNAL", /^why$/, 1],
    ["a token that is not right", problem(401, "INVALID_INPUT"), "UNAUTHORIZED", /refuses the caller \(401\): why/, 1],
    [
      "a signature that is not right",
      { status: 403, body: { message: "Forbidden" } },
      "UNAUTHORIZED",
      /\(403\): Forbidden/,
      1,
    ],
    ["a gateway that stays busy", busy, "UNREACHABLE", /answers 503: Service Unavailable/, 4],
    ["a server that hangs up", null, "UNREACHABLE", /does not answer/, 4],
    ["a page", { status: 200, body: "<html>" }, "INVALID_INPUT", /expected the API of Pegbox .*got 200 text\/html/, 1],
    ["another API", { status: 404, body: { message: "Not Found" } }, "INVALID_INPUT", /got 404 application\/json/, 1],
    [
      "no JSON",
      { status: 200, headers: { "content-type": "application/json" }, body: "<" },
      "INVALID_INPUT",
      /expected the API/,
      1,
    ],
    ["a way elsewhere", { status: 301, headers: { location: "/x" } }, "INVALID_INPUT", /got 301/, 1],
  ])("%s", async (_, answer, code, message, tries) => {
    const error = await ask([answer]).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PegboxError);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(api.received).toHaveLength(tries);
    if (code === "INVALID_STUDY") expect(error).toMatchObject({ issues });
  });
});
