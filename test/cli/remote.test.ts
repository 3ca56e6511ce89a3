import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Server } from "../../local/serve/serve.ts";
import { type Workshop, workshop } from "../local/serve/server.ts";
import { Folder } from "./pegbox.ts";

vi.hoisted(() => {
  delete process.env["FORCE_COLOR"];
  process.env["NO_COLOR"] = "1";
});

const TOKEN = "a token of the test".replaceAll(" ", "-");

/** Nobody's credentials, nobody's settings, and no service that answers. */
const NO_AWS = {
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  AWS_ACCESS_KEY_ID: "",
  AWS_SECRET_ACCESS_KEY: "",
  AWS_PROFILE: "",
  AWS_REGION: "",
  AWS_DEFAULT_REGION: "",
};

const study = (more = "", runner = "{ function: trial.mjs, lambda: noop }"): string => `
name: far
metrics: [{ name: error, goal: minimize }]
parameters: { x: { type: float, min: 0, max: 1 } }
strategy: random
trials: 4
${more}
runner: ${runner}
`;

let folder: Folder;
let shop: Workshop;
let server: Server;
/** Waits for the file `open` where it is the trial of a study that says so. */
const TRIAL = "if (request.fixed.gated) await gate(); return { metrics: { error: request.parameters.x } };";

beforeAll(async () => {
  folder = new Folder();
  shop = await workshop(TRIAL);
  server = await shop.serve({ token: TOKEN });
  folder.write("token", `${TOKEN}\n`);
  folder.write("wrong-token", "another-token-of-the-test");
  folder.write("short", "short");
  folder.write("far.yaml", study());
  folder.write("gated.yaml", study("fixed: { gated: true }\nparallel: 1").replace("far", "gated"));
  folder.write("here.yaml", study("", "{ function: trial.mjs }"));
  folder.write("unknown.yaml", study("", "{ lambda: nobody }"));
  folder.write("wrong.yaml", study("trails: 3\nseed: -1"));
});
afterAll(async () => {
  await shop.close();
  folder.remove();
});

const pegbox = (...args: readonly string[]) =>
  folder.run([...args, "--token-file", "token"], { env: { PEGBOX_URL: server.url } });
const document = async (...args: readonly string[]) => JSON.parse((await pegbox(...args, "--json")).stdout);
/** The same, of the state that the server has. */
const there = (...args: readonly string[]) => folder.run([...args, "--state", join(shop.folder, "state")]);

describe("a study on a server", () => {
  test("is started and watched to its winner, and looks as it does to who reads the server's state", async () => {
    const { code, stdout, stderr } = await pegbox("start", "far.yaml", "--watch");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^far-\w+ watched after \d trials?: 4 trials, 1 at a time, strategy random, seed 0$/m);
    expect(stdout).toContain("4 of 4 trials ended: 4 succeeded");
    expect(stdout).toMatch(/^best: trial \d, error=/m);
    expect(stdout).toMatch(/^look again {3}.* show far-\w+ --token-file token$/m);
    for (const args of [
      ["show", "far"],
      ["show", "far", "--json"],
      ["show", "far", "--events"],
      ["show", "far", "--events", "--json"],
      ["export", "far"],
      ["export", "far", "--format", "jsonl"],
      ["list", "--json"],
      ["watch", "far", "--json"],
    ]) {
      expect(await pegbox(...args), args.join(" ")).toEqual(await there(...args));
    }
  }, 60_000);

  test("is paused, extended, resumed, stopped and deleted from afar", async () => {
    const started = await pegbox("start", "gated.yaml");
    const id = /^gated-\w+/.exec(started.stdout)?.[0] ?? "";
    expect(started.stdout).toMatch(new RegExp(`^watch it {2}.* watch ${id} --token-file token$`, "m"));
    expect(await document("pause", id)).toMatchObject({ id, status: "PAUSING" });
    await writeFile(join(shop.folder, "open"), "");
    const paused = await pegbox("watch", id);
    expect([paused.code, paused.stdout]).toEqual([
      0,
      expect.stringMatching(`go on .* resume ${id} --token-file token`),
    ]);
    const extended = await pegbox("extend", id, "--trials", "6");
    expect(extended.stdout).toContain("of 6 trials");
    expect((await pegbox("resume", id)).code).toBe(0);
    expect(await document("watch", id)).toMatchObject({ status: "COMPLETED", trials: { succeeded: 6 } });
    const late = await pegbox("stop", id);
    expect([late.code, late.stderr]).toEqual([2, expect.stringContaining("has not ended")]);
    expect(await document("delete", id)).toEqual({ deleted: id });
    expect((await pegbox("show", id)).stderr).toContain(
      `expected a study with the id or name "${id}" at ${server.url}`,
    );
  }, 60_000);
});

