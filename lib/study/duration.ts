/** A number with a unit, `30m`, `1.5h`, `250ms`. A plain number, without quotes, is seconds. */
export const DURATION: RegExp = /^[0-9]{1,12}(\.[0-9]{1,12})?(ms|s|m|h|d)$/;

/** A share of the ended trials, `20%`, `12.5%`; at most `100%`. */
export const PERCENT: RegExp = /^(100(\.0{1,6})?|[0-9]{1,2}(\.[0-9]{1,6})?)%$/;

const SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };

/** @returns seconds, or null where `text` is neither a duration nor a finite number ≥ 0. */
export function parseDuration(text: string | number): number | null {
  if (typeof text === "number") return Number.isFinite(text) && text >= 0 ? text : null;
  const unit = DURATION.exec(text)?.[2];
  if (unit === undefined) return null;
  return Number.parseFloat(text) * (SECONDS[unit] ?? Number.NaN);
}

/** @returns a fraction 0 … 1, or null where `text` is not a percentage. */
export function parsePercent(text: string): number | null {
  return PERCENT.test(text) ? Number.parseFloat(text) / 100 : null;
}
