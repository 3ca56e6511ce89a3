import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deriveSeed, philox4x32, randomStream } from "../../../lib/random/philox.ts";
import { Purpose } from "../../../lib/random/purpose.ts";

const draw = (count: number, next: () => number): number[] => Array.from({ length: count }, next);

describe("philox4x32", () => {
  // kat_vectors of Random123 1.14, "philox4x32 10"
  it.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ] as const)("gives the known answer for counter %j, key %j", (counter, key, expected) => {
    expect(philox4x32(counter, key)).toEqual(expected);
  });

  it("agrees with the same rounds in integers of any length", () => {
    const word = fc.integer({ min: 0, max: 0xffffffff });
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), fc.tuple(word, word), (counter, key) => {
        expect(philox4x32(counter, key)).toEqual(philoxByBigInt(counter, key));
      }),
    );
  });
});

describe("randomStream", () => {
  it("reads the blocks of its counter in order", () => {
    const seed = 5 * 2 ** 32 + 7;
    const stream = randomStream(seed, Purpose.random, 11, 13);
    const blocks = [0, 1, 2].flatMap((block) => philox4x32([Purpose.random, 11, 13, block], [7, 5]));
    expect(draw(12, stream.uint32)).toEqual(blocks);
  });

  it("makes a uniform of 53 bits from two words", () => {
    const [high, low] = philox4x32([Purpose.fit, 0, 0, 0], [42, 0]);
    expect(randomStream(42, Purpose.fit).uniform()).toBe(((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53);
  });

  it("differs in every argument, the seed's high word included", () => {
    const firsts = [
      randomStream(1, 2, 3, 4),
      randomStream(1 + 2 ** 32, 2, 3, 4),
      randomStream(2, 2, 3, 4),
      randomStream(1, 3, 3, 4),
      randomStream(1, 2, 4, 4),
      randomStream(1, 2, 3, 5),
    ].map((stream) => stream.uint32());
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  it("is uniform: mean, variance and serial correlation within five standard errors", () => {
    const n = 20_000;
    const u = draw(n, randomStream(1, Purpose.random).uniform);
    const mean = u.reduce((sum, x) => sum + x, 0) / n;
    const variance = u.reduce((sum, x) => sum + (x - 0.5) ** 2, 0) / n;
    const serial = u.slice(1).reduce((sum, x, i) => sum + (x - 0.5) * (u[i]! - 0.5), 0) / (n - 1);
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / n));
    expect(Math.abs(serial)).toBeLessThan((5 / 12) * Math.sqrt(1 / n));
  });

  it("is normal: the first four moments within five standard errors", () => {
    const n = 20_000;
    const z = draw(n, randomStream(2, Purpose.random).normal);
    const moment = (k: number): number => z.reduce((sum, x) => sum + x ** k, 0) / n;
    expect(Math.abs(moment(1))).toBeLessThan(5 * Math.sqrt(1 / n));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    expect(Math.abs(moment(3))).toBeLessThan(5 * Math.sqrt(15 / n));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(5 * Math.sqrt(96 / n));
  });

  it("draws integers of every remainder alike, also where 2^32 is no multiple of n", () => {
    // Without rejection, n = 3·2^30 would give 0 .. 2^30 − 1 half of all draws in place of a third.
    const stream = randomStream(3, Purpose.random);
    const n = 3 * 2 ** 30;
    const low = draw(6000, () => stream.int(n)).filter((x) => x < 2 ** 30).length;
    expect(Math.abs(low - 2000)).toBeLessThan(5 * Math.sqrt((6000 * 2) / 9));
  });

  it("draws integers inside the range, for ranges beyond 32 bits too", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), fc.nat(), (n, seed) => {
        const x = randomStream(seed, Purpose.random).int(n);
        expect(Number.isSafeInteger(x) && x >= 0 && x < n).toBe(true);
      }),
    );
    const stream = randomStream(4, Purpose.random);
    expect(Math.max(...draw(50, () => stream.int(2 ** 52)))).toBeGreaterThan(2 ** 51);
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 53])("refuses a range of %d", (n) => {
    expect(() => randomStream(1, 1).int(n)).toThrow(/expected a count in 1/);
  });
});

describe("deriveSeed", () => {
  it("is 31 bits and depends on the seed, the purpose and the number", () => {
    const seeds = new Set<number>();
    for (let trial = 1; trial <= 1000; trial++) {
      const derived = deriveSeed(7, Purpose.trialSeed, trial);
      expect(Number.isInteger(derived) && derived >= 0 && derived < 2 ** 31).toBe(true);
      seeds.add(derived);
    }
    expect(seeds.size).toBe(1000);
    expect(deriveSeed(8, Purpose.trialSeed, 1)).not.toBe(deriveSeed(7, Purpose.trialSeed, 1));
    expect(deriveSeed(7, Purpose.random, 1)).not.toBe(deriveSeed(7, Purpose.trialSeed, 1));
  });

  it("never changes: recorded studies replay by it", () => {
    expect(deriveSeed(7, Purpose.trialSeed, 1)).toBe(philox4x32([1, 1, 0, 0], [7, 0])[0] >>> 1);
  });
});

function philoxByBigInt(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): readonly number[] {
  const mask = 0xffffffffn;
  let [x0, x1, x2, x3] = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
  let [k0, k1] = key.map(BigInt) as [bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const p0 = 0xd2511f53n * x0;
    const p1 = 0xcd9e8d57n * x2;
    [x0, x1, x2, x3] = [(p1 >> 32n) ^ x1 ^ k0, p1 & mask, (p0 >> 32n) ^ x3 ^ k1, p0 & mask];
    k0 = (k0 + 0x9e3779b9n) & mask;
    k1 = (k1 + 0xbb67ae85n) & mask;
  }
  return [x0, x1, x2, x3].map(Number);
}
