import { civilOf, dayFrom, dayOf, isDate, startOfDayMs } from '../time/calendar.ts';
import { timeSpans, type TimeSpan } from '../time/time-spans.ts';

/** A time named in a text. */
export interface When {
  /** [fromMs, toMs) of the days that are meant. */
  readonly fromMs: number;
  readonly toMs: number;
  /** As it stays true when read years later: 2026年5月12日, 12 May 2026. */
  readonly label: string;
  /** The words, in UTF-16 units of the text that was searched: [start, end). */
  readonly start: number;
  readonly end: number;
  /** Begins after the day of the message, or is that day. */
  readonly ahead: boolean;
  readonly days: number;
}

export interface Moment {
  readonly atMs: number;
  readonly utcOffsetMinutes: number;
}

/** "Recently" is no date. */
const VAGUE =
  /recent|lately|these days|a while|the other|right now|^(?:for )?(?:the )?(?:last|past) \S+ \S+s$|最近|近頃|この(?:間|前)$|こないだ$|先日|さっき|そのうち|いつか|今度$|いま|^今$|この頃|昔|以前|^一日$/iu;

/** "That Saturday", その週の土曜: counted from a time told elsewhere. */
const RELATIVE_TO_ANOTHER = /(?:その[週月日年]の?|翌|同じ[週月日年]の?|\b(?:that|same|previous|following)\s+)$/iu;

/** Times of a text, in order. `direction` is where an open date ("Friday", 6月3日) lies. */
export function timesIn(text: string, moment: Moment, language: 'ja' | 'en', direction: 'past' | 'future'): When[] {
  const today = dayOf(moment.atMs, moment.utcOffsetMinutes);
  return withoutWeekdayBeside(text, timeSpans(text, moment.atMs, moment.utcOffsetMinutes, direction))
    .filter(
      (span) => !VAGUE.test(text.slice(span.start, span.end)) && !RELATIVE_TO_ANOTHER.test(text.slice(0, span.start)),
    )
    .map((span) => ({
      fromMs: startOfDayMs(span.fromDay, moment.utcOffsetMinutes),
      toMs: startOfDayMs(span.toDay, moment.utcOffsetMinutes),
      label: labelOf(span.fromDay, span.toDay, language),
      start: span.start,
      end: span.end,
      ahead: span.toDay > today,
      days: span.toDay - span.fromDay,
    }));
}

/** In "Saturday the 23rd of August" the date tells which Saturday. */
function withoutWeekdayBeside(text: string, spans: readonly TimeSpan[]): TimeSpan[] {
  const kept: TimeSpan[] = [];
  for (const span of spans) {
    const before = kept.at(-1);
    const weekday = before !== undefined && /(?:day|曜日?)$/iu.test(text.slice(before.start, before.end));
    if (before !== undefined && weekday && /^[,、\s]*(?:the\s+)?$/iu.test(text.slice(before.end, span.start))) {
      kept[kept.length - 1] = { ...span, start: before.start };
    } else kept.push(span);
  }
  return kept;
}

/** A day written as YYYY-MM-DD on the person's calendar; null when there is no such day. */
export function writtenDay(
  text: string,
  utcOffsetMinutes: number,
): { readonly fromMs: number; readonly toMs: number } | null {
  const [year = 0, month = 0, date = 0] = text.split('-').map(Number);
  if (!isDate(year, month, date)) return null;
  const day = dayFrom(year, month, date);
  return { fromMs: startOfDayMs(day, utcOffsetMinutes), toMs: startOfDayMs(day + 1, utcOffsetMinutes) };
}

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
const SEASONS = { 3: ['春', 'spring'], 6: ['夏', 'summer'], 9: ['秋', 'autumn'], 12: ['冬', 'winter'] } as const;
const WEEK = 7;

function labelOf(fromDay: number, toDay: number, language: 'ja' | 'en'): string {
  const from = civilOf(fromDay);
  const to = civilOf(toDay);
  const month = MONTHS[from.month - 1] ?? '';
  const ja = language === 'ja';
  const day = ja ? `${from.year}年${from.month}月${from.date}日` : `${from.date} ${month} ${from.year}`;
  const days = toDay - fromDay;
  if (days === 1) return day;
  if (days === WEEK) return ja ? `${day}の週` : `the week of ${day}`;
  if (days < WEEK) return ja ? `${day}ごろ` : `around ${day}`;
  const monthLabel = ja ? `${from.year}年${from.month}月` : `${month} ${from.year}`;
  if (from.date !== 1 || to.date !== 1) return ja ? `${monthLabel}ごろ` : `around ${monthLabel}`;
  const months = (to.year - from.year) * 12 + to.month - from.month;
  if (months === 1) return monthLabel;
  if (months === 12 && from.month === 1) return String(from.year) + (ja ? '年' : '');
  const season = months === 3 && isSeasonMonth(from.month) ? SEASONS[from.month] : undefined;
  if (season === undefined) return ja ? `${from.year}年ごろ` : `around ${from.year}`;
  return ja ? `${from.year}年の${season[0]}` : `${season[1]} ${from.year}`;
}

function isSeasonMonth(month: number): month is keyof typeof SEASONS {
  return month in SEASONS;
}
