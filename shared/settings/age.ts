import type { EpochMs } from '../base/time.ts';
import { MS_PER_MINUTE } from '../base/time.ts';

/** From this age on a companion may be a partner; below it, a friend. */
export const ADULT_AGE = 18;

/** Whole years lived on the person's calendar day at `nowMs`. `birthDate` is an ISO date. */
export function ageOn(birthDate: string, nowMs: EpochMs, utcOffsetMinutes: number): number {
  const today = new Date(nowMs + utcOffsetMinutes * MS_PER_MINUTE);
  const [year = 0, month = 0, day = 0] = birthDate.split('-').map(Number);
  const beforeBirthday =
    today.getUTCMonth() + 1 < month || (today.getUTCMonth() + 1 === month && today.getUTCDate() < day);
  return today.getUTCFullYear() - year - (beforeBirthday ? 1 : 0);
}

/** Whether the companion is a friend only: the person is a minor, or has not said their age. */
export function isFriendMode(birthDate: string | null, nowMs: EpochMs, utcOffsetMinutes: number): boolean {
  return birthDate === null || ageOn(birthDate, nowMs, utcOffsetMinutes) < ADULT_AGE;
}
