import {
  civilOf,
  dayFrom,
  isDate,
  monthRange,
  nearestYear,
  oneDay,
  seasonRange,
  weekdayOf,
  weekendRange,
  weekRange,
  yearRange,
  type Day,
  type DayRange,
  type Season,
} from './calendar.ts';
import type { TimeRule, TimeSetting } from './time-rule.ts';

const DIGITS = '〇一二三四五六七八九';
const NUMBER = '(\\d{1,4}|[〇一二三四五六七八九十百]{1,4})';
const WEEK = '(先々週|先週|今週|再来週|来週)';
const MONTH = '(先々月|先月|今月|再来月|来月)';
const YEAR = '(一昨年|おととし|去年|昨年|今年|再来年|来年)';
const WEEKDAY = '([月火水木金土日])曜日?';
const SEASON = '(春|夏|秋|冬)';
const STEPS: Readonly<Record<string, number>> = {
  先々週: -2,
  先週: -1,
  今週: 0,
  来週: 1,
  再来週: 2,
  先々月: -2,
  先月: -1,
  今月: 0,
  来月: 1,
  再来月: 2,
  一昨年: -2,
  おととし: -2,
  去年: -1,
  昨年: -1,
  今年: 0,
  来年: 1,
  再来年: 2,
};
const SEASONS: Readonly<Record<string, Season>> = { 春: 'spring', 夏: 'summer', 秋: 'autumn', 冬: 'winter' };
/** First year of each era, less one. */
const ERAS: Readonly<Record<string, number>> = { 昭和: 1925, 平成: 1988, 令和: 2018 };

type Resolve = TimeRule['resolve'];
const rule = (source: string, resolve: Resolve): TimeRule => ({ pattern: new RegExp(source, 'gu'), resolve });
const fixed = (source: string, from: number, to: number): TimeRule =>
  rule(source, (_, { today }) => [today + from, today + to]);
const feast = (source: string, from: readonly [number, number], days: number): TimeRule =>
  rule(`(?:(?:${YEAR}|(今度|次))の?)?${source}`, (match, setting) =>
    yearly(
      (year) => [dayFrom(year, from[0], from[1]), dayFrom(year, from[0], from[1]) + days],
      match[1],
      match[2],
      setting,
    ),
  );

