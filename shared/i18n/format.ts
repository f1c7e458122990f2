import type { EpochMs } from '../base/time.ts';
import type { Locale } from '../settings/contract.ts';

/** Numbers, days and lists as a language writes them. Times are shown in the zone the machine is set to. */
export interface Format {
  /** 14:05 */
  time(atMs: EpochMs): string;
  /** 22 November 2026 */
  day(atMs: EpochMs): string;
  /** 22 Nov */
  shortDay(atMs: EpochMs): string;
  dayAndTime(atMs: EpochMs): string;
  /** "3 minutes ago", "yesterday", and past a week the day. */
  ago(atMs: EpochMs, nowMs: EpochMs): string;
  bytes(size: number): string;
  /** From millionths of a US dollar; small sums keep enough digits to be seen. */
  cost(microUsd: number): string;
  number(value: number): string;
  /** From a ratio in [0,1]. */
  percent(ratio: number): string;
  list(items: readonly string[]): string;
}

const STEPS = [
  { unit: 'minute', ms: 60_000, below: 3_600_000 },
  { unit: 'hour', ms: 3_600_000, below: 86_400_000 },
  { unit: 'day', ms: 86_400_000, below: 7 * 86_400_000 },
] as const;

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

export function createFormat(locale: Locale): Format {
  const time = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'long' });
  const shortDay = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric' });
  const dayAndTime = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const number = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: 'percent' });
  const list = new Intl.ListFormat(locale, { type: 'conjunction' });
  return {
    time: (atMs) => time.format(atMs),
    day: (atMs) => day.format(atMs),
    shortDay: (atMs) => shortDay.format(atMs),
    dayAndTime: (atMs) => dayAndTime.format(atMs),
    ago(atMs, nowMs) {
      const elapsedMs = Math.max(0, nowMs - atMs);
      const step = STEPS.find((candidate) => elapsedMs < candidate.below);
      return step ? relative.format(-Math.floor(elapsedMs / step.ms), step.unit) : day.format(atMs);
    },
    bytes(size) {
      const power = Math.min(BYTE_UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, size)) / 3)));
      const options: Intl.NumberFormatOptions = {
        style: 'unit',
        unit: BYTE_UNITS[power] ?? 'byte',
        unitDisplay: 'short',
        maximumFractionDigits: power < 2 ? 0 : 1,
      };
      return new Intl.NumberFormat(locale, options).format(size / 1000 ** power);
    },
    cost(microUsd) {
      const dollars = microUsd / 1_000_000;
      const digits = dollars === 0 || dollars >= 1 ? 2 : dollars >= 0.01 ? 3 : 5;
      return new Intl.NumberFormat(locale, {
        style: 'currency',
        currency: 'USD',
        minimumFractionDigits: 2,
        maximumFractionDigits: digits,
      }).format(dollars);
    },
    number: (value) => number.format(value),
    percent: (ratio) => percent.format(ratio),
    list: (items) => list.format(items),
  };
}
