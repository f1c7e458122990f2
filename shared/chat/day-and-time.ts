import type { Locale } from '../settings/contract.ts';

const TAGS: Readonly<Record<Locale, string>> = { ja: 'ja-JP', en: 'en-GB' };
const formats = new Map<Locale, Intl.DateTimeFormat>();

/**
 * A full date and the time, in words: 「2026年11月22日日曜日 18:00」. `wallClock` carries the person's own time in its UTC fields. The
 * first call for a language takes some 30 ms, while its calendar is loaded.
 */
export function dayAndTime(locale: Locale, wallClock: Date): string {
  let format = formats.get(locale);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(TAGS[locale], { timeZone: 'UTC', dateStyle: 'full', timeStyle: 'short' });
    formats.set(locale, format);
  }
  return format.format(wallClock);
}
