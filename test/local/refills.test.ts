import { expect, test } from "vitest";
import type { RefillEvent } from "../../lib/workflow/messages.ts";
import { trackRefills } from "../../local/refills.ts";

const of = (studyId: string, epoch = 1): RefillEvent => ({ studyId, generation: 1, epoch });

test("one at a time for each study, begun after the call; those who ask meanwhile share the next", async () => {
  const begun: RefillEvent[] = [];
  let running = 0;
  let most = 0;
  const refills = trackRefills(
    async (event) => {
      begun.push(event);
      most = Math.max(most, ++running);
      await Promise.resolve();
      if (begun.length === 1) for (const epoch of [2, 3, 4]) refills.request(of("a", epoch));
      running--;
    },
    () => expect.unreachable(),
  );
  refills.request(of("a"));
  expect(begun).toEqual([]);
  await refills.idle("b");
  expect(begun).toEqual([]);
  await refills.idle("a");
  expect(begun).toEqual([of("a"), of("a", 4)]);
  expect(most).toBe(1);
});

test("one that fails is told of, and the next is a fresh try", async () => {
  const failures: unknown[] = [];
  let calls = 0;
  const refills = trackRefills(
    async () => {
      calls++;
      throw new Error("no store");
    },
    (study, error) => failures.push([study, String(error)]),
  );
  refills.request(of("a"));
  await refills.idle();
  refills.request(of("a"));
  await refills.idle();
  expect(calls).toBe(2);
  expect(failures).toEqual(Array(2).fill(["a", "Error: no store"]));
});
