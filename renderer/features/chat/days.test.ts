import { describe, expect, test } from 'vitest';
import { dateFieldTime, dateFieldValue, dayName, isOtherDay, startOfDay } from './days.ts';

const at = (text: string): number => new Date(text).getTime();
const NOW = at('2026-11-22T23:30:00');

test('a new day begins at midnight of this machine', () => {
  expect(isOtherDay(at('2026-11-22T00:00:00'), at('2026-11-22T23:59:59'))).toBe(false);
  expect(isOtherDay(at('2026-11-21T23:59:59'), at('2026-11-22T00:00:00'))).toBe(true);
});

describe('a day is named', () => {
  test.each([
    ['2026-11-22T00:01:00', 'ja', '今日'],
    ['2026-11-21T23:59:00', 'ja', '昨日'],
    ['2026-11-22T00:01:00', 'en', 'Today'],
    ['2026-11-21T00:01:00', 'en', 'Yesterday'],
    ['2026-11-03T12:00:00', 'ja', '11月3日火曜日'],
    ['2026-11-03T12:00:00', 'en', 'Tuesday, November 3'],
    ['2025-11-03T12:00:00', 'ja', '2025年11月3日月曜日'],
    ['2025-11-03T12:00:00', 'en', 'Monday, November 3, 2025'],
  ] as const)('%s in %s', (time, locale, name) => {
    expect(dayName(at(time), NOW, locale)).toBe(name);
  });
});

test('a date field holds the day it is here', () => {
  expect(dateFieldValue(at('2026-01-05T00:10:00'))).toBe('2026-01-05');
  expect(dateFieldTime('2026-01-05')).toBe(startOfDay(at('2026-01-05T18:00:00')));
  expect(dateFieldTime('2026-01')).toBeNull();
});
