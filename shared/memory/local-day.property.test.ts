import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addDays, dayStart, localDay, spanOf, weekOf, type UtcOffset } from './local-day.ts';

const moment = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2040, 0, 1) });
/** Summer time from the last Sunday of March to that of October, 01:00 UTC, as in Berlin. */
const berlin: UtcOffset = (atMs) => {
  const year = new Date(atMs).getUTCFullYear();
  const lastSunday = (month: number): number => {
    const last = new Date(Date.UTC(year, month + 1, 0));
    return last.getTime() - last.getUTCDay() * 86_400_000 + 3_600_000;
  };
  return atMs >= lastSunday(2) && atMs < lastSunday(9) ? 120 : 60;
};
const zone: fc.Arbitrary<UtcOffset> = fc.oneof(
  fc.integer({ min: -12 * 4, max: 14 * 4 }).map(
    (quarters): UtcOffset =>
      () =>
        quarters * 15,
  ),
  fc.constant(berlin),
);

it('a moment lies in its own day and week, and in no other', () => {
  fc.assert(
    fc.property(moment, zone, (atMs, offset) => {
      const day = localDay(atMs, offset);
      const { fromMs, toMs } = spanOf('day', day, offset);
      expect(fromMs).toBeLessThanOrEqual(atMs);
      expect(atMs).toBeLessThan(toMs);
      const week = spanOf('week', weekOf(day), offset);
      expect(week.fromMs).toBeLessThanOrEqual(fromMs);
      expect(toMs).toBeLessThanOrEqual(week.toMs);
      expect(localDay(fromMs, offset)).toBe(day);
      expect(localDay(fromMs - 1, offset)).toBe(addDays(day, -1));
      expect(dayStart(addDays(day, 1), offset)).toBe(toMs);
      expect(new Date(`${weekOf(day)}T00:00:00Z`).getUTCDay()).toBe(1);
    }),
  );
});
