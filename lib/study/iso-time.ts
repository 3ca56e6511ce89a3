const MS_PER_DAY = 86_400_000;
const DAYS_PER_ERA = 146_097; // 400 years of the Gregorian calendar
const DAYS_TO_1970 = 719_468; // from 0000-03-01, where the eras of the algorithm begin

/**
 * Milliseconds since 1970 UTC as RFC 3339 with milliseconds, `2026-11-23T12:00:00.000Z`: what `Date.toISOString` gives
 * for years 0000 … 9999. H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
 */
export function isoTime(ms: number): string {
  const whole = Math.floor(ms);
  const days = Math.floor(whole / MS_PER_DAY);
  const rest = whole - days * MS_PER_DAY;
  const { year, month, day } = civilFromDays(days);
  const time = [Math.floor(rest / 3_600_000), Math.floor(rest / 60_000) % 60, Math.floor(rest / 1000) % 60];
  const clock = time.map((part) => digits(part, 2)).join(":");
  return `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}T${clock}.${digits(rest % 1000, 3)}Z`;
}

/** Years begin in March, so that the leap day is the last of its year and months have a regular pattern. */
function civilFromDays(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const shifted = days + DAYS_TO_1970;
  const era = Math.floor(shifted / DAYS_PER_ERA);
  const dayOfEra = shifted - era * DAYS_PER_ERA;
  const leaps = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

function digits(value: number, length: number): string {
  return String(value).padStart(length, "0");
}
