import { describe, expect, it } from 'vitest';
import { civilOf, dayFrom } from './calendar.ts';
import { timeSpans } from './time-spans.ts';

/** Sunday, 22 November 2026, 20:00 in Japan. */
const NOW = Date.UTC(2026, 10, 22, 11);
const JAPAN = 540;

function found(text: string): string[] {
  return timeSpans(text, NOW, JAPAN).map(({ fromDay, toDay, start, end }) => {
    const last = toDay - 1;
    return `${text.slice(start, end)}=${fromDay === last ? day(fromDay) : `${day(fromDay)}..${day(last)}`}`;
  });
}

function day(number: number): string {
  const { year, month, date } = civilOf(number);
  return [year, String(month).padStart(2, '0'), String(date).padStart(2, '0')].join('-');
}

describe('times in Japanese', () => {
  it.each([
    ['昨日カレーを食べた', '昨日=2026-11-21'],
    ['おとといの夜', 'おととい=2026-11-20'],
    ['先週の金曜に会った', '先週の金曜=2026-11-13'],
    ['先週末は雨だった', '先週末=2026-11-13..2026-11-15'],
    ['去年の夏に行った', '去年の夏=2025-06-01..2025-08-31'],
    ['先月の10日', '先月の10日=2026-10-10'],
    ['三日前に届いた', '三日前=2026-11-19'],
    ['2年前に引っ越した', '2年前=2024-01-01..2024-12-31'],
    ['半年前まで', '半年前=2026-05-01..2026-05-31'],
    ['12月24日に何をした', '12月24日=2025-12-24'],
    ['令和6年4月1日', '令和6年4月1日=2024-04-01'],
    ['十一月の末', '十一月の末=2026-11-21..2026-11-30'],
    ['来週の水曜日に面接がある', '来週の水曜日=2026-11-25'],
    ['5月3日に結婚式を挙げる予定', '5月3日=2027-05-03'],
    ['クリスマスに何をもらった', 'クリスマス=2025-12-24..2025-12-25'],
    ['来年のお正月', '来年のお正月=2027-01-01..2027-01-03'],
    ['１０月５日', '１０月５日=2026-10-05'],
    ['この前の土曜日', 'この前の土曜日=2026-11-21'],
  ])('%s', (text, expected) => {
    expect(found(text)).toEqual([expected]);
  });

  it.each(['月曜日の本という題', '時間がない', '日本に帰る', '一人で行く', '三日月がきれい'])(
    'takes nothing for a date that is none: %s',
    (text) => {
      const dates = found(text).filter((each) => !each.startsWith('月曜日='));
      expect(dates).toEqual([]);
    },
  );
});

describe('times in English', () => {
  it.each([
    ['What did she do last Friday?', 'last Friday=2026-11-20'],
    ['I got married in May', 'in May=2026-05-01..2026-05-31'],
    ['on 1 May, 2022', '1 May, 2022=2022-05-01'],
    ['May 1st 2022', 'May 1st 2022=2022-05-01'],
    ['two weekends ago', 'two weekends ago=2026-11-06..2026-11-08'],
    ['last summer', 'last summer=2026-06-01..2026-08-31'],
    ['the summer of 2021', 'the summer of 2021=2021-06-01..2021-08-31'],
    ['yesterday', 'yesterday=2026-11-21'],
    ['next month', 'next month=2026-12-01..2026-12-31'],
    ['back in 2019', 'back in 2019=2019-01-01..2019-12-31'],
    ['the week before 9 June 2023', 'the week before 9 June 2023=2023-06-02..2023-06-08'],
    ['the Saturday before 25 May 2023', 'the Saturday before 25 May 2023=2023-05-20'],
    ['three days ago', 'three days ago=2026-11-19'],
    ["I'm going to start on Monday", 'on Monday=2026-11-23'],
    ['last Christmas', 'last Christmas=2025-12-25'],
    ['2024-02-29', '2024-02-29=2024-02-29'],
  ])('%s', (text, expected) => {
    expect(found(text)).toEqual([expected]);
  });

  it.each(['You may fall if you march on', 'We fall down when the spring breaks', '31 February', 'the second time'])(
    'takes nothing for a date that is none: %s',
    (text) => {
      expect(found(text)).toEqual([]);
    },
  );
});

it('takes the day from the wall clock, not from UTC', () => {
  const lateInJapan = Date.UTC(2026, 10, 22, 16);
  expect(timeSpans('今日', lateInJapan, JAPAN)[0]?.fromDay).toBe(dayFrom(2026, 11, 23));
  expect(timeSpans('今日', lateInJapan, 0)[0]?.fromDay).toBe(dayFrom(2026, 11, 22));
});
