import { execFile } from "node:child_process";
import { expect, it } from "vitest";

interface Fuzzing {
  readonly status: number;
  readonly printed: string;
}

const { status, printed } = await new Promise<Fuzzing>((resolve) => {
  execFile(process.execPath, ["test/conformance/fuzz-api.mjs"], { maxBuffer: 64 * 1024 * 1024 }, (error, out, err) => {
    resolve({ status: error === null ? 0 : Number(error.code ?? 1), printed: out + err });
  });
});
const reason = /^skipped: (.*)$/m.exec(printed)?.[1];

it.skipIf(reason !== undefined)(
  `a fuzzer finds nothing in the API of serve${reason === undefined ? "" : ` (${reason})`}`,
  () => {
    expect(status, printed.slice(-8000)).toBe(0);
  },
);
