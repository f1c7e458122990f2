import type { EpochMs } from '../../base/time.ts';
import { dayOf, type Day } from './calendar.ts';
import { ENGLISH_TIME } from './english-time.ts';
import { JAPANESE_TIME } from './japanese-time.ts';
import type { TimeRule, TimeSetting } from './time-rule.ts';

/** A time that a text speaks of, as days of the person's wall calendar. */
export interface TimeSpan {
  /** Days since 1970-01-01: [fromDay, toDay). */
  readonly fromDay: Day;
  readonly toDay: Day;
  /** Where the words stand, in UTF-16 units of the text: [start, end). */
  readonly start: number;
  readonly end: number;
}

const ENGLISH = /[a-z0-9]/i;
const JAPANESE = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u;
const FUTURE =
  /\b(?:will|gonna|going to|'ll|plan(?:s|ning)? (?:to|on|for)|upcoming|looking forward|can't wait|soon)\b|つもり|予定|楽しみ|しよう|行こう|する予定|までに|締め?切り|来る/iu;
/** A text longer than this is read only so far: nobody dates an essay. */
const READ_UNITS = 4000;
/** Nothing is said here of ages before. */
const MIN_DAY = -36_525;
const MAX_DAY = 73_050;

/**
 * The times a text speaks of, in Japanese and English, in the order they stand; each stretch of text counts once, to the rule
 * that reads most of it. `atMs` is when it was said. `direction` is where an open date lies, for who knows better than the words tell.
 */
export function timeSpans(
  text: string,
  atMs: EpochMs,
  utcOffsetMinutes: number,
  direction?: TimeSetting['direction'],
): TimeSpan[] {
  const read = halfWidthDigits(text.slice(0, READ_UNITS));
  const setting: TimeSetting = {
    today: dayOf(atMs, utcOffsetMinutes),
    direction: direction ?? (FUTURE.test(read) ? 'future' : 'past'),
  };
  const found: TimeSpan[] = [];
  if (ENGLISH.test(read)) collect(read, ENGLISH_TIME, setting, found);
  if (JAPANESE.test(read)) collect(read, JAPANESE_TIME, setting, found);
  return withoutOverlaps(found);
}

function collect(text: string, rules: readonly TimeRule[], setting: TimeSetting, into: TimeSpan[]): void {
  for (const rule of rules) {
    for (const match of text.matchAll(rule.pattern)) {
      const range = rule.resolve(match, setting);
      if (range === null || range[0] >= range[1] || range[0] < MIN_DAY || range[1] > MAX_DAY) continue;
      into.push({ fromDay: range[0], toDay: range[1], start: match.index, end: match.index + match[0].length });
    }
  }
}

/** The longest of those that share text; among equals the first found, as rules stand in order of trust. */
function withoutOverlaps(found: readonly TimeSpan[]): TimeSpan[] {
  const kept: TimeSpan[] = [];
  for (const span of found.toSorted((a, b) => b.end - b.start - (a.end - a.start))) {
    if (kept.every((other) => span.end <= other.start || span.start >= other.end)) kept.push(span);
  }
  return kept.sort((a, b) => a.start - b.start);
}

/** Keeps every offset: one unit for one unit. */
function halfWidthDigits(text: string): string {
  return text.replaceAll(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0));
}
