/**
 * Philox4x32-10, a counter-based random number generator: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw,
 * "Parallel random numbers: as easy as 1, 2, 3", SC'11, §3.3. It has no state to carry or to save: the numbers of a
 * stream are a function of the study's seed and of what they are for, on every machine, in any order.
 */
import { PegboxError } from "../errors/pegbox-error.ts";
import { normalQuantile } from "../math/normal.ts";

/** Numbers drawn one after the other from one stream. */
export interface RandomStream {
  /** Integer, uniform on 0 .. 2³² − 1. */
  uint32(): number;
  /** Multiple of 2⁻⁵³, uniform on [0, 1). Takes two words of the stream, so a block of four serves two calls. */
  uniform(): number;
  /** Standard normal, by inversion of the distribution function (Wichura's AS241) and thus one `uniform` a number. */
  normal(): number;
  /**
   * Integer, uniform on 0 .. n − 1, without bias: draws that would favour the small numbers are drawn again.
   *
   * @throws {PegboxError} `INTERNAL` unless n is an integer in 1 .. 2⁵³ − 1.
   */
  int(n: number): number;
}

const ROUNDS = 10; // the number that Salmon et al. recommend, Table 2: passes BigCrush with a margin of three rounds
const MULTIPLIER_0 = 0xd2511f53; // M4x32_0 and M4x32_1, chosen by Salmon et al. for avalanche
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9; // the golden ratio and √3 − 1 in 32 bits: the key's step from round to round
const WEYL_1 = 0xbb67ae85;
const TWO_16 = 65536;
const TWO_32 = 4294967296;
const TWO_53 = 9007199254740992;

/** Upper 32 bits of the product of two unsigned 32-bit integers; every intermediate stays below 2⁴⁹, so is exact. */
function multiplyHigh(a: number, b: number): number {
  const carry = Math.floor((a * (b & 0xffff)) / TWO_16);
  return Math.floor((a * (b >>> 16) + carry) / TWO_16);
}

/** Writes the block at `counter` (c0, c1, c2, c3) under `key` (k0, k1) into out[0..3]. */
function philoxBlock(
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
  out: Uint32Array | number[],
): void {
  let x0 = c0 >>> 0;
  let x1 = c1 >>> 0;
  let x2 = c2 >>> 0;
  let x3 = c3 >>> 0;
  let key0 = k0;
  let key1 = k1;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, x0);
    const low0 = Math.imul(MULTIPLIER_0, x0) >>> 0;
    const high1 = multiplyHigh(MULTIPLIER_1, x2);
    const low1 = Math.imul(MULTIPLIER_1, x2) >>> 0;
    x0 = (high1 ^ x1 ^ key0) >>> 0;
    x1 = low1;
    x2 = (high0 ^ x3 ^ key1) >>> 0;
    x3 = low0;
    key0 = (key0 + WEYL_0) | 0;
    key1 = (key1 + WEYL_1) | 0;
  }
  out[0] = x0;
  out[1] = x1;
  out[2] = x2;
  out[3] = x3;
}

/** The four 32-bit words at a counter, under a key. */
export function philox4x32(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): [number, number, number, number] {
  const block: [number, number, number, number] = [0, 0, 0, 0];
  philoxBlock(counter[0], counter[1], counter[2], counter[3], key[0], key[1], block);
  return block;
}

/**
 * The stream of a purpose: key (low, high word of the seed), counter (purpose, a, b, block = 0, 1, 2, …).
 * Two streams that differ in any argument share no block. A stream holds 2³⁴ words and then repeats.
 *
 * @param seed the study's seed, an integer in 0 .. 2⁵³ − 1
 * @param purpose what the numbers are for, one of `Purpose`
 * @param a first index within the purpose (a trial's number, a round, …), an integer in 0 .. 2³² − 1
 * @param b second index within the purpose, an integer in 0 .. 2³² − 1
 */
export function randomStream(seed: number, purpose: number, a = 0, b = 0): RandomStream {
  const keyLow = seed >>> 0;
  const keyHigh = Math.floor(seed / TWO_32);
  const words = new Uint32Array(4);
  let block = 0;
  let used = 4;

  function uint32(): number {
    if (used === 4) {
      philoxBlock(purpose, a, b, block, keyLow, keyHigh, words);
      block++;
      used = 0;
    }
    return words[used++]!;
  }

  function bits53(): number {
    const high = uint32() >>> 5;
    const low = uint32() >>> 6;
    return high * 67108864 + low; // 27 bits above 26
  }

  function uniform(): number {
    return bits53() / TWO_53;
  }

  function normal(): number {
    let u = uniform();
    while (u === 0) u = uniform(); // the quantile of 0 is −∞
    return normalQuantile(u);
  }

  function int(n: number): number {
    if (!(Number.isSafeInteger(n) && n >= 1)) {
      throw new PegboxError("INTERNAL", `random integer: expected a count in 1 .. 2^53 - 1, got ${n}`);
    }
    const range = n <= TWO_32 ? TWO_32 : TWO_53;
    const draw = n <= TWO_32 ? uint32 : bits53;
    const limit = range - (range % n); // the largest multiple of n: below it every remainder is equally likely
    let x = draw();
    while (x >= limit) x = draw();
    return x % n;
  }

  return { uint32, uniform, normal, int };
}

/**
 * A seed that depends on another seed, a purpose and a number only: a trial's seed from its study's.
 *
 * @returns an integer in 0 .. 2³¹ − 1, which every library's seed accepts
 */
export function deriveSeed(seed: number, purpose: number, a: number): number {
  return randomStream(seed, purpose, a).uint32() >>> 1;
}
