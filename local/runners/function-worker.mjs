/**
 * The worker thread of the `function` runner: imports the trial's module once, then runs one trial at a time.
 * Plain JavaScript, so that it starts from the sources and from the package alike, without a loader.
 *
 * In: `{ type: "run", request, live }`, `{ type: "heard", id, stop }`, `{ type: "stop" }`.
 * Out: `ready`, `unusable` (the module cannot be used), where somebody hears them (`live`) any number of `report`, and for each
 * trial one of `result` (JSON text), `tooLarge`, `failed`; `crashed` in place of any of them means that this thread is ending.
 */
import { parentPort, workerData } from "node:worker_threads";

const { module, resultLimit, outputTail, sourceMaps } = workerData;

/** Frames of a stack that a message shows: where it was thrown, and how it came there. */
const FRAMES = 3;

/** Measurements kept a trial; from then on every second one, every fourth, … */
const MEASUREMENTS = 256;

let output = "";
let current = new AbortController();
/** Reports that wait for an answer. */
const told = new Map();
let reports = 0;

/** What the trial prints would break the live table; its end is kept for a failure's message. */
function keepOutput(chunk, encoding, done) {
  const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
  output = (output + text).slice(-outputTail);
  const callback = typeof encoding === "function" ? encoding : done;
  if (callback) queueMicrotask(callback);
  return true;
}

function describe(thrown) {
  if (!(thrown instanceof Error)) return { type: "Error", message: `threw ${String(thrown)}`, output };
  const frames = String(thrown.stack)
    .split("\n")
    .filter((line) => /^\s+at /.test(line) && !line.includes("(node:") && !line.includes("function-worker.mjs"))
    .slice(0, FRAMES);
  return { type: thrown.name || "Error", message: [thrown.message, ...frames].join("\n"), output };
}

/** A bounded, evenly thinned record of what `report` was given. */
function recorder() {
  let kept = [];
  let stride = 1;
  let count = 0;
  return {
    add(step, metrics) {
      if (count++ % stride !== 0) return;
      kept.push({ step, metrics });
      if (kept.length < MEASUREMENTS) return;
      kept = everySecond(kept);
      stride *= 2;
    },
    /** As JSON, in at most `room` bytes. */
    text(room) {
      let text = JSON.stringify(kept);
      while (Buffer.byteLength(text) > room && kept.length > 0) {
        kept = kept.length === 1 ? [] : everySecond(kept);
        text = JSON.stringify(kept);
      }
      return kept.length === 0 ? "" : text;
    },
  };
}

function everySecond(list) {
  return list.filter((_, index) => index % 2 === 0);
}

function encode(value, measurements) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    const got =
      value === undefined ? "undefined" : Array.isArray(value) ? "an array" : value === null ? "null" : typeof value;
    const message = `returned ${got}; expected an object such as { metrics: { error: 0.03 } }`;
    return { type: "failed", error: { type: "RESULT_INVALID", message, output } };
  }
  let text;
  try {
    // Values that are not finite become null, as the contract has it.
    text = JSON.stringify(value);
  } catch (error) {
    return { type: "failed", error: { type: "RESULT_INVALID", message: `returned no JSON: ${error.message}`, output } };
  }
  const bytes = Buffer.byteLength(text);
  if (bytes > resultLimit) return { type: "tooLarge", bytes };
  if (value.measurements === undefined && text.startsWith("{") && text !== "{}") {
    const series = measurements.text(resultLimit - bytes - ',"measurements":'.length);
    if (series !== "") text = `${text.slice(0, -1)},"measurements":${series}}`;
  }
  return { type: "result", text };
}

function hear(step, metrics) {
  const id = ++reports;
  return new Promise((resolve) => {
    told.set(id, resolve);
    parentPort.postMessage({ type: "report", id, step, metrics });
  });
}

async function trial(run, request, live) {
  output = "";
  current = new AbortController();
  const measurements = recorder();
  const report = async (step, metrics) => {
    // A copy as JSON: the trial may reuse its object, and what cannot be written fails here, where the trial sees it.
    const copy = JSON.parse(JSON.stringify(metrics));
    if (live) return hear(Number(step), copy);
    measurements.add(step, copy);
    return { stop: false };
  };
  try {
    return encode(await run(request, { report, signal: current.signal }), measurements);
  } catch (thrown) {
    return { type: "failed", error: describe(thrown) };
  }
}

process.stdout.write = keepOutput;
process.stderr.write = keepOutput;
if (sourceMaps) process.setSourceMapsEnabled(true);
// A promise of the trial that nobody awaited fails here as well; what the thread still does is unknown, so it ends.
process.on("uncaughtException", (thrown) => {
  parentPort.postMessage({ type: "crashed", error: describe(thrown) });
  process.exit(1);
});

try {
  const run = (await import(module)).default;
  if (typeof run !== "function") {
    throw new TypeError(
      "expected `export default async (request, { report, signal }) => result`, got no default export that is a function",
    );
  }
  parentPort.on("message", async (message) => {
    if (message.type === "stop") current.abort();
    else if (message.type === "heard") {
      told.get(message.id)?.({ stop: message.stop });
      told.delete(message.id);
    } else parentPort.postMessage(await trial(run, message.request, message.live));
  });
  parentPort.postMessage({ type: "ready" });
} catch (error) {
  parentPort.postMessage({ type: "unusable", error: describe(error) });
}
