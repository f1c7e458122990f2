import type { Day, DayRange } from './calendar.ts';

/** What a rule is told besides its match. */
export interface TimeSetting {
  /** The day the words were said. */
  readonly today: Day;
  /** Where a date without a year, or a weekday without a week, is looked for. */
  readonly direction: 'past' | 'future';
}

export interface TimeRule {
  /** With the flag `g`. */
  readonly pattern: RegExp;
  /** null: it only looked like a time. */
  readonly resolve: (match: RegExpMatchArray, setting: TimeSetting) => DayRange | null;
}
