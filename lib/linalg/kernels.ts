/**
 * The kernels (WebAssembly with 128-bit SIMD, built from kernels/) and the memory that they work in. WebAssembly's
 * arithmetic is exact to the bit on every machine, as JavaScript's is.
 *
 * The memory is one arena: at its foot what the kernels use themselves, then residents (matrices that many calls read),
 * above them scratch for one computation. Addresses and strides are in bytes; matrices are packed lower triangles, row i
 * beginning at entry i(i+1)/2, but for `w`.
 */
import { KERNELS_WASM } from "./generated/kernels-wasm.ts";

export interface Kernels {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  /** In place; n a multiple of 4. @returns n, or the first pivot that is not positive and finite */
  cholesky(l: number, n: number): number;
  /** Solves L·x = b in place. */
  solveLower(l: number, n: number, b: number): void;
  /** Solves Lᵀ·x = b in place. */
  solveUpper(l: number, n: number, b: number): void;
  /** w = (L⁻¹)ᵀ, n × n; n a multiple of 4. */
  inverseTransposed(l: number, n: number, w: number): void;
  /** out = w·wᵀ, packed: the inverse of L·Lᵀ; n a multiple of 4. */
  gramOfRows(w: number, n: number, out: number): void;
  dot(a: number, b: number, length: number): number;
  /** Matérn-5/2 covariances of a point with n others, and their slopes ∂k/∂(r²). */
  covarianceRow(
    x: number,
    xStride: number,
    points: number,
    stride: number,
    n: number,
    numeric: number,
    d: number,
    weights: number,
    signal: number,
    values: number,
    slopes: number,
  ): void;
  /** The same among n points, packed. */
  covarianceMatrix(
    points: number,
    stride: number,
    n: number,
    numeric: number,
    d: number,
    weights: number,
    signal: number,
    values: number,
    slopes: number,
  ): void;
  /** Sums over pairs for the gradient of a likelihood: d + 1. */
  contract(
    points: number,
    stride: number,
    n: number,
    numeric: number,
    d: number,
    alpha: number,
    c: number,
    values: number,
    slopes: number,
    out: number,
  ): void;
  /** Gradients of a mean and of a variance in the numeric columns, alternating. */
  slopesAlong(
    x: number,
    points: number,
    stride: number,
    n: number,
    numeric: number,
    alpha: number,
    b: number,
    slopes: number,
    out: number,
  ): void;
}

/** What this file needs of the global that every engine has and TypeScript's ES2023 does not name. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: object };
};

/** Bytes at the foot of the memory that the kernels keep for themselves. */
const FOOT = 1024;
const PAGE = 65536;
/** Residents beyond this are forgotten, all at once: eight models of 1,000 points. */
const MOST_RESIDENT = 40e6;

let loaded: Kernels | null = null;
let view = new Float64Array(0);
let top = FOOT;
/** Counts how often residents were forgotten. */
let generation = 0;
const residents = new WeakMap<object, { readonly generation: number; readonly address: number }>();

/** The kernels; compiled on first use, in a few milliseconds. */
export function kernels(): Kernels {
  if (loaded === null) {
    const bytes = Uint8Array.from(atob(KERNELS_WASM), (character) => character.charCodeAt(0));
    loaded = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as Kernels;
  }
  return loaded;
}

/** The memory as numbers: entry i is at address 8i. Invalid after the next `scratch` or `resident`. */
export function memory(): Float64Array {
  const { buffer } = kernels().memory;
  if (view.buffer !== buffer) view = new Float64Array(buffer);
  return view;
}

/** Room for `length` numbers, until the next call of `scratch` or `resident`. @returns its address */
export function scratch(length: number): number {
  const missing = top + 8 * length - kernels().memory.buffer.byteLength;
  if (missing > 0) kernels().memory.grow(Math.ceil(missing / PAGE));
  return top;
}

/**
 * Address of the numbers of an object, which are written when they are not there (any more).
 *
 * @param length of the numbers
 * @param write is given room of that length
 */
export function resident(owner: object, length: number, write: (room: Float64Array) => void): number {
  const known = residents.get(owner);
  if (known?.generation === generation) return known.address;
  if (top > FOOT && top + 8 * length > MOST_RESIDENT) {
    generation++;
    top = FOOT;
  }
  const address = scratch(length);
  write(memory().subarray(address / 8, address / 8 + length));
  top = address + 16 * Math.ceil(length / 2);
  residents.set(owner, { generation, address });
  return address;
}

/** Entries of a packed lower triangle of n rows. */
export function packedLength(n: number): number {
  return (n * (n + 1)) / 2;
}
