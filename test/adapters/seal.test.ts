import { expect, it } from "vitest";
import { hmacSeal } from "../../adapters/seal.ts";

it("a seal is the HMAC-SHA256 of RFC 4231, test case 2", () => {
  const { sign, matches } = hmacSeal(Buffer.from("Jefe"));
  const text = "what do ya want for nothing?";
  const right = Buffer.from("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", "hex").toString(
    "base64url",
  );
  expect(sign(text)).toBe(right);
  expect([matches(text, right), matches(`${text} `, right), matches(text, right.slice(1)), matches(text, "")]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
