import { MS_PER_DAY, MS_PER_MINUTE, type EpochMs } from '../base/time.ts';
import type { DigestSpan } from './contract.ts';

/** Minutes to add to UTC for the person's wall clock at a time. */
export type UtcOffset = (atMs: EpochMs) => number;

/** A date on the person's calendar, `2026-11-22`. */
export type LocalDay = string;

export function localDay(atMs: EpochMs, utcOffset: UtcOffset): LocalDay {
  return new Date(atMs + utcOffset(atMs) * MS_PER_MINUTE).toISOString().slice(0, 10);
}

/** When a day begins on the person's clock. */
export function dayStart(day: LocalDay, utcOffset: UtcOffset): EpochMs {
  const asUtc = Date.parse(`${day}T00:00:00Z`);
  // The offset of the day's own morning, not of the moment that UTC calls by that name.
  const guess = asUtc - utcOffset(asUtc) * MS_PER_MINUTE;
  return asUtc - utcOffset(guess) * MS_PER_MINUTE;
}

export function addDays(day: LocalDay, days: number): LocalDay {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * MS_PER_DAY).toISOString().slice(0, 10);
}

/** The Monday of a day's week. */
export function weekOf(day: LocalDay): LocalDay {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return addDays(day, -((weekday + 6) % 7));
}

/** The first moment of a digest's span and the first after it. */
export function spanOf(span: DigestSpan, startsOn: LocalDay, utcOffset: UtcOffset): { fromMs: EpochMs; toMs: EpochMs } {
  return {
    fromMs: dayStart(startsOn, utcOffset),
    toMs: dayStart(addDays(startsOn, span === 'day' ? 1 : 7), utcOffset),
  };
}
