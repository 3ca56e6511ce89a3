import { createHmac, timingSafeEqual } from "node:crypto";

/** Bytes of a key: as many as SHA-256 puts out, for a longer one is no stronger. */
export const KEY_BYTES = 32;

/** Marks texts with a key: HMAC-SHA256, in base64url. */
export function hmacSeal(key: Uint8Array): {
  readonly sign: (text: string) => string;
  readonly matches: (text: string, signature: string) => boolean;
} {
  const digest = (text: string): Buffer => createHmac("sha256", key).update(text).digest();
  return {
    sign: (text) => digest(text).toString("base64url"),
    matches(text, signature) {
      const given = Buffer.from(signature, "base64url");
      const right = digest(text);
      return given.length === right.length && timingSafeEqual(given, right);
    },
  };
}
