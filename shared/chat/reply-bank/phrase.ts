import type { Locale } from '../../settings/contract.ts';
import { MS_PER_MINUTE } from '../../base/time.ts';
import type { Register } from '../../characters/contract.ts';
import type { Scene } from '../scene.ts';
import type { BankDaypart, BankLine } from './bank.ts';
import { topicOf } from './topic.ts';

/** What the slots of a line are filled with; a line with a slot that has nothing is not said. */
export interface Facts {
  readonly user: string;
  readonly char: string;
  readonly I: string;
  readonly topic: string | null;
  readonly time: string;
  readonly daypart: BankDaypart;
  /** What depends on the move made: the clause given back, the memory spoken of, the hour asked for. */
  readonly more: Readonly<Partial<Record<string, string | null>>>;
}

/** The facts of a scene; the topic is looked for in `words`, unless null. */
export function factsOf(scene: Scene, words: string | null): Facts {
  const { character, locale } = scene;
  const hour = new Date(scene.nowMs + scene.utcOffsetMinutes * MS_PER_MINUTE).getUTCHours();
  return {
    user: scene.personName.trim(),
    char: character.nickname.trim() || character.name,
    I: character.speech.firstPerson.trim() || (locale === 'ja' ? FIRST_PERSON[character.speech.register] : 'I'),
    topic: words === null ? null : topicOf(words, locale),
    time: locale === 'ja' ? `${hour}時` : `${hour % 12 === 0 ? 12 : hour % 12} ${hour < 12 ? 'am' : 'pm'}`,
    daypart: daypartOf(hour),
    more: {},
  };
}

const FIRST_PERSON: Readonly<Record<Register, string>> = {
  polite: '私',
  casual: '私',
  kansai: 'うち',
  ojousama: 'わたくし',
  cool: '私',
  lively: 'わたし',
};

/** What fills a slot; empty when nothing does. */
export function slotValue(facts: Facts, slot: string): string {
  switch (slot) {
    case 'user':
    case 'char':
    case 'I':
    case 'topic':
    case 'time':
      return facts[slot] ?? '';
    default:
      return facts.more[slot] ?? '';
  }
}

function daypartOf(hour: number): BankDaypart {
  if (hour < 5 || hour >= 22) return 'night';
  if (hour < 11) return 'morning';
  return hour < 17 ? 'day' : 'evening';
}

/** Fills the slots of a line. What fills a slot is never read as one. */
export function fill(line: string, facts: Facts, locale: Locale): string {
  return line.replaceAll(/\{(\w+)\}/gu, (_slot, name: string, at: number) => {
    const value = slotValue(facts, name);
    const opens = at === 0 || /[.!?]\s$/u.test(line.slice(0, at));
    return locale === 'en' && opens ? value.charAt(0).toUpperCase() + value.slice(1) : value;
  });
}

/** Puts one sentence after another as the language writes it. */
export function joinSentences(first: string, next: string, locale: Locale): string {
  if (first.trim() === '') return next;
  const ended = /[。．.！!？?…♪」』）)~〜]\s*$/u.test(first);
  if (locale === 'en') return `${first}${ended ? '' : '…'}${/\s$/u.test(first) ? '' : ' '}${next}`;
  return `${first}${ended ? '' : '……'}${/[！!？?]$/u.test(first) ? ' ' : ''}${next}`;
}

/** The words a text opens with, as far as an ear notices that they come again. */
export function openingOf(text: string, locale: Locale): string {
  if (locale === 'en') return /^\P{L}*([\p{L}']+)/u.exec(text)?.[1]?.toLowerCase() ?? '';
  return [...text.replace(/^[\p{P}\s]+/u, '')].slice(0, 3).join('');
}

/**
 * The rest of a line that a text breaks off within; null when it does not. Only a beginning of three characters or
 * more counts, from where a sentence begins.
 */
export function restOfUnfinished(
  text: string,
  lines: readonly BankLine[],
  facts: Facts,
  locale: Locale,
): string | null {
  let best: { readonly length: number; readonly rest: string } | null = null;
  for (const line of lines) {
    if (line.slots.some((slot) => slotValue(facts, slot) === '')) continue;
    const whole = fill(line.text, facts, locale);
    for (let length = Math.min(whole.length - 1, text.length); length >= 3; length -= 1) {
      if (best !== null && length <= best.length) break;
      const from = text.length - length;
      if (!text.endsWith(whole.slice(0, length)) || (from > 0 && !/[\s。！？!?.…」]/u.test(text.charAt(from - 1))))
        continue;
      // "うん。" is whole, even where another line begins so.
      if (/[。！？!?.…]\s*$/u.test(text)) break;
      best = { length, rest: whole.slice(length) };
      break;
    }
  }
  return best?.rest ?? null;
}
