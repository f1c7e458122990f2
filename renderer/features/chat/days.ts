import type { EpochMs } from '#shared/base/time.ts';
import type { Locale } from '#shared/settings/contract.ts';

/** Whether two moments are on different days of this machine's calendar. */
export function isOtherDay(one: EpochMs, other: EpochMs): boolean {
  return startOfDay(one) !== startOfDay(other);
}

/** The midnight a day began with, in this machine's zone. */
export function startOfDay(atMs: EpochMs): EpochMs {
  return new Date(atMs).setHours(0, 0, 0, 0);
}

/** "Today", "Yesterday", else the weekday and date; the year when it is another one. */
export function dayName(atMs: EpochMs, nowMs: EpochMs, locale: Locale): string {
  // Rounded: a day on which clocks change is not 24 hours long.
  const daysAgo = Math.round((startOfDay(nowMs) - startOfDay(atMs)) / 86_400_000);
  if (daysAgo === 0 || daysAgo === 1) {
    const name = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(-daysAgo, 'day');
    return name.charAt(0).toLocaleUpperCase(locale) + name.slice(1);
  }
  const sameYear = new Date(atMs).getFullYear() === new Date(nowMs).getFullYear();
  return new Intl.DateTimeFormat(locale, {
    month: 'long',
    day: 'numeric',
    weekday: 'long',
    ...(sameYear ? {} : { year: 'numeric' }),
  }).format(atMs);
}

/** A date field's value (`2026-11-22`) for a moment, in this machine's zone. */
export function dateFieldValue(atMs: EpochMs): string {
  const date = new Date(atMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The midnight that begins a date field's day; null while the field is incomplete. */
export function dateFieldTime(value: string): EpochMs | null {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value) ?? [];
  if (year === undefined || month === undefined || day === undefined) return null;
  return new Date(Number(year), Number(month) - 1, Number(day)).getTime();
}
