import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { connect } from "../../remote/connect.ts";
import { type FakeAnswer, type FakeApi, fakeApi } from "./fake-api.ts";

/** The keys of the AWS General Reference. */
const KEYS = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };

let cloud: FakeApi;
let answer: FakeAnswer | null;
beforeEach(async () => {
  cloud = await fakeApi(() => answer);
  const nowhere = { AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null" };
  const settings = {
    ...KEYS,
    ...nowhere,
    AWS_REGION: "eu-west-1",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_MAX_ATTEMPTS: "1",
    AWS_ENDPOINT_URL_CLOUDFORMATION: cloud.url,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  };
  vi.stubEnv("AWS_PROFILE", undefined);
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await cloud.close();
});

const xml = (status: number, body: string): FakeAnswer => ({ status, headers: { "content-type": "text/xml" }, body });
const stackWith = (outputs: string): FakeAnswer =>
  xml(
    200,
    `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>
     <StackName>Pegbox</StackName><Outputs>${outputs}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
  );
const refused = (code: string, message: string): FakeAnswer =>
  xml(
    400,
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
  );
const OUTPUT =
  "<member><OutputKey>ApiUrl</OutputKey><OutputValue>https://abc.execute-api.eu-west-1.amazonaws.com/</OutputValue></member>";

describe("the API of a stack", () => {
  it("is at its output ApiUrl", async () => {
    answer = stackWith(OUTPUT);
    const { url } = await connect({ stack: "Pegbox" }, { token: null });
    expect(url).toBe("https://abc.execute-api.eu-west-1.amazonaws.com");
    expect(cloud.received[0]?.body).toContain("StackName=Pegbox");
  });

  it.each<[string, FakeAnswer | null, code: string, message: RegExp]>([
    [
      "no stack",
      refused("ValidationError", "Stack with id Pegbox does not exist"),
      "NOT_FOUND",
      /"Pegbox" in eu-west-1: .* exist$/,
    ],
    ["a stack of something else", stackWith(""), "NOT_FOUND", /expected an output ApiUrl/],
    [
      "no right to look",
      refused("AccessDenied", "not authorized to perform"),
      "UNAUTHORIZED",
      /may not be looked at: not authorized/,
    ],
    ["no answer", null, "UNREACHABLE", /does not answer/],
  ])("%s", async (_, told, code, message) => {
    answer = told;
    await expect(connect({ stack: "Pegbox" }, { token: null })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it("takes a region", async () => {
    vi.stubEnv("AWS_REGION", undefined);
    const error = { code: "INVALID_INPUT", hint: expect.stringContaining("AWS_REGION") };
    await expect(connect({ stack: "Pegbox" }, { token: null })).rejects.toMatchObject(error);
  });

  it("takes credentials", async () => {
    for (const name of Object.keys(KEYS)) vi.stubEnv(name, undefined);
    const error = { code: "UNAUTHORIZED", hint: expect.stringContaining("aws sso login") };
    await expect(connect({ stack: "Pegbox" }, { token: null })).rejects.toMatchObject(error);
  });
});

describe("a URL", () => {
  it.each(["abc.execute-api.eu-west-1.amazonaws.com", "ftp://x", "https://x/?a=b", "https://me:secret@x"])(
    "%s is refused",
    async (url) => {
      await expect(connect({ url }, { token: null })).rejects.toMatchObject({ code: "INVALID_INPUT" });
    },
  );

  it("of no gateway takes a region that the caller has set, unless there is a token", async () => {
    vi.stubEnv("AWS_REGION", undefined);
    const url = "https://pegbox.example.org";
    await expect(connect({ url }, { token: null })).rejects.toMatchObject({ code: "INVALID_INPUT" });
    expect((await connect({ url: `${url}/` }, { token: "0123456789abcdef" })).url).toBe(url);
  });

  it("without credentials is refused when the first request is signed", async () => {
    for (const name of Object.keys(KEYS)) vi.stubEnv(name, undefined);
    const { send } = await connect({ url: "https://abc.execute-api.eu-west-1.amazonaws.com" }, { token: null });
    await expect(send({ method: "GET", path: "/studies" })).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  });

  it("of this machine needs neither", async () => {
    answer = { status: 200, body: { studies: [], next: null } };
    const { send } = await connect({ url: cloud.url }, { token: null });
    expect((await send({ method: "GET", path: "/studies" })).body).toEqual({ studies: [], next: null });
    expect(cloud.received[0]?.headers).not.toHaveProperty("authorization");
  });
});
