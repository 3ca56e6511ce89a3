import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bearer, type Outgoing, signed } from "../../remote/sign.ts";
import { claimsOf, referenceSignature } from "./reference-signature.ts";

const SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const AT = Date.UTC(2015, 7, 30, 12, 36, 0);

const sign = (request: Outgoing, sessionToken?: string) =>
  signed({
    region: "us-east-1",
    credentials: async () => ({
      accessKeyId: "AKIDEXAMPLE",
      secretAccessKey: SECRET,
      ...(sessionToken === undefined ? {} : { sessionToken }),
    }),
    now: () => AT,
  })(request);

describe("the reference", () => {
  it.each([
    ["get-vanilla", "/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"],
    [
      "get-vanilla-query-order-key-case",
      "/?Param2=value2&Param1=value1",
      "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    ],
  ])("gives the signature of %s of the test suite of AWS", (_, target, signature) => {
    const scope = "20150830/us-east-1/service/aws4_request";
    const authorization = `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}`;
    const headers = { host: "example.amazonaws.com", "x-amz-date": "20150830T123600Z", authorization };
    expect(referenceSignature({ method: "GET", target, headers, body: "" }, SECRET)).toBe(signature);
  });
});

describe("a signed request", () => {
  it("bears the reference signature, whatever its path, query and body", async () => {
    const parts = fc.array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }), { maxLength: 3 });
    const query = fc.dictionary(fc.string({ minLength: 1, maxLength: 5 }), fc.string({ maxLength: 8 }), { maxKeys: 3 });
    await fc.assert(
      fc.asyncProperty(parts, query, fc.string({ unit: "grapheme" }), async (path, pairs, body) => {
        const url = new URL("https://abc.execute-api.us-east-1.amazonaws.com");
        url.pathname = path.map((part) => `/s${encodeURIComponent(part)}`).join("");
        url.search = new URLSearchParams(pairs).toString();
        const headers = await sign({ method: "POST", url, headers: { "content-type": "application/json" }, body });
        const { keyId, scope, signedHeaders, signature } = claimsOf(headers);
        expect([keyId, scope]).toEqual(["AKIDEXAMPLE", "20150830/us-east-1/execute-api/aws4_request"]);
        expect(signedHeaders).toEqual(expect.arrayContaining(["content-type", "host", "x-amz-date"]));
        const target = `${url.pathname}${url.search}`;
        expect(signature).toBe(referenceSignature({ method: "POST", target, headers, body }, SECRET));
      }),
      { numRuns: 50 },
    );
  });

  it("sorts its query by name, one that another begins with before it", async () => {
    const url = new URL("https://abc.execute-api.us-east-1.amazonaws.com/studies?a-=1&a=2&a!=3");
    const headers = await sign({ method: "GET", url, headers: {}, body: "" });
    const target = `${url.pathname}${url.search}`;
    expect(claimsOf(headers).signature).toBe(referenceSignature({ method: "GET", target, headers, body: "" }, SECRET));
  });

  it("of a session says which", async () => {
    const url = new URL("https://abc.execute-api.us-east-1.amazonaws.com/studies");
    const headers = await sign({ method: "GET", url, headers: {}, body: "" }, "session");
    expect(headers["x-amz-security-token"]).toBe("session");
    expect(claimsOf(headers).signedHeaders).toContain("x-amz-security-token");
  });
});

it("a bearer's request bears its token beside what it had", async () => {
  const url = new URL("http://elsewhere:8377/studies");
  expect(await bearer("t0ken")({ method: "GET", url, headers: { accept: "x" }, body: "" })).toEqual({
    accept: "x",
    authorization: "Bearer t0ken",
  });
});
