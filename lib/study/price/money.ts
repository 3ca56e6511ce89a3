/**
 * Money is counted in whole billionths of a dollar: sums of them are exact, in a database as in a double, up to nine
 * million dollars.
 */
export const NANO = 1e9;

/** Dollars as billionths, the nearest. */
export function nanoUsd(usd: number): number {
  return Math.round(usd * NANO);
}

/** Never less than `usd`: what is set aside must cover what may be charged. */
export function roundUpUsd(usd: number): number {
  // half a millionth of a billionth is what a product of two doubles may be off, not a cost
  return Math.max(0, Math.ceil(usd * NANO - 1e-6)) / NANO;
}

/** `$0.40`, `$12.35`; of less than a dollar that are no whole cents, the first three digits that count: `$0.0123`. */
export function dollars(usd: number): string {
  if (usd === 0) return "$0";
  const inCents = usd >= 1 || nanoUsd(usd) % (NANO / 100) === 0;
  return `$${inCents ? usd.toFixed(2) : Number(usd.toPrecision(3))}`;
}
