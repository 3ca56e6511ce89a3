import fc from "fast-check";
import { expect, it } from "vitest";
import { VirtualClock } from "./virtual-clock.ts";

it("wakes sleepers in order of time, those of one instant in the order in which they lay down", () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 30 }), async (delays) => {
      const clock = new VirtualClock(0);
      const woken: [number, number][] = [];
      const sleepers = delays.map(async (delay, i) => {
        await clock.sleep(delay, new AbortController().signal);
        expect(clock.now()).toBe(delay);
        woken.push([delay, i]);
      });
      await clock.run(Promise.all(sleepers));
      expect(woken).toEqual([...woken].sort((a, b) => a[0] - b[0] || a[1] - b[1]));
      expect(woken).toHaveLength(delays.length);
    }),
    { numRuns: 30 },
  ));

it("forgets sleepers whose signal aborts, without letting time pass", async () => {
  const clock = new VirtualClock(0);
  const quit = new AbortController();
  const naps = [5, 1, 9].map((delay) => clock.sleep(delay, quit.signal));
  const other = clock.sleep(3, new AbortController().signal);
  quit.abort();
  await Promise.all([...naps, clock.sleep(7, quit.signal)]);
  expect(clock.now()).toBe(0);
  await clock.run(other);
  expect(clock.now()).toBe(3);
});

it("says so when nothing will ever happen", async () => {
  await expect(new VirtualClock().run(new Promise(() => {}))).rejects.toThrow("nobody sleeps");
});

it("passes on what the promise rejects with", async () => {
  await expect(new VirtualClock().run(Promise.reject(new Error("mine")))).rejects.toThrow("mine");
});
