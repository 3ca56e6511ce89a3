/** A number with a unit, `4GiB`, `512MB`: an amount without one could be bytes to one reader and megabytes to another. */
export const MEMORY_SIZE: RegExp = /^[0-9]{1,9}(\.[0-9]{1,6})?(MB|GB|MiB|GiB)$/;

const BYTES: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9, MiB: 2 ** 20, GiB: 2 ** 30 };

/** @returns bytes, whole, or null where `text` is no amount of memory. */
export function parseMemorySize(text: string): number | null {
  const unit = MEMORY_SIZE.exec(text)?.[2];
  if (unit === undefined) return null;
  return Math.floor(Number.parseFloat(text) * (BYTES[unit] ?? Number.NaN));
}
