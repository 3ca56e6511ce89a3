import { readFileSync } from "node:fs";

/** Pixels of one 8 × 8 image. */
export const PIXELS = 64;
export const CLASSES = 10;

/** One byte a pixel (0 … 16), then one for the label. */
const ROW_BYTES = PIXELS + 1;
const BRIGHTEST = 16;

/** Rows of the file, in order, for each purpose; they were permuted once, so that each part is a fair sample. */
const TRAIN_ROWS = 1_000;
const VALIDATION_ROWS = 400;

export interface Split {
  readonly rows: number;
  /** Row-major, rows × 64, each pixel 0 … 1. */
  readonly images: Float64Array;
  /** One a row, 0 … 9. */
  readonly labels: Uint8Array;
}

export interface Digits {
  /** 1,000 rows, to fit the weights. */
  readonly train: Split;
  /** 400 rows, to choose the parameters: the metric that a study minimizes. */
  readonly validation: Split;
  /** 397 rows that neither training nor tuning sees: for one last figure. */
  readonly test: Split;
}

/** The file stands beside this module: in the repository, and beside the bundle on AWS. */
export function loadDigits(): Digits {
  const bytes = readFileSync(new URL("./digits.bin", import.meta.url));
  const rows = bytes.length / ROW_BYTES;
  const testStart = TRAIN_ROWS + VALIDATION_ROWS;
  return {
    train: readSplit(bytes, 0, TRAIN_ROWS),
    validation: readSplit(bytes, TRAIN_ROWS, testStart),
    test: readSplit(bytes, testStart, rows),
  };
}

/** All rows of `a`, then all rows of `b`. */
export function concat(a: Split, b: Split): Split {
  return {
    rows: a.rows + b.rows,
    images: Float64Array.of(...a.images, ...b.images),
    labels: Uint8Array.of(...a.labels, ...b.labels),
  };
}

/** Rows `from` (included) to `to` (excluded) of the file. */
function readSplit(bytes: Uint8Array, from: number, to: number): Split {
  const rows = to - from;
  const images = new Float64Array(rows * PIXELS);
  const labels = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const start = (from + row) * ROW_BYTES;
    for (let pixel = 0; pixel < PIXELS; pixel++) images[row * PIXELS + pixel] = bytes[start + pixel]! / BRIGHTEST;
    labels[row] = bytes[start + PIXELS]!;
  }
  return { rows, images, labels };
}
