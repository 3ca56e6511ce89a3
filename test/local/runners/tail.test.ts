import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Tail } from "../../../local/runners/tail.ts";

describe("Tail", () => {
  it("keeps the last bytes, however they came", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), fc.integer({ min: 1, max: 30 }), (chunks, limit) => {
        const ascii = chunks.map((chunk) => Buffer.from(chunk.map((byte) => 97 + (byte % 26))));
        const tail = new Tail(limit);
        for (const chunk of ascii) tail.push(chunk);
        const whole = Buffer.concat(ascii).toString();
        expect(tail.text()).toBe(whole.slice(-limit));
        expect(tail.cut).toBe(whole.length > limit);
      }),
    );
  });

  it("never shows a part of a character", () => {
    for (let limit = 1; limit <= 12; limit += 1) {
      const tail = new Tail(limit);
      tail.push(Buffer.from("aé€😀z"));
      expect(tail.text()).not.toContain("\ufffd");
      expect("aé€😀z".endsWith(tail.text())).toBe(true);
    }
  });

  it("is empty at first", () => {
    expect(new Tail(8).text()).toBe("");
  });
});