describe.concurrent("a wrong call ends with what it means, and no stack", () => {
  const url = ["--url", "http://127.0.0.1:9"];
  const aws = "https://abc.execute-api.eu-west-1.amazonaws.com";
  test.each<[args: string[], code: number, reason: RegExp]>([
    [["start", "none.yaml", ...url], 2, /expected a study file at none\.yaml/],
    [["start", "wrong.yaml", ...url], 2, /wrong\.yaml: the study has 2 problems\ntrails .*\nseed /s],
    [["start", "here.yaml", ...url], 2, /no runner for AWS\nrunner\.lambda .*\n.*add `lambda: ID`/],
    [["start", "far.yaml", ...url], 1, /127\.0\.0\.1:9 does not answer: .*\nhint/],
    [["start", "far.yaml"], 2, /expected an AWS region to look for the stack in/],
    [["start", "far.yaml", "--state", "x"], 2, /unknown option '--state'/],
    [["list", "--url", "nowhere"], 2, /expected an http or https URL .* got "nowhere"/],
    [["list", "--url", aws], 2, /expected AWS credentials: .*\nhint/],
    [["list", "--url", aws, "--stack", "Pegbox"], 2, /cannot be used with option/],
    [["list", "--state", "x", "--stack", "Pegbox"], 2, /cannot be used with option/],
    [["list", "--token-file", "token"], 2, /expected --url or PEGBOX_URL beside --token-file/],
    [["list", ...url, "--token-file", "short"], 2, /at least 16 characters, got 5/],
    [["list", ...url, "--token-file", "none"], 2, /expected a token file at none/],
    [["watch", "none"], 2, /expected studies in \.pegbox/],
  ])("%j", async (args, code, reason) => {
    const ended = await folder.run(args, { env: { ...NO_AWS, PEGBOX_URL: "" } });
    expect(ended.stderr).toMatch(reason);
    expect(ended.stderr).not.toMatch(/^\s+at /m);
    expect([ended.code, ended.stdout]).toEqual([code, ""]);
  });

  test.each<[args: string[], code: string]>([
    [["start", "unknown.yaml", "--token-file", "token"], "RUNNER_MISSING"],
    [["list", "--token-file", "wrong-token"], "UNAUTHORIZED"],
    [["list"], "UNAUTHORIZED"],
    [["watch", "nobody", "--token-file", "token"], "NOT_FOUND"],
    [["show", "../../x", "--token-file", "token"], "NOT_FOUND"],
  ])("%j of a server", async (args, code) => {
    const ended = await folder.run([...args, "--json"], { env: { PEGBOX_URL: server.url } });
    expect([ended.code, JSON.parse(ended.stdout).error.code, ended.stderr]).toEqual([2, code, ""]);
  });
});

test("--state means this machine, whatever PEGBOX_URL says", async () => {
  const { code, stdout } = await folder.run(["list", "--state", "none"], { env: { PEGBOX_URL: "http://127.0.0.1:9" } });
  expect([code, stdout]).toEqual([0, expect.stringContaining("no studies in none yet")]);
});