/** How Japanese names a time. */
export const JAPANESE_TIME: readonly TimeRule[] = [
  rule(`(?:(昭和|平成|令和)(\\d{1,2}|元)年|((?:19|20)\\d{2})年)の?(?:(\\d{1,2})月)?(?:の?(\\d{1,2})日)?`, fullDate),
  rule(`((?:19|20)\\d{2})[/.-](\\d{1,2})[/.-](\\d{1,2})`, (m) => dated(Number(m[1]), Number(m[2]), Number(m[3]))),
  rule(`(?:${YEAR}の?)?${NUMBER}月の?${NUMBER}日`, (m, s) => monthDay(m[1], number(m[2]), number(m[3]), s)),
  rule(`(?:${YEAR}の?)?(?<![\\d/])(\\d{1,2})/(\\d{1,2})(?![\\d/])`, (m, s) =>
    monthDay(m[1], Number(m[2]), Number(m[3]), s),
  ),
  rule(`(?:${YEAR}の?)?${NUMBER}月(?:の?(上旬|初め|はじめ|頭|中旬|半ば|なかば|下旬|末|終わり))?(?!曜)`, monthPart),
  rule(`${MONTH}の?${NUMBER}日`, (m, { today }) => {
    const { year, month } = civilOf(today);
    return dateIn(year, month + step(m[1]), number(m[2]));
  }),
  rule(`${MONTH}(?:の?(上旬|初め|はじめ|頭|中旬|半ば|なかば|下旬|末|終わり))?`, (m, { today }) => {
    const { year, month } = civilOf(today);
    return part(monthRange(year, month + step(m[1])), m[2]);
  }),
  rule(`(?<![\\d月〇一二三四五六七八九十])${NUMBER}日(?![間前後目本曜]|月(?!曜))`, (m, s) =>
    nearestDate(number(m[1]), s),
  ),
  rule(`${YEAR}の?${SEASON}(?:休み|頃|ごろ)?`, (m, { today }) =>
    ofYear(seasonOf(m[2]), civilOf(today).year + step(m[1])),
  ),
  rule(`(?:(今年|この|前の|次の|今度の|来る)の?)?${SEASON}(?:休み|頃|ごろ|に|から|まで|は|の間)`, (m, s) =>
    m[1] === '次の' || m[1] === '今度の'
      ? nearestYear((year) => seasonRange(seasonOf(m[2]), year), s.today + 1, 'future')
      : nearestYear((year) => seasonRange(seasonOf(m[2]), year), s.today, s.direction),
  ),
  rule(YEAR, (m, { today }) => yearRange(civilOf(today).year + step(m[1]))),
  rule(`${WEEK}の?${WEEKDAY}`, (m, { today }) => oneDay(weekRange(today, step(m[1]))[0] + fromMonday(m[2]))),
  rule(`${WEEK}(?:の?(?:週末|土日)|末)`, (m, { today }) => weekendRange(today, step(m[1]))),
  rule(`${WEEK}`, (m, { today }) => weekRange(today, step(m[1]))),
  rule(`(この前の|こないだの|この間の|前の|先日の|次の|今度の|今週の)?${WEEKDAY}`, (m, s) => weekday(m[2], m[1], s)),
  rule(`(この前の|こないだの|前の|次の|今度の)?(?:週末|土日)`, (m, s) => weekend(m[1], s)),
  fixed('(?:一昨日|おととい|おとつい)', -2, -1),
  fixed('(?:昨日|きのう|昨夜|昨晩|ゆうべ|夕べ)', -1, 0),
  fixed('(?:今日|きょう|本日|今朝|けさ|今夜|今晩|さっき|先ほど)', 0, 1),
  fixed('(?:明後日|あさって)', 2, 3),
  fixed('(?:明日|あした|あす|明朝)', 1, 2),
  fixed('(?:先日|この前|こないだ|この間)(?!の[月火水木金土日]曜)', -14, 0),
  fixed('(?:最近|近頃|このところ|ここ最近)', -21, 1),
  rule(`${NUMBER}(日|週間|週|[かヶケカヵ箇]月|年)(?:くらい|ぐらい|ほど)?(前|後)`, (m, { today }) => {
    const sign = m[3] === '前' ? -1 : 1;
    return shifted(m[2], sign * (number(m[1]) ?? 1), today);
  }),
  rule(`(数)(日|週間|[かヶケカヵ箇]月|年)(?:くらい|ぐらい|ほど)?前`, (m, { today }) => [
    shifted(m[2], -5, today)[0],
    shifted(m[2], -2, today)[1],
  ]),
  rule(`(?:半年)(?:くらい|ぐらい|ほど)?(前|後)`, (m, { today }) => shifted('か月', m[1] === '前' ? -6 : 6, today)),
  feast('(?:お?正月|元日|元旦|三が日)', [1, 1], 3),
  feast('(?:クリスマス(?:イブ)?)', [12, 24], 2),
  feast('(?:大晦日|おおみそか)', [12, 31], 1),
  feast('(?:年末(?:年始)?)', [12, 26], 9),
  feast('(?:お盆)', [8, 13], 4),
  feast('(?:ゴールデンウィーク|GW)', [4, 29], 8),
  feast('(?:バレンタイン(?:デー)?)', [2, 14], 1),
  feast('(?:ホワイトデー)', [3, 14], 1),
  feast('(?:ハロウィン)', [10, 31], 1),
  feast('(?:七夕)', [7, 7], 1),
];

function step(word: string | undefined): number {
  return STEPS[word ?? ''] ?? 0;
}

function seasonOf(word: string | undefined): Season {
  return SEASONS[word ?? ''] ?? 'spring';
}

/** Said of a year, 冬 is as often the one that begins in it: both ends count. */
function ofYear(season: Season, year: number): DayRange {
  return season === 'winter' ? [dayFrom(year - 1, 12, 1), dayFrom(year + 1, 3, 1)] : seasonRange(season, year);
}

/** Digits, or kanji numbers to 999 (二十三, 二〇); undefined when it is neither. */
function number(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  if (/^[〇一二三四五六七八九]+$/u.test(text)) {
    return [...text].reduce((sum, digit) => sum * 10 + DIGITS.indexOf(digit), 0);
  }
  const match = /^(?:([一二三四五六七八九])?(百))?(?:([一二三四五六七八九])?(十))?([一二三四五六七八九])?$/u.exec(text);
  if (match === null) return undefined;
  const digit = (place: number, none: number): number => {
    const found = match[place];
    return found === undefined ? none : DIGITS.indexOf(found);
  };
  return (
    (match[2] === undefined ? 0 : digit(1, 1) * 100) + (match[4] === undefined ? 0 : digit(3, 1) * 10) + digit(5, 0)
  );
}

