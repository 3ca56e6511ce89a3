import { readFile } from "node:fs/promises";
import { PegboxError } from "../lib/errors/pegbox-error.ts";

/** 16 characters of base 64 are 96 bits: more than can be guessed over a network. */
const SHORTEST = 16;

/**
 * The token of `--token-file`, without white space around it.
 *
 * @throws {PegboxError} `NOT_FOUND` where it cannot be read, `INVALID_INPUT` for one that is short, or no header could bear.
 */
export async function readToken(path: string): Promise<string> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new PegboxError("NOT_FOUND", `expected a token file at ${path}`, { cause });
  });
  const token = text.trim();
  if (token.length < SHORTEST)
    throw invalid(`a token of at least ${SHORTEST} characters`, `${token.length} characters`);
  if (!/^[!-~]+$/.test(token)) throw invalid("a token of printable ASCII characters", "others among them");
  return token;
}

function invalid(expected: string, got: string): PegboxError {
  return new PegboxError("INVALID_INPUT", `--token-file: expected ${expected}, got ${got}`, {
    issues: [{ path: "--token-file", expected, got }],
  });
}
