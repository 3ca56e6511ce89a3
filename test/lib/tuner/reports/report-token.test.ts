import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Trial } from "../../../../lib/study/records.ts";
import { readReportToken, reportOf } from "../../../../lib/tuner/reports/report-token.ts";
import { NOON, REPORTS } from "../../api/harness.ts";

const DAY = 86_400_000;
const trial = (number: number, attempts: number, lost: number): Trial =>
  ({ number, attempts, lost }) as unknown as Trial;

describe("the token of a trial's report", () => {
  it("is good for its attempt alone, and for a while", () => {
    const { url, token } = reportOf("digits-k3x9q2", trial(12, 1, 2), NOON, REPORTS);
    expect(url).toBe("http://pegbox/report");
    expect(token).toMatch(/^[A-Za-z0-9._-]+$/);
    expect(readReportToken(token, NOON, REPORTS)).toEqual({ study: "digits-k3x9q2", trial: 12, attempt: 3 });
    expect(readReportToken(token, NOON + 30 * DAY - 1, REPORTS)).not.toBeNull();
    expect(readReportToken(token, NOON + 30 * DAY, REPORTS)).toBeNull();
  });

  it("is read by nobody once anything of it is changed", () => {
    const { token } = reportOf("digits-k3x9q2", trial(12, 1, 0), NOON, REPORTS);
    fc.assert(
      fc.property(fc.nat({ max: token.length - 1 }), fc.constantFrom(..."0123456789abz.-_"), (at, other) => {
        const changed = token.slice(0, at) + other + token.slice(at + 1);
        expect(readReportToken(changed, NOON, REPORTS) === null).toBe(changed !== token);
      }),
      { numRuns: 300 },
    );
    for (const wrong of ["", ".", "a.1.1.9", `${token}.`, token.slice(0, -1), `x${token}`]) {
      expect(readReportToken(wrong, NOON, REPORTS)).toBeNull();
    }
  });
});