function dated(year: number, month: number, date: number): DayRange | null {
  return isDate(year, month, date) ? oneDay(dayFrom(year, month, date)) : null;
}

/** A date of a month that may lie outside 1–12. */
function dateIn(year: number, month: number, date: number | undefined): DayRange | null {
  const first = civilOf(dayFrom(year, month, 1));
  return date === undefined ? null : dated(first.year, first.month, date);
}

function fullDate(match: RegExpMatchArray): DayRange | null {
  const year =
    match[3] === undefined
      ? (ERAS[match[1] ?? ''] ?? 0) + (match[2] === '元' ? 1 : Number(match[2]))
      : Number(match[3]);
  if (match[4] === undefined) return match[5] === undefined ? yearRange(year) : null;
  const month = Number(match[4]);
  if (month < 1 || month > 12) return null;
  return match[5] === undefined ? monthRange(year, month) : dated(year, month, Number(match[5]));
}

function monthDay(
  which: string | undefined,
  month: number | undefined,
  date: number | undefined,
  { today, direction }: TimeSetting,
): DayRange | null {
  if (month === undefined || date === undefined || !isDate(2024, month, date)) return null;
  if (which !== undefined) return dated(civilOf(today).year + step(which), month, date);
  return nearestYear((year) => oneDay(dayFrom(year, month, date)), today, direction);
}

function monthPart(match: RegExpMatchArray, { today, direction }: TimeSetting): DayRange | null {
  const month = number(match[2]);
  if (month === undefined || month < 1 || month > 12) return null;
  const range =
    match[1] === undefined
      ? nearestYear((year) => monthRange(year, month), today, direction)
      : monthRange(civilOf(today).year + step(match[1]), month);
  return part(range, match[3]);
}

function part(month: DayRange, which: string | undefined): DayRange {
  const [from, to] = month;
  if (which === undefined) return month;
  if (/上旬|初め|はじめ|頭/u.test(which)) return [from, from + 10];
  return /中旬|半ば|なかば/u.test(which) ? [from + 10, from + 20] : [from + 20, to];
}

function nearestDate(date: number | undefined, { today, direction }: TimeSetting): DayRange | null {
  if (date === undefined || date < 1 || date > 31) return null;
  const { year, month } = civilOf(today);
  const order = direction === 'past' ? [0, -1, -2] : [0, 1, 2];
  for (const each of order) {
    const range = dateIn(year, month + each, date);
    if (range !== null && (direction === 'past' ? range[0] <= today : range[0] >= today)) return range;
  }
  return null;
}

function yearly(
  rangeOf: (year: number) => DayRange,
  which: string | undefined,
  next: string | undefined,
  { today, direction }: TimeSetting,
): DayRange {
  if (which !== undefined) return rangeOf(civilOf(today).year + step(which));
  return nearestYear(rangeOf, next === undefined ? today : today + 1, next === undefined ? direction : 'future');
}

/** 0 is Monday. */
function fromMonday(name: string | undefined): number {
  return '月火水木金土日'.indexOf(name ?? '月');
}

function weekday(name: string | undefined, which: string | undefined, { today, direction }: TimeSetting): DayRange {
  const wanted = (fromMonday(name) + 1) % 7;
  if (which === '今週の') return oneDay(weekRange(today)[0] + fromMonday(name));
  const distance = (((wanted - weekdayOf(today)) % 7) + 7) % 7;
  const ahead = which === '次の' || which === '今度の' || (which === undefined && direction === 'future');
  if (ahead) return oneDay(today + (distance === 0 ? 7 : distance));
  return oneDay(today - (distance === 0 ? 7 : 7 - distance));
}

function weekend(which: string | undefined, { today, direction }: TimeSetting): DayRange {
  if (which === '次の' || which === '今度の' || (which === undefined && direction === 'future')) {
    const range = weekendRange(today);
    return range[1] > today + 1 && weekdayOf(today) >= 1 && weekdayOf(today) < 5 ? range : weekendRange(today, 1);
  }
  return weekendRange(today, weekdayOf(today) === 0 || weekdayOf(today) === 6 ? 0 : -1);
}

function shifted(unit: string | undefined, units: number, today: Day): DayRange {
  const { year, month } = civilOf(today);
  if (unit === '日') return oneDay(today + units);
  if (unit === '週' || unit === '週間') return weekRange(today, units);
  return unit === '年' ? yearRange(year + units) : monthRange(year, month + units);
}
