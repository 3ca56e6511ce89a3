import { describe, expect, it } from "vitest";
import { RESULT_LIMIT_BYTES } from "../../../lib/study/trial-contract.ts";
import { failed } from "../../../local/runners/outcome.ts";
import { readResultText } from "../../../local/runners/result-text.ts";

const filled = (bytes: number): string => {
  const frame = JSON.stringify({ metrics: { error: 1 }, artifacts: { log: "" } });
  return JSON.stringify({ metrics: { error: 1 }, artifacts: { log: "x".repeat(bytes - frame.length) } });
};

describe("the result as text", () => {
  it("is the object it says", () => {
    expect(readResultText('{"metrics":{"error":0.03},"later":1}', "x")).toEqual({ metrics: { error: 0.03 }, later: 1 });
  });

  it.each(["NaN", "Infinity", "-Infinity"])("reads %s as Python writes it", (word) => {
    expect(readResultText(`{"metrics": {"error": ${word}}}`, "x")).toEqual({ metrics: { error: null } });
  });

  it("is kept up to the limit, and refused a byte beyond", () => {
    expect(readResultText(filled(RESULT_LIMIT_BYTES), "x")).toHaveProperty("metrics");
    expect(readResultText(filled(RESULT_LIMIT_BYTES + 1), "x").error).toEqual({
      type: "RESULT_TOO_LARGE",
      message: expect.stringMatching(/32769 bytes; at most 32768 .*`artifacts`/),
      retryable: false,
    });
  });

  it("is measured as compact JSON, however it was written", () => {
    const loose = JSON.stringify(JSON.parse(filled(RESULT_LIMIT_BYTES)), null, 9_000);
    expect(Buffer.byteLength(loose)).toBeGreaterThan(RESULT_LIMIT_BYTES);
    expect(readResultText(loose, "x")).toHaveProperty("metrics");
    const looser = `${filled(100)}${" ".repeat(2 * RESULT_LIMIT_BYTES)}`;
    expect(readResultText(looser, "x").error?.type).toBe("RESULT_TOO_LARGE");
  });

  it("is measured in bytes, not in characters", () => {
    expect(readResultText(JSON.stringify({ artifacts: { log: "é".repeat(20_000) } }), "x").error?.type).toBe(
      "RESULT_TOO_LARGE",
    );
  });

  it.each([
    ["Segmentation fault", "is not JSON"],
    ["", "got nothing"],
    ["0.03", "is not an object"],
    ["[1]", "is not an object"],
    ["null", "is not an object"],
  ])("is no result: %j", (text, why) => {
    const { error } = readResultText(text, "the response");
    expect(error?.type).toBe("RESULT_INVALID");
    expect(error?.message).toContain(why);
  });

  it("quotes the end of a long text", () => {
    const { error } = readResultText(`${"x".repeat(1_000)} the end`, "x");
    expect(error?.message).toContain("…xxx");
    expect(error?.message.endsWith("the end")).toBe(true);
  });
});

it("shortens a long message in the middle", () => {
  const message = failed("EXIT", `begin ${"x".repeat(100_000)} end`).error?.message ?? "";
  expect(message).toMatch(/^begin x+\n…\nx+ end$/);
  expect(message.length).toBeLessThan(5_000);
});
