import { spawn } from "node:child_process";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, test, vi } from "vitest";
import { byteLines } from "../../cli/lines.ts";

/** Node itself says on stderr that one of two settings of colours is ignored. */
vi.hoisted(() => {
  delete process.env["FORCE_COLOR"];
});

const BIN = join(import.meta.dirname, "../../bin/pegbox.js");

interface Ended {
  readonly code: number | null;
  readonly answers: readonly object[];
  readonly stderr: string;
}

function optimize(input: string | Buffer): Promise<Ended> {
  const child = spawn(process.execPath, [BIN, "optimize"]);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  return new Promise((resolve) => {
    child.on("close", (code) => {
      const answers = stdout.split("\n").slice(0, -1);
      resolve({ code, answers: answers.map((line) => JSON.parse(line) as object), stderr });
    });
  });
}

const STUDY = JSON.stringify({
  type: "study",
  name: "s1",
  space: [
    { name: "x", type: "float", low: 1e-5, high: 1, log: true },
    { name: "n", type: "int", low: 1, high: 9, step: 2 },
    { name: "c", type: "categorical", choices: ["a", "b"], condition: { param: "n", values: [1, 3] } },
  ],
  objectives: [{ name: "y", goal: "minimize" }],
  constraints: [{ name: "c1", op: "<=", threshold: 0 }],
  seed: 1,
  budget: 100,
  batch: 4,
  fidelity: { name: "epochs", type: "int", low: 1, high: 27 },
});
const TELL = JSON.stringify({
  type: "tell",
  results: [
    { id: "0", params: { x: 0.5, n: 3, c: "b" }, metrics: { y: 1.25, c1: -0.5 } },
    { id: "1", metrics: null },
  ],
});

describe.concurrent("pegbox optimize", () => {
  test("answers each line of the contract's example, and nothing after close", async () => {
    const best = '{"type":"best"}';
    const lines = [STUDY, best, '{"type":"ask","n":4}', TELL, best, '{"type":"close"}', best];
    const { code, answers, stderr } = await optimize(lines.join("\n"));
    expect([code, stderr]).toEqual([0, ""]);
    expect(answers).toEqual([
      { ok: true, mode: "suggest" },
      { params: null },
      { suggestions: ["0", "1", "2", "3"].map((id) => expect.objectContaining({ id })) },
      { ok: true },
      { params: { x: 0.5, n: 3, c: "b" } },
    ]);
  });

  test("goes on after lines that are wrong; blank lines, CRLF and a last line without its end are fine", async () => {
    const bytes = Buffer.concat([
      Buffer.from([0xff, 0xfe, 0x0a]),
      Buffer.from(`{"type":\r\n\r\n  \n[]\n{"type":"ask"}\n${STUDY}\r\n{"type":"ask"}`),
    ]);
    const { code, answers } = await optimize(bytes);
    expect(code).toBe(0);
    const refused = (error: string) => ({
      error: { code: error, message: expect.any(String), path: expect.any(String) },
    });
    expect(answers).toEqual([
      refused("INVALID_INPUT"),
      refused("INVALID_INPUT"),
      refused("INVALID_INPUT"),
      refused("CONFLICT"),
      { ok: true, mode: "suggest" },
      { suggestions: [expect.objectContaining({ id: "0" })] },
    ]);
  });

  test("the same lines give the same bytes; a megabyte in one line, thousands of lines at once", async () => {
    const long = STUDY.replace('"s1"', JSON.stringify("n".repeat(1_000_000)));
    const input = `${[long, ...Array<string>(2000).fill(TELL), '{"type":"ask","n":3}'].join("\n")}\n`;
    const [first, second] = await Promise.all([optimize(input), optimize(input)]);
    expect(first.answers).toHaveLength(2002);
    expect(second).toEqual(first);
  });

  test("ends quietly when nobody reads its answers", async () => {
    const child = spawn(process.execPath, [BIN, "optimize"]);
    let stderr = "";
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    child.stdout.destroy();
    child.stdin.on("error", () => {});
    child.stdin.write(`${STUDY}\n`.repeat(10));
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect([code, stderr]).toEqual([0, ""]);
  });
});

describe("lines of bytes", () => {
  const lines = async (...chunks: string[]): Promise<string[]> => {
    const found: string[] = [];
    for await (const line of byteLines(Readable.from(chunks.map((chunk) => Buffer.from(chunk))))) found.push(`${line}`);
    return found;
  };

  test.each<[chunks: string[], found: string[]]>([
    [[], []],
    [["a\nb\n"], ["a", "b"]],
    [
      ["a", "b", "c\r", "\nd"],
      ["abc", "d"],
    ],
    [["\n\n"], ["", ""]],
    [["a\u2028b\rc"], ["a\u2028b\rc"]],
  ])("%j is %j", async (chunks, found) => {
    expect(await lines(...chunks)).toEqual(found);
  });
});
