import fc from "fast-check";
import { expect, it } from "vitest";
import { clientLease, readClientLease } from "../../../lib/study/client-lease.ts";

it("says the attempt, how far it trains and whose it is, and reads them again", () => {
  const count = fc.nat();
  const client = fc.stringMatching(/^[!-~]{1,128}$/);
  const fidelity = fc.option(fc.double({ min: 1e-9, max: 1e9, noNaN: true }));
  const trial = fc.record({ number: count, attempts: count, lost: count, fidelity });
  fc.assert(
    fc.property(client, trial, (name, fields) => {
      expect(readClientLease(clientLease(name, fields))).toEqual({ ...fields, client: name });
    }),
  );
});

it("reads nothing else", () => {
  for (const lease of ["", "g1/e1/s0/0", "1/1/0@", "1/1/0/@", "-1/1/0/@w", "x"]) {
    expect(readClientLease(lease)).toBeNull();
  }
});
