import { MS_PER_DAY, MS_PER_MINUTE, type EpochMs } from '../../base/time.ts';

/** Days since 1970-01-01 on the person's wall calendar. */
export type Day = number;

/** Days [from, to) on the person's wall calendar. */
export type DayRange = readonly [from: Day, to: Day];

export interface Civil {
  readonly year: number;
  /** 1–12. */
  readonly month: number;
  /** 1–31. */
  readonly date: number;
}

export function dayOf(atMs: EpochMs, utcOffsetMinutes: number): Day {
  return Math.floor((atMs + utcOffsetMinutes * MS_PER_MINUTE) / MS_PER_DAY);
}

/** The moment the day begins there. */
export function startOfDayMs(day: Day, utcOffsetMinutes: number): EpochMs {
  return day * MS_PER_DAY - utcOffsetMinutes * MS_PER_MINUTE;
}

/** Days of a date in the proleptic Gregorian calendar; a month outside 1–12 carries into the year. */
export function dayFrom(year: number, month: number, date: number): Day {
  // Date.UTC reads years 0–99 as 19xx; nobody here means those.
  return Math.floor(Date.UTC(year, month - 1, date) / MS_PER_DAY);
}

export function civilOf(day: Day): Civil {
  const date = new Date(day * MS_PER_DAY);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, date: date.getUTCDate() };
}

/** 0 is Sunday. */
export function weekdayOf(day: Day): number {
  return (((day + 4) % 7) + 7) % 7;
}

/** Whether there is such a date: no 31 April. */
export function isDate(year: number, month: number, date: number): boolean {
  if (month < 1 || month > 12 || date < 1) return false;
  const civil = civilOf(dayFrom(year, month, date));
  return civil.month === month && civil.date === date;
}

export function oneDay(day: Day): DayRange {
  return [day, day + 1];
}

export function monthRange(year: number, month: number): DayRange {
  return [dayFrom(year, month, 1), dayFrom(year, month + 1, 1)];
}

export function yearRange(year: number): DayRange {
  return [dayFrom(year, 1, 1), dayFrom(year + 1, 1, 1)];
}

/** Monday to Sunday of the week that holds the day, moved by whole weeks. */
export function weekRange(day: Day, weeks = 0): DayRange {
  const monday = day - ((weekdayOf(day) + 6) % 7) + weeks * 7;
  return [monday, monday + 7];
}

/** Friday to Sunday of that week. */
export function weekendRange(day: Day, weeks = 0): DayRange {
  const [monday] = weekRange(day, weeks);
  return [monday + 4, monday + 7];
}

export type Season = 'spring' | 'summer' | 'autumn' | 'winter';

/** Northern seasons by whole months; the winter of a year is the one that ends in it. */
export function seasonRange(season: Season, year: number): DayRange {
  if (season === 'winter') return [dayFrom(year - 1, 12, 1), dayFrom(year, 3, 1)];
  const first = season === 'spring' ? 3 : season === 'summer' ? 6 : 9;
  return [dayFrom(year, first, 1), dayFrom(year, first + 3, 1)];
}

/** The latest year whose range begins at or before the day, or the first whose range ends after it. */
export function nearestYear(rangeOf: (year: number) => DayRange, day: Day, direction: 'past' | 'future'): DayRange {
  const { year } = civilOf(day);
  const years = direction === 'past' ? [year + 1, year, year - 1] : [year - 1, year, year + 1];
  for (const each of years) {
    const range = rangeOf(each);
    if (direction === 'past' ? range[0] <= day : range[1] > day) return range;
  }
  return rangeOf(year);
}
