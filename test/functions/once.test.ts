import { expect, it } from "vitest";
import { once } from "../../functions/shared/once.ts";

it("what is made once is made once, and again only where it could not be", async () => {
  let made = 0;
  const thing = once(async () => {
    made += 1;
    if (made === 1) throw new Error("throttled");
    return made;
  });
  await expect(thing()).rejects.toThrow("throttled");
  expect(await Promise.all([thing(), thing()])).toEqual([2, 2]);
  expect([await thing(), made]).toEqual([2, 2]);
});
