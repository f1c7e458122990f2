import { ADULT_AGE } from '#shared/settings/age.ts';
import { ageOn } from '../../data/settings.ts';

/** Under this age the app is not offered; under ADULT_AGE companions are friends. */
export const YOUNGEST_AGE = 13;
const OLDEST_AGE = 130;

/** Three boxes as they were typed, full-width digits included. */
export interface TypedDate {
  readonly year: string;
  readonly month: string;
  readonly day: string;
}

export type JudgedDate =
  /** Not a day of the calendar. `complete`: all three are filled in, so it is a mistake and not a beginning. */
  | { readonly kind: 'no_date'; readonly complete: boolean }
  | { readonly kind: 'future' }
  | { readonly kind: 'too_young' }
  | { readonly kind: 'minor' | 'adult'; readonly iso: string };

export function judgeBirthDate(typed: TypedDate, now: Date): JudgedDate {
  const [year, month, day] = [typed.year, typed.month, typed.day].map((text) => text.normalize('NFKC').trim());
  if (!year || !month || !day || !/^\d{4}$/.test(year))
    return { kind: 'no_date', complete: Boolean(year && /\d{4}/.test(year) && month && day) };
  const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const date = new Date(`${iso}T12:00:00Z`);
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== iso)
    return { kind: 'no_date', complete: true };
  const age = ageOn(iso, now);
  if (age > OLDEST_AGE) return { kind: 'no_date', complete: true };
  if (age < 0 || date.getTime() > now.getTime() + 86_400_000) return { kind: 'future' };
  if (age < YOUNGEST_AGE) return { kind: 'too_young' };
  return { kind: age < ADULT_AGE ? 'minor' : 'adult', iso };
}
