/**
 * Sobol points with Joe–Kuo direction numbers, plain or Owen-scrambled; any point by its index, without state.
 *
 * Bits are numbered from the binary point: the j-th direction number of a dimension is v_j = m_j · 2³²⁻ʲ, and point i
 * of that dimension is the exclusive or of those v_j whose bit is set in the Gray code of i (Antonov & Saleev 1979).
 */
import { PegboxError } from "../errors/pegbox-error.ts";
import { JOE_KUO_D6 } from "./joe-kuo.ts";
import { philox4x32 } from "./philox.ts";
import { Purpose } from "./purpose.ts";

const BITS = 32;
const TWO_32 = 4294967296;

/** Dimensions that the table of direction numbers has. */
export const SOBOL_MAX_DIMENSION = 1024;

/**
 * A Sobol sequence in `dimension` dimensions.
 *
 * @param dimension 1 .. 1024
 * @param seed null for the plain sequence, whose point 0 is the origin; otherwise each dimension is scrambled by its
 *   own hash, and each point is uniform on the cube while every net property of the sequence stays
 * @returns the point at an index in 0 .. 2³² − 1, coordinates multiples of 2⁻³² in [0, 1); into `out` if it is given
 * @throws {PegboxError} `INTERNAL` when the dimension or an index is out of range
 */
export function sobolSequence(
  dimension: number,
  seed: number | null,
): (index: number, out?: Float64Array) => Float64Array {
  if (!(Number.isInteger(dimension) && dimension >= 1 && dimension <= SOBOL_MAX_DIMENSION)) {
    throw new PegboxError(
      "INTERNAL",
      `Sobol sequence: expected 1 to ${SOBOL_MAX_DIMENSION} dimensions, got ${dimension}`,
    );
  }
  const directions = directionNumbers(dimension);
  const hashes = seed === null ? null : scramblingSeeds(dimension, seed);

  return (index, out = new Float64Array(dimension)) => {
    if (!(Number.isInteger(index) && index >= 0 && index < TWO_32)) {
      throw new PegboxError("INTERNAL", `Sobol sequence: expected an index in 0 .. 2^32 - 1, got ${index}`);
    }
    const gray = index ^ (index >>> 1);
    for (let k = 0; k < dimension; k++) {
      let bits = 0;
      for (let rest = gray, j = k * BITS; rest !== 0; rest >>>= 1, j++) {
        if ((rest & 1) === 1) bits ^= directions[j]!;
      }
      if (hashes !== null) bits = owenScramble(bits, hashes[k]!);
      out[k] = (bits >>> 0) / TWO_32;
    }
    return out;
  };
}

/** Direction numbers, row-major, dimension × 32. */
function directionNumbers(dimension: number): Uint32Array {
  const v = new Uint32Array(dimension * BITS);
  for (let j = 0; j < BITS; j++) v[j] = 1 << (BITS - 1 - j); // the first dimension is van der Corput's sequence
  const entries = JOE_KUO_D6.trim().split(/\s/, dimension - 1);
  for (const [i, entry] of entries.entries()) {
    const [polynomial, ...m] = entry.split(",").map((digits) => Number.parseInt(digits, 36));
    fillByRecurrence(v.subarray((i + 1) * BITS, (i + 2) * BITS), polynomial!, m);
  }
  return v;
}

/** v_j = a₁v_{j−1} ⊕ … ⊕ a_{s−1}v_{j−s+1} ⊕ v_{j−s} ⊕ (v_{j−s} ≫ s), after the given m₁ … m_s (Joe & Kuo 2008, eq. 2). */
function fillByRecurrence(v: Uint32Array, polynomial: number, m: readonly number[]): void {
  const degree = m.length;
  for (let j = 0; j < degree; j++) v[j] = m[j]! << (BITS - 1 - j);
  for (let j = degree; j < BITS; j++) {
    let bits = v[j - degree]! ^ (v[j - degree]! >>> degree);
    for (let k = 1; k < degree; k++) {
      if (((polynomial >>> (degree - k)) & 1) === 1) bits ^= v[j - k]!;
    }
    v[j] = bits;
  }
}

function scramblingSeeds(dimension: number, seed: number): Uint32Array {
  const key = [seed >>> 0, Math.floor(seed / TWO_32)] as const;
  return Uint32Array.from({ length: dimension }, (_, k) => philox4x32([Purpose.sobol, k, 0, 0], key)[0]);
}

/**
 * Nested uniform scrambling by a hash: B. Burley, "Practical hash-based Owen scrambling", JCGT 9(4) (2020), §4, with
 * the hash of N. Vegdahl, "Building a better LK hash" (2021). On reversed bits every step lets a bit depend on lower
 * ones only (an even multiplier, a sum, an odd multiplier), so each bit of the point is flipped, or not, according to
 * the bits above it: that is Owen's scrambling, and it keeps elementary intervals together.
 */
function owenScramble(bits: number, seed: number): number {
  let x = reverseBits(bits);
  x ^= Math.imul(x, 0x3d20adea);
  x = (x + seed) | 0;
  x = Math.imul(x, (seed >>> 16) | 1);
  x ^= Math.imul(x, 0x05526c56);
  x ^= Math.imul(x, 0x53a22864);
  return reverseBits(x);
}

function reverseBits(bits: number): number {
  let x = bits;
  x = ((x >>> 1) & 0x55555555) | ((x & 0x55555555) << 1);
  x = ((x >>> 2) & 0x33333333) | ((x & 0x33333333) << 2);
  x = ((x >>> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4);
  x = ((x >>> 8) & 0x00ff00ff) | ((x & 0x00ff00ff) << 8);
  return (x >>> 16) | (x << 16);
}
