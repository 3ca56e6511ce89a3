import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { kernels, memory, packedLength, resident, scratch } from "../../../lib/linalg/kernels.ts";
import { randomStream } from "../../../lib/random/philox.ts";
import { cholesky, inverse, pack, place, read, solveLower, solveUpper } from "./reference.ts";

/** Sizes around the edges of fours and of blocks of 32. */
const SIZES = [1, 2, 3, 4, 5, 7, 8, 16, 31, 32, 33, 36, 63, 64, 65, 100];

describe.each(SIZES)("a symmetric positive-definite matrix of size %d", (n) => {
  const padded = (n + 3) & ~3;
  const a = positiveDefinite(n, padded, n);
  const expected = cholesky(a, padded);
  const packed = pack(expected, padded);
  const side = Float64Array.from({ length: n }, (_, i) => Math.sqrt(i + 1) - 2);

  it("has the factor that the reference finds", () => {
    const [at] = place(pack(a, padded)) as [number];
    expect(kernels().cholesky(at, padded)).toBe(padded);
    expectClose(read(at, packed.length), packed);
  });

  it("is solved below and above", () => {
    const square = cut(expected, padded, n);
    const [l, x, y] = place(packed, side, side) as [number, number, number];
    kernels().solveLower(l, n, x);
    kernels().solveUpper(l, n, y);
    expectClose(read(x, n), solveLower(square, n, side));
    expectClose(read(y, n), solveUpper(square, n, side));
  });

  it("has the inverse that the reference finds", () => {
    const [l, w, out] = place(packed, new Float64Array(padded * padded).fill(Number.NaN), packed) as [
      number,
      number,
      number,
    ];
    kernels().inverseTransposed(l, padded, w);
    kernels().gramOfRows(w, padded, out);
    expectClose(read(out, packed.length), pack(inverse(expected, padded), padded));
  });
});

it("dot sums even and odd terms apart", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true, min: -1e100, max: 1e100 }), { maxLength: 30 }), (values) => {
      const a = Float64Array.from(values);
      const [x, y] = place(a, a.toReversed()) as [number, number];
      const sums = [0, 0];
      a.forEach((value, k) => {
        sums[k % 2]! += value * a[a.length - 1 - k]!;
      });
      expect(kernels().dot(x, y, a.length)).toBe(sums[0]! + sums[1]!);
    }),
  );
});

it.each([
  [[0, 0, 1, 0, 0, 1, 0, 0, 0, 1], 0, 0],
  [[1, 0, Number.NaN, 0, 0, 1, 0, 0, 0, 1], 1, Number.NaN],
  [[1, 2, 1, 0, 0, 1, 0, 0, 0, 1], 1, -3],
  [[4, 2, 5, 2, 1, 1, 0, 0, 0, 1], 2, 0],
  [[1, 0, 1, 0, 0, 1, 0, 0, 0, Number.POSITIVE_INFINITY], 3, Number.POSITIVE_INFINITY],
])("cholesky names the pivot of %j that is not positive", (entries, pivot, value) => {
  const [l] = place(Float64Array.from(entries)) as [number];
  expect(kernels().cholesky(l, 4)).toBe(pivot);
  expect(read(l + 8 * (packedLength(pivot + 1) - 1), 1)[0]).toBe(value);
});

describe("the memory", () => {
  beforeAll(() => {
    resident({}, 6e6, () => {}); // so much that all before is forgotten
    resident({}, 1, () => {});
  });

  it("writes a resident once, and again only after others have taken its room", () => {
    const owner = {};
    let writes = 0;
    const call = (): number =>
      resident(owner, 1000, (room) => {
        writes++;
        room.fill(7);
      });
    const address = call();
    expect(call()).toBe(address);
    expect(writes).toBe(1);
    const other = resident({}, 3, (room) => room.fill(8));
    expect(read(address, 1001)).toEqual(new Float64Array([...new Array(1000).fill(7), 8]));
    expect(other).toBe(address + 8000);
    for (let i = 0; i < 10; i++) resident({}, 1e6, (room) => room.fill(9));
    call();
    expect(writes).toBe(2);
    expect(kernels().memory.buffer.byteLength).toBeLessThan(60e6);
  });

  it("keeps scratch off residents, and grows for it", () => {
    const address = resident({}, 5, (room) => room.fill(3));
    const room = scratch(9e6);
    memory().fill(1, room / 8, room / 8 + 9e6);
    expect(read(address, 5)).toEqual(new Float64Array(5).fill(3));
  });
});

/** G·Gᵀ + I for G of normal numbers, condition of the order of n; rows of the identity from n on. */
function positiveDefinite(n: number, size: number, seed: number): Float64Array {
  const stream = randomStream(seed, 0);
  const g = Array.from({ length: n }, () => Array.from({ length: n }, stream.normal));
  return Float64Array.from({ length: size * size }, (_, at) => {
    const [i, j] = [Math.floor(at / size), at % size];
    const unit = i === j ? 1 : 0;
    return i < n && j < n ? g[i]!.reduce((sum, x, k) => sum + x * g[j]![k]!, unit) : unit;
  });
}

/** The leading n × n part. */
function cut(a: Float64Array, size: number, n: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, at) => a[Math.floor(at / n) * size + (at % n)]!);
}

/** Entries agree within 1e-12 times the largest of them. */
function expectClose(found: Float64Array, expected: Float64Array): void {
  const scale = expected.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  expect(found.length).toBe(expected.length);
  expected.forEach((value, k) => {
    if (!(Math.abs(found[k]! - value) <= 1e-12 * scale)) expect([k, found[k]]).toEqual([k, value]);
  });
}
