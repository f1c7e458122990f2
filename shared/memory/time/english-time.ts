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

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH =
  '(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?';
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const WEEKDAY = '(sun(?:day)?|mon(?:day)?|tues?(?:day)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?)';
const LONG_WEEKDAY = '(sunday|monday|tuesday|wednesday|thursday|friday|saturday)';
const SEASON = '(spring|summer|autumn|fall|winter)';
const YEAR = '((?:19|20)\\d{2})';
const DATE = '(\\d{1,2})(?:st|nd|rd|th)?';
const NUMBERS: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  'a few': 3,
  few: 3,
  'a couple of': 2,
  'a couple': 2,
  'couple of': 2,
  couple: 2,
  several: 4,
};
const AMOUNT =
  '(\\d{1,3}|a few|a couple(?: of)?|couple(?: of)?|several|few|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)';
const UNIT = '(day|night|week|weekend|fortnight|month|year|decade)s?';
const WHICH = '(last|past|previous|this past|this|next|coming|following)';

type Resolve = TimeRule['resolve'];
const rule = (source: string, resolve: Resolve): TimeRule => ({
  pattern: new RegExp(`\\b${source}\\b`, 'gi'),
  resolve,
});
const fixed = (source: string, from: number, to: number): TimeRule =>
  rule(source, (_, { today }) => [today + from, today + to]);
const feast = (source: string, month: number, date: number): TimeRule =>
  rule(`(?:(last|this|next) )?${source}(?: ${YEAR})?`, (match, setting) =>
    yearly((year) => oneDay(dayFrom(year, month, date)), match[1], match[2], setting),
  );

/** How English names a time. */
export const ENGLISH_TIME: readonly TimeRule[] = [
  rule(`${YEAR}-(\\d{2})-(\\d{2})`, (m) => dated(Number(m[1]), Number(m[2]), Number(m[3]))),
  rule(`(\\d{1,2})/(\\d{1,2})/${YEAR}`, (m) =>
    Number(m[1]) > 12
      ? dated(Number(m[3]), Number(m[2]), Number(m[1]))
      : dated(Number(m[3]), Number(m[1]), Number(m[2])),
  ),
  rule(`(?:the )?${DATE} (?:of )?${MONTH},?(?: ${YEAR})?`, (m, s) => monthDay(m[2], m[1], m[3], s)),
  rule(`${MONTH} (?:the )?${DATE}(?:,? ${YEAR})?`, (m, s) => monthDay(m[1], m[2], m[3], s)),
  rule(`${MONTH},?(?: of)? ${YEAR}`, (m) => monthRange(Number(m[2]), monthNumber(m[1]))),
  rule(`(?:(in|since|until|during|by|from|of|around|early|late|mid|last|this|next|every)[ -])${MONTH}`, (m, s) =>
    yearly((year) => monthRange(year, monthNumber(m[2])), m[1], undefined, s),
  ),
  rule(`(?:(last|this|next|past|in|during|over) )?(?:the )?${SEASON}(?:,?(?: of)? ${YEAR})?`, (m, s) =>
    // "fall" and "spring" are verbs and coils too: alone they need a word before them or a year.
    m[1] === undefined && m[3] === undefined ? null : yearly((year) => seasonRange(season(m[2]), year), m[1], m[3], s),
  ),
  rule(`(?:in|since|until|during|from|of|by|back in|early|late|year) ${YEAR}`, (m) => yearRange(Number(m[1]))),
  rule(YEAR, (m) => yearRange(Number(m[1]))),
  rule(
    `(?:the )?(week|weekend|month|day|year) (before|after|of) (?:the )?${DATE} (?:of )?${MONTH},?(?: ${YEAR})?`,
    (m, s) => beside(m[1], m[2], monthDay(m[4], m[3], m[5], s)),
  ),
  rule(`(?:the )?(week|weekend|month|day|year) (before|after|of) ${MONTH} ${DATE}(?:,? ${YEAR})?`, (m, s) =>
    beside(m[1], m[2], monthDay(m[3], m[4], m[5], s)),
  ),
  rule(`(?:the )?${LONG_WEEKDAY} (before|after) (?:the )?${DATE} (?:of )?${MONTH},?(?: ${YEAR})?`, (m, s) =>
    weekdayBeside(m[1], m[2], monthDay(m[4], m[3], m[5], s)),
  ),
  fixed('day before yesterday', -2, -1),
  fixed('day after tomorrow', 2, 3),
  fixed('(?:yesterday|last night|last evening)', -1, 0),
  fixed('(?:today|tonight|this (?:morning|afternoon|evening)|earlier today|right now)', 0, 1),
  fixed('(?:tomorrow)', 1, 2),
  fixed('(?:the other (?:day|night|week))', -10, 0),
  fixed('(?:recently|lately|these days)', -21, 1),
  fixed('(?:a while (?:back|ago))', -120, -10),
  rule(`${AMOUNT} ${UNIT} (?:ago|back|earlier)`, (m, { today }) => shifted(m[2], -amount(m[1]), today)),
  rule(`in ${AMOUNT} ${UNIT}`, (m, { today }) => shifted(m[2], amount(m[1]), today)),
  rule(`(?:for )?(?:the )?(?:last|past) ${AMOUNT} ${UNIT}`, (m, { today }) => [
    shifted(m[2], -amount(m[1]), today)[0],
    today + 1,
  ]),
  rule(`${WHICH} (week|weekend|month|year)`, (m, { today }) => around(m[2], stepOf(m[1]), today)),
  rule(`${WHICH} ${WEEKDAY}`, (m, s) => weekday(m[2], m[1], s)),
  rule(
    `(?:on|by|until|till|before|for|since) the (\\d{1,2})(?:st|nd|rd|th)(?! (?:of|floor|time|anniversary|grade))`,
    (m, s) => dayOfMonth(Number(m[1]), s),
  ),
  rule(`(?:on|by|until|since|this) ${WEEKDAY}`, (m, s) => weekday(m[1], undefined, s)),
  rule(`${LONG_WEEKDAY}`, (m, s) => weekday(m[1], undefined, s)),
  feast('christmas eve', 12, 24),
  feast('christmas(?: day)?', 12, 25),
  feast("new year(?:'|’)?s? eve", 12, 31),
  feast("new year(?:'|’)?s?(?: day)", 1, 1),
  feast('halloween', 10, 31),
  feast("valentine(?:'|’)?s?(?: day)?", 2, 14),
];

