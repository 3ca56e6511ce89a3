import { createHash, createHmac } from "node:crypto";

/** A request as the wire has it. */
export interface Received {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/**
 * The Signature Version 4 that a request should bear, made anew from what it says of itself (date, scope, signed headers) and
 * the secret: by the steps of the AWS General Reference, "Signature Version 4 signing process", and nothing of the SDK.
 */
export function referenceSignature({ method, target, headers, body }: Received, secret: string): string {
  const { scope, signedHeaders } = claimsOf(headers);
  const [path = "", query = ""] = target.split("?");
  const canonical = [
    method,
    // all services but S3 encode each part of the path once more
    path.split("/").map(encoded).join("/"),
    query
      .split("&")
      .filter((pair) => pair !== "")
      .map((pair) => pair.split("=").map((part) => encoded(decodeURIComponent(part.replaceAll("+", " ")))))
      // by name, then by value: as one text "a-=" would come before "a="
      .sort(([a = "", x = ""], [b = "", y = ""]) => compared(a, b) || compared(x, y))
      .map(([key, value = ""]) => `${key}=${value}`)
      .join("&"),
    ...signedHeaders.map((name) => `${name}:${String(headers[name]).trim().replace(/ +/g, " ")}`),
    "",
    signedHeaders.join(";"),
    sha256(body),
  ].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, sha256(canonical)].join("\n");
  const key = scope.split("/").reduce<string | Buffer>((one, part) => hmac(one, part), `AWS4${secret}`);
  return hmac(key, toSign).toString("hex");
}

/** What the Authorization header says. */
export function claimsOf(headers: Received["headers"]): {
  readonly keyId: string;
  readonly scope: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
} {
  const pattern = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]{64})$/;
  const [, keyId = "", scope = "", names = "", signature = ""] = pattern.exec(String(headers["authorization"])) ?? [];
  return { keyId, scope, signedHeaders: names.split(";"), signature };
}

/** RFC 3986: nothing but unreserved characters stays. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
const compared = (a: string, b: string): number => Number(a > b) - Number(a < b);
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();
