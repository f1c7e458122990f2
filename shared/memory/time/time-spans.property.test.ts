import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MS_PER_DAY, MS_PER_MINUTE } from '../../base/time.ts';
import { civilOf, dayFrom, dayOf, weekdayOf } from './calendar.ts';
import { timeSpans } from './time-spans.ts';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const KANJI_WEEKDAYS = ['日', '月', '火', '水', '木', '金', '土'];

/** 1960 to 2090. */
const anyDay = fc.integer({ min: dayFrom(1960, 1, 1), max: dayFrom(2090, 12, 31) });
const anyOffset = fc.integer({ min: -12 * 60, max: 14 * 60 });
/** A moment, and the day it falls on there. */
const anyMoment = fc
  .record({ day: anyDay, minute: fc.integer({ min: 0, max: 1439 }), offset: anyOffset })
  .map(({ day, minute, offset }) => ({ day, offset, atMs: day * MS_PER_DAY + (minute - offset) * MS_PER_MINUTE }));
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc
    .array(
      fc.constantFrom(
        'last ',
        'Friday',
        'in ',
        'May',
        '3',
        '12',
        '/',
        '日',
        '月',
        '年',
        '前',
        '先週',
        'の',
        '金曜',
        ' ago',
        '２０２４',
        '十',
        '夏',
        'week',
        'the ',
        'before ',
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
);

it('spans are whole, in order, apart, and within the text, whatever the text', () => {
  fc.assert(
    fc.property(anyText, anyMoment, (text, { atMs, offset }) => {
      let end = 0;
      for (const span of timeSpans(text, atMs, offset)) {
        expect(span.start).toBeGreaterThanOrEqual(end);
        expect(span.end).toBeGreaterThan(span.start);
        expect(span.end).toBeLessThanOrEqual(text.length);
        expect(span.toDay).toBeGreaterThan(span.fromDay);
        expect(Number.isInteger(span.fromDay) && Number.isInteger(span.toDay)).toBe(true);
        end = span.end;
      }
    }),
  );
});

it('a full date is that date, whenever it is said, in every spelling', () => {
  fc.assert(
    fc.property(anyDay, anyMoment, (wanted, { atMs, offset }) => {
      const { year, month, date } = civilOf(wanted);
      const spellings = [
        `${year}年${month}月${date}日`,
        `${year}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`,
        `${date} ${MONTHS[month - 1] ?? ''}, ${year}`,
        `${MONTHS[month - 1] ?? ''} ${date}, ${year}`,
      ];
      for (const text of spellings) {
        expect(timeSpans(text, atMs, offset).map(({ fromDay, toDay }) => [fromDay, toDay])).toEqual([
          [wanted, wanted + 1],
        ]);
      }
    }),
  );
});

it('昨日 said on a day and 今日 said the day before are the same day', () => {
  fc.assert(
    fc.property(anyMoment, ({ atMs, offset }) => {
      const dayBefore = timeSpans('今日', atMs - MS_PER_DAY, offset);
      expect(timeSpans('昨日', atMs, offset).map(({ fromDay }) => fromDay)).toEqual(
        dayBefore.map(({ fromDay }) => fromDay),
      );
      expect(dayBefore[0]?.fromDay).toBe(dayOf(atMs, offset) - 1);
    }),
  );
});

it('a weekday named as last lies one to seven days back, and is that weekday, in both languages', () => {
  fc.assert(
    fc.property(anyMoment, fc.integer({ min: 0, max: 6 }), ({ atMs, offset, day }, weekday) => {
      for (const text of [`last ${WEEKDAYS[weekday] ?? ''}`, `この前の${KANJI_WEEKDAYS[weekday] ?? ''}曜日`]) {
        const [span] = timeSpans(text, atMs, offset);
        expect(span && weekdayOf(span.fromDay)).toBe(weekday);
        expect(day - (span?.fromDay ?? day)).toBeGreaterThanOrEqual(1);
        expect(day - (span?.fromDay ?? day)).toBeLessThanOrEqual(7);
      }
    }),
  );
});

it('先週 holds every weekday of it, and touches 今週 without a gap', () => {
  fc.assert(
    fc.property(anyMoment, fc.integer({ min: 0, max: 6 }), ({ atMs, offset, day }, weekday) => {
      const [last] = timeSpans('先週', atMs, offset);
      const [current] = timeSpans('今週', atMs, offset);
      const [named] = timeSpans(`先週の${KANJI_WEEKDAYS[weekday] ?? ''}曜`, atMs, offset);
      expect(last?.toDay).toBe(current?.fromDay);
      expect(current && current.fromDay <= day && day < current.toDay).toBe(true);
      expect(last && named && last.fromDay <= named.fromDay && named.toDay <= last.toDay).toBe(true);
    }),
  );
});

it('so many days ago is so many days back, in digits, kanji and English', () => {
  fc.assert(
    fc.property(anyMoment, fc.integer({ min: 1, max: 99 }), ({ atMs, offset, day }, count) => {
      for (const text of [`${count}日前`, `${kanji(count)}日前`, `${count} days ago`]) {
        expect(timeSpans(text, atMs, offset).map(({ fromDay }) => fromDay)).toEqual([day - count]);
      }
    }),
  );
});

it('a month without a year has begun already when it is told of, and is less than a year away', () => {
  fc.assert(
    fc.property(anyMoment, fc.integer({ min: 1, max: 12 }), ({ atMs, offset, day }, month) => {
      for (const text of [`in ${MONTHS[month - 1] ?? ''}`, `${month}月に行った`]) {
        const [span] = timeSpans(text, atMs, offset);
        expect(span && civilOf(span.fromDay).month).toBe(month);
        expect(span && span.fromDay <= day && day - span.fromDay <= 366).toBe(true);
      }
    }),
  );
});

function kanji(count: number): string {
  const digits = ['', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
  const tens = Math.floor(count / 10);
  return `${tens === 0 ? '' : tens === 1 ? '十' : `${digits[tens] ?? ''}十`}${digits[count % 10] ?? ''}`;
}