function monthNumber(name: string | undefined): number {
  return MONTHS.indexOf((name ?? '').slice(0, 3).toLowerCase()) + 1;
}

function season(name: string | undefined): Season {
  const word = (name ?? '').toLowerCase();
  return word === 'spring' || word === 'summer' || word === 'winter' ? word : 'autumn';
}

function amount(text: string | undefined): number {
  const word = (text ?? '').toLowerCase();
  return /^\d+$/.test(word) ? Number(word) : (NUMBERS[word] ?? 1);
}

function dated(year: number, month: number, date: number): DayRange | null {
  return isDate(year, month, date) ? oneDay(dayFrom(year, month, date)) : null;
}

function monthDay(
  name: string | undefined,
  date: string | undefined,
  year: string | undefined,
  setting: TimeSetting,
): DayRange | null {
  const month = monthNumber(name);
  if (year !== undefined) return dated(Number(year), month, Number(date));
  if (!isDate(2024, month, Number(date))) return null;
  return nearestYear((each) => oneDay(dayFrom(each, month, Number(date))), setting.today, setting.direction);
}

/** "The 23rd" of this month, or of the one before or after it, as the direction has it. */
function dayOfMonth(date: number, { today, direction }: TimeSetting): DayRange | null {
  const { year, month, date: now } = civilOf(today);
  const shift = direction === 'future' ? (date < now ? 1 : 0) : date > now ? -1 : 0;
  const first = civilOf(dayFrom(year, month + shift, 1));
  return dated(first.year, first.month, date);
}

