import { afterEach, beforeEach, describe } from "vitest";
import type { StudyStore } from "../../lib/store/study-store.ts";
import { additionsContract } from "./contract/additions.ts";
import { claimsContract } from "./contract/claims.ts";
import { deletionsContract } from "./contract/deletions.ts";
import { epochsContract } from "./contract/epochs.ts";
import { generationsContract } from "./contract/generations.ts";
import { historyContract } from "./contract/history.ts";
import { leasesContract } from "./contract/leases.ts";
import { machineContract } from "./contract/machine.ts";
import { measurementsContract } from "./contract/measurements.ts";
import { moneyContract } from "./contract/money.ts";
import { replicatesContract } from "./contract/replicates.ts";
import { resultsContract } from "./contract/results.ts";
import { returnsContract } from "./contract/returns.ts";
import { rungsContract } from "./contract/rungs.ts";
import { studiesContract } from "./contract/studies.ts";
import { sweepsContract } from "./contract/sweeps.ts";
import { valuesContract } from "./contract/values.ts";
import { wishesContract } from "./contract/wishes.ts";

/**
 * What every store must do: the sentences of `StudyStore`, as tests.
 *
 * @param open a new, empty store, closed after each test.
 */
export function storeContract(name: string, open: () => Promise<StudyStore>): void {
  describe(`${name} keeps the contract of the study store`, () => {
    let current: StudyStore | undefined;
    beforeEach(async () => {
      current = await open();
    });
    afterEach(async () => {
      await current?.close();
    });
    const store = (): StudyStore => {
      if (current === undefined) throw new Error("the store is open within a test only");
      return current;
    };

    describe("studies", () => studiesContract(store));
    describe("generations and status", () => generationsContract(store));
    describe("epochs", () => epochsContract(store));
    describe("proposals added to an epoch", () => additionsContract(store));
    describe("trials that people ask for", () => wishesContract(store));
    describe("claims", () => claimsContract(store));
    describe("leases", () => leasesContract(store));
    describe("results", () => resultsContract(store));
    describe("requeues and cancellations", () => returnsContract(store));
    describe("history", () => historyContract(store));
    describe("measurements", () => measurementsContract(store));
    describe("rungs", () => rungsContract(store));
    describe("replicates", () => replicatesContract(store));
    describe("money", () => moneyContract(store, open));
    describe("values", () => valuesContract(store));
    describe("deletions", () => deletionsContract(store));
    describe("sweeps", () => sweepsContract(store));
    describe("any sequence of calls", () => machineContract(open));
  });
}
