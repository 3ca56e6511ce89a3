import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Checkpoint, TrialResult } from "../../../lib/study/trial-contract.ts";
import { folder, request } from "./support.ts";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const PEGBOX = at("../../../python");
const WITH_BOTO3 = `${PEGBOX}:${at("boto3-stub")}`;
const python = spawnSync("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 8))"]);
const why = python.status === 0 ? "" : " (skipped: there is no Python 3.8 or newer)";

/** The bucket `files` of an S3 that is a folder. */
class Bucket {
  readonly path: string = folder();
  readonly env: Readonly<Record<string, string>> = { FAKE_S3: this.path, PYTHONPATH: WITH_BOTO3 };

  put(key: string, text: string): void {
    mkdirSync(dirname(this.#at(key)), { recursive: true });
    writeFileSync(this.#at(key), text);
  }

  read(key: string): unknown {
    return JSON.parse(readFileSync(this.#at(key), "utf8"));
  }

  #at(key: string): string {
    return join(this.path, "files", key);
  }
}

function environment(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...process.env, PYTHONPATH: PEGBOX, PYTHONDONTWRITEBYTECODE: "1", ...env };
}

function runs(script: string, env: Readonly<Record<string, string>>): { status: number | null; stderr: string } {
  return spawnSync("python3", ["-c", `import pegbox\n${script}`], { env: environment(env), encoding: "utf8" });
}

/** Runs a trial whose request and result are files, and gives the result. */
function onDisk(script: string, checkpoint?: Checkpoint): TrialResult {
  const place = folder();
  const env = { PEGBOX_REQUEST: join(place, "request.json"), PEGBOX_RESULT: join(place, "result.json") };
  writeFileSync(env.PEGBOX_REQUEST, JSON.stringify({ ...request(), ...(checkpoint && { checkpoint }) }));
  expect(runs(script, env)).toMatchObject({ status: 0, stderr: "" });
  return JSON.parse(readFileSync(env.PEGBOX_RESULT, "utf8"));
}

/** The same where they are on S3. */
function onS3(script: string, bucket: Bucket, checkpoint?: Checkpoint): TrialResult {
  const [asked, told] = ["jobs/gpu/s-1/request.json", "jobs/gpu/s-1/result.json"];
  bucket.put(asked, JSON.stringify({ ...request(), ...(checkpoint && { checkpoint }) }));
  const env = { ...bucket.env, PEGBOX_REQUEST: `s3://files/${asked}`, PEGBOX_RESULT: `s3://files/${told}` };
  expect(runs(script, env)).toMatchObject({ status: 0, stderr: "" });
  return bucket.read(told) as TrialResult;
}

/** Adds one to a counter that it saves; measures what it found. */
const COUNT = `
import os, tempfile
trial = pegbox.trial()
state = tempfile.mkdtemp()
file = os.path.join(state, "deep", "count")
found = int(open(file).read()) if trial.restore(state) else 0
os.makedirs(os.path.dirname(file), exist_ok=True)
open(file, "w").write(str(found + 1))
trial.save(state)
trial.finish(found=found)`;

const PLACES = `
trial = pegbox.trial()
trial.artifacts["places"] = "%s %s" % (trial.checkpoint["from"], trial.checkpoint["to"])
trial.finish(error=1)`;

describe.skipIf(python.status !== 0)(`pegbox.py in a job${why}`, () => {
  it("reads its request from S3 and writes its result there", () => {
    const script = 'trial = pegbox.trial()\ntrial.finish(error=trial["learningRate"], number=trial.number)';
    expect(onS3(script, new Bucket())).toEqual({ metrics: { error: 0.003, number: 12 } });
  });

  it("says what to install where boto3 is missing", () => {
    const script = 'import sys\nsys.modules["boto3"] = None\npegbox.trial()';
    const { status, stderr } = runs(script, { PEGBOX_REQUEST: "s3://files/request.json" });
    expect(status).toBe(1);
    expect(stderr).toContain("ImportError: the files of this trial are on S3: pip install boto3, in its image");
  });

  it("goes on from its own checkpoint when its machine was taken away, though its request is the same", () => {
    const bucket = new Bucket();
    const to = "s3://files/checkpoints/s-1/12/9";
    const from = "s3://files/checkpoints/s-1/12/3";
    const places = (): unknown => onS3(PLACES, bucket, { from, to }).artifacts?.["places"];
    bucket.put("checkpoints/s-1/12/90/model", "of another rung");
    expect(places()).toBe(`${from} ${to}`);
    bucket.put("checkpoints/s-1/12/9/model", "half trained");
    expect(places()).toBe(`${to} ${to}`);
  });
});

describe.skipIf(python.status !== 0)(`checkpoints of pegbox.py${why}`, () => {
  it("are restored as they were saved, on a disk", () => {
    const to = join(folder(), "12");
    mkdirSync(to);
    expect(onDisk(COUNT, { from: null, to })).toEqual({ metrics: { found: 0 } });
    expect(onDisk(COUNT, { from: to, to })).toEqual({ metrics: { found: 1 } });
    const above = join(folder(), "13");
    mkdirSync(above);
    expect(onDisk(COUNT, { from: to, to: above })).toEqual({ metrics: { found: 2 } });
    expect(readdirSync(dirname(to))).toEqual(["12"]);
    expect(readdirSync(to)).toEqual(["saved.tar"]);
  });

  it("are restored as they were saved, on S3", () => {
    const bucket = new Bucket();
    const to = "s3://files/checkpoints/s-1/12";
    for (const found of [0, 1, 2])
      expect(onS3(COUNT, bucket, { from: found < 2 ? null : to, to })).toEqual({ metrics: { found } });
    bucket.put("checkpoints/s-1/13/model", "saved by another program");
    const theirs = "s3://files/checkpoints/s-1/13";
    expect(onS3(COUNT, bucket, { from: theirs, to: theirs })).toEqual({ metrics: { found: 0 } });
  });

  it("stay as they were where a copy fails half way", () => {
    const to = join(folder(), "12");
    mkdirSync(to);
    onDisk(COUNT, { from: null, to });
    const script = `
import os, tarfile
def fails(self, *args, **options):
    self.fileobj.write(b"half")
    raise OSError("no space left")
trial = pegbox.trial()
add, tarfile.TarFile.add = tarfile.TarFile.add, fails
try:
    trial.save(".")
except OSError:
    tarfile.TarFile.add = add
trial.finish(error=1)`;
    expect(onDisk(script, { from: to, to })).toEqual({ metrics: { error: 1 } });
    expect(onDisk(COUNT, { from: to, to })).toEqual({ metrics: { found: 1 } });
  });

  it("are none where there is no place for them, and a program needs to know nothing of it", () => {
    expect(onDisk(COUNT)).toEqual({ metrics: { found: 0 } });
    expect(runs(`${COUNT}\nassert trial.checkpoint is None`, {})).toMatchObject({ status: 0, stderr: "" });
  });
});

describe.skipIf(python.status !== 0)(`a program of pegbox.py that is told to end${why}`, () => {
  const ended = (child: ChildProcess): Promise<[code: number | null, signal: string | null]> =>
    new Promise((resolve) => child.on("close", (...end) => resolve(end)));

  it.each(["SIGTERM", "SIGINT"] as const)("saves first, and dies of %s", async (signal) => {
    const place = folder();
    const script = `
import sys, time
trial = pegbox.trial()
trial.on_stop(lambda: open("saved", "a").write("once "))
print("ready", flush=True)
time.sleep(60)
open("went on", "w")`;
    const child = spawn("python3", ["-c", `import pegbox\n${script}`], {
      ...{ cwd: place, env: environment({}), stdio: ["ignore", "pipe", "ignore"] },
    });
    child.stdout?.once("data", () => {
      child.kill(signal);
      child.kill(signal);
    });
    expect(await ended(child)).toEqual([null, signal]);
    expect(readFileSync(join(place, "saved"), "utf8")).toBe("once ");
    expect(existsSync(join(place, "went on"))).toBe(false);
  });
});
