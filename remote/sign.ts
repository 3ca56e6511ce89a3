import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A request as it will be sent; `body` is empty where there is none. */
export interface Outgoing {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Adds to the headers of a request what proves who sends it. */
export type Authorize = (request: Outgoing) => Promise<Readonly<Record<string, string>>>;

/** `Authorization: Bearer`, as `pegbox serve --token-file` wants it. */
export function bearer(token: string): Authorize {
  return async ({ headers }) => ({ ...headers, authorization: `Bearer ${token}` });
}

/**
 * AWS Signature Version 4 for API Gateway (service `execute-api`).
 *
 * @param now milliseconds since 1970 UTC; AWS refuses what is more than five minutes off.
 */
export function signed(options: {
  readonly region: string;
  readonly credentials: () => Promise<Credentials>;
  readonly now: () => number;
}): Authorize {
  const signature = new SignatureV4({ ...options, service: "execute-api", sha256: Sha256 });
  return async ({ method, url, headers, body }) => {
    const request = {
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { ...headers, host: url.host },
      body,
    };
    const { headers: all } = await signature.sign(request, { signingDate: new Date(options.now()) });
    return all;
  };
}

/** SHA-256, or with a secret its HMAC, as the signer takes it. */
class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", bytes(secret));
  }

  update(chunk: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytes(chunk));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  /** Of the interface; a request has a signer's hash of its own each time. */
  reset(): void {}
}

function bytes(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === "string") return Buffer.from(data, "utf8");
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