/** A time of the year: of the year named, or of the one that `last`, `this` or `next` means, or of the nearest. */
function yearly(
  rangeOf: (year: number) => DayRange,
  which: string | undefined,
  year: string | undefined,
  { today, direction }: TimeSetting,
): DayRange {
  if (year !== undefined) return rangeOf(Number(year));
  const word = which?.toLowerCase();
  if (word === 'next') {
    const soonest = nearestYear(rangeOf, today + 1, 'future');
    // What is going on is "this".
    return soonest[0] <= today ? nearestYear(rangeOf, soonest[1], 'future') : soonest;
  }
  if (word === 'this') return rangeOf(civilOf(today).year);
  if (word === 'last' || word === 'past') {
    const latest = nearestYear(rangeOf, today, 'past');
    return latest[1] > today ? nearestYear(rangeOf, latest[0] - 1, 'past') : latest;
  }
  return nearestYear(rangeOf, today, direction);
}

function stepOf(which: string | undefined): number {
  const word = (which ?? '').toLowerCase();
  return word === 'this' ? 0 : word === 'next' || word === 'coming' || word === 'following' ? 1 : -1;
}

function around(unit: string | undefined, step: number, today: Day): DayRange {
  const { year, month } = civilOf(today);
  if (unit === 'week') return weekRange(today, step);
  if (unit === 'weekend') return weekendRange(today, step);
  return unit === 'month' ? monthRange(year, month + step) : yearRange(year + step);
}

/** A round number of units away is meant as roughly as it is said. */
function shifted(unit: string | undefined, units: number, today: Day): DayRange {
  const { year, month } = civilOf(today);
  switch (unit?.toLowerCase()) {
    case 'day':
    case 'night':
      return oneDay(today + units);
    case 'week':
      return weekRange(today, units);
    case 'fortnight':
      return weekRange(today, units * 2);
    case 'weekend':
      return weekendRange(today, units);
    case 'month':
      return monthRange(year, month + units);
    case 'decade':
      return [dayFrom(year + units * 10 - 1, 1, 1), dayFrom(year + units * 10 + 2, 1, 1)];
    default:
      return yearRange(year + units);
  }
}

function weekdayNumber(name: string | undefined): number {
  return WEEKDAYS.indexOf((name ?? '').slice(0, 3).toLowerCase());
}

function weekday(name: string | undefined, which: string | undefined, { today, direction }: TimeSetting): DayRange {
  const wanted = weekdayNumber(name);
  const word = which?.toLowerCase();
  // "Next Friday" said on a Wednesday is not the day after tomorrow, which is "this Friday".
  if (word === 'next') return oneDay(weekRange(today, 1)[0] + ((wanted + 6) % 7));
  const ahead = word === 'coming' || word === 'following' || (word === undefined && direction === 'future');
  if (word === 'this') return oneDay(weekRange(today)[0] + ((wanted + 6) % 7));
  const distance = (((wanted - weekdayOf(today)) % 7) + 7) % 7;
  if (ahead) return oneDay(today + (distance === 0 ? 7 : distance));
  return oneDay(today - (distance === 0 ? 7 : 7 - distance));
}

/** The week before a date, the weekend after it, the month of it. */
function beside(unit: string | undefined, side: string | undefined, date: DayRange | null): DayRange | null {
  if (date === null) return null;
  const word = unit?.toLowerCase();
  const step = side?.toLowerCase() === 'before' ? -1 : side?.toLowerCase() === 'after' ? 1 : 0;
  if (word === 'day') return oneDay(date[0] + step);
  if (word === 'week' && step !== 0) return step < 0 ? [date[0] - 7, date[0]] : [date[1], date[1] + 7];
  if (word === 'weekend')
    return weekendRange(
      step < 0 ? date[0] - 1 : date[0],
      step < 0 && weekdayOf(date[0]) !== 1 ? -1 : step < 0 ? 0 : step,
    );
  return around(word, step, date[0]);
}

function weekdayBeside(name: string | undefined, side: string | undefined, date: DayRange | null): DayRange | null {
  if (date === null) return null;
  const distance = (((weekdayNumber(name) - weekdayOf(date[0])) % 7) + 7) % 7;
  if (side?.toLowerCase() === 'after') return oneDay(date[0] + (distance === 0 ? 7 : distance));
  return oneDay(date[0] - (distance === 0 ? 7 : 7 - distance));
}
