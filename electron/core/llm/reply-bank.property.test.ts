import { resolve } from 'node:path';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { seededRandom } from '#shared/base/random.ts';
import { REGISTERS } from '#shared/characters/contract.ts';
import { chooseReply, MEMORY_TURNS, type Chosen } from '#shared/chat/reply-bank/choose.ts';
import { detect } from '#shared/chat/reply-bank/detect.ts';
import { SITUATIONS, type Situation } from '#shared/chat/reply-bank/situations.ts';
import type { Locale } from '#shared/settings/contract.ts';
import {
  LOCALES,
  openShelf,
  personSays,
  companionSays,
  sceneOf,
  talkThrough,
  type Shelf,
} from './reply-bank-harness.ts';

let shelf: Shelf;
const utterances: Record<Locale, Record<string, string[]>> = { ja: {}, en: {} };
beforeAll(async () => {
  shelf = await openShelf();
  for (const locale of LOCALES) {
    utterances[locale] = JSON.parse(
      readFileSync(resolve(import.meta.dirname, `reply-bank-fixtures/utterances-${locale}.json`), 'utf8'),
    ) as Record<string, string[]>;
  }
});

const register = fc.constantFrom(...REGISTERS);
const locale = fc.constantFrom(...LOCALES);
const seed = fc.integer({ min: 0, max: 2 ** 31 });
const hour = fc.integer({ min: 0, max: 23 });
const level = fc.integer({ min: 1, max: 10 });
const at = (clock: number) => ({ nowMs: Date.UTC(2026, 3, 8, clock, 20), utcOffsetMinutes: 0 });

/** Lines that came again within the companion's memory. */
function repeats(replies: readonly Chosen[]): string[] {
  return replies.flatMap((reply, turn) => {
    const lately = new Set(replies.slice(Math.max(0, turn - MEMORY_TURNS), turn).flatMap((earlier) => earlier.lines));
    return [
      ...reply.lines.filter((line) => lately.has(line)),
      ...reply.lines.filter((line, place) => reply.lines.indexOf(line) !== place),
    ];
  });
}

describe('no line comes again within twenty turns', () => {
  test('in talks about anything, in every register and language, at any hour', () => {
    fc.assert(
      fc.property(
        locale,
        register,
        seed,
        hour,
        level,
        fc.boolean(),
        (language, style, dice, clock, closeness, friendMode) => {
          const random = seededRandom(dice);
          const all = Object.values(utterances[language]).flat();
          const messages = Array.from({ length: 45 }, () => all[Math.floor(random() * all.length)] ?? '');
          const replies = talkThrough(
            shelf,
            messages,
            { locale: language, register: style, level: closeness, friendMode, ...at(clock) },
            random,
          );
          expect(repeats(replies)).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });

  const everyVoice = LOCALES.flatMap((language) => REGISTERS.map((style) => [language, style] as const));
  test.each(everyVoice)('within one situation forty times over (%s, %s)', { timeout: 60_000 }, (language, style) => {
    for (const situation of SITUATIONS) {
      const said = utterances[language][situation] ?? [];
      if (said.length > 0) {
        const messages = Array.from({ length: 40 }, (_value, turn) => said[turn % said.length] ?? '');
        const replies = talkThrough(
          shelf,
          messages,
          { locale: language, register: style },
          seededRandom(situation.length + style.length),
        );
        expect({ situation, style, repeats: repeats(replies) }).toEqual({ situation, style, repeats: [] });
      }
    }
  });

  test('the very same word forty times', () => {
    for (const language of LOCALES) {
      for (const style of REGISTERS) {
        for (const message of language === 'ja'
          ? ['うん', '疲れた', 'おやすみ', '死にたい', '…']
          : ['ok', 'tired', 'night', 'I want to die', '…']) {
          const replies = talkThrough(
            shelf,
            Array.from({ length: 40 }, () => message),
            { locale: language, register: style },
          );
          expect({ message, style, repeats: repeats(replies) }).toEqual({ message, style, repeats: [] });
        }
      }
    }
  });
});

describe('whatever is said', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ unit: 'grapheme', maxLength: 200 }),
    fc.constantFrom(
      '',
      ' ',
      '\n\n',
      '😭',
      '👩‍👩‍👧‍👦🏳️‍🌈',
      '\ud800',
      'Z̶̡͎a̸͓̾l̷͖̿g̵̡̛o̶͎͋',
      'あ'.repeat(8000),
      'work '.repeat(1600),
      '{topic}',
      '{user}{user}',
      '<happy>',
      '「{topic}」の話',
      '\u202eabc',
      'ＷＯＲＫ疲れたmixed言語です lol',
    ),
    fc
      .array(
        fc.constantFrom(
          '疲れた',
          'work',
          'ラーメン',
          '{I}',
          '「',
          '」',
          '\u0000',
          '😀',
          'を',
          'my cat',
          '?',
          '！',
          '\n',
        ),
        { maxLength: 40 },
      )
      .map((parts) => parts.join('')),
  );

  test('there is an answer, its slots are filled, and it is made of lines of its register', () => {
    fc.assert(
      fc.property(
        locale,
        register,
        seed,
        hour,
        fc.array(hostile, { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        (language, style, dice, clock, messages, continuing) => {
          const turns = messages.flatMap((message, turn) =>
            turn < messages.length - 1 ? [personSays(message), companionSays('うん。')] : [personSays(message)],
          );
          if (continuing) turns.push(companionSays(messages[0] ?? ''));
          const scene = sceneOf({ locale: language, register: style, turns, continuing, ...at(clock) });
          const reply = chooseReply(shelf.speeches[language], shelf.cues, scene, seededRandom(dice));
          expect(reply.text.trim()).not.toBe('');
          // Braces may only come from the person's own words.
          if (!messages.join('').includes('{')) expect(reply.text).not.toMatch(/[{}]/);
          for (const line of reply.lines) expect(line.split('/')[1]).toBe(style);
          expect(reply.text.length).toBeLessThan(700);
        },
      ),
      { numRuns: 400 },
    );
  });

  test('a name may be anything, and no name leaves no gap', () => {
    fc.assert(
      fc.property(
        register,
        seed,
        fc.oneof(fc.constant(''), fc.string({ maxLength: 30 })),
        (style, dice, personName) => {
          for (const language of LOCALES) {
            const scene = sceneOf({
              locale: language,
              register: style,
              personName,
              turns: [personSays(language === 'ja' ? 'ただいま' : "I'm home")],
            });
            const { text } = chooseReply(shelf.speeches[language], shelf.cues, scene, seededRandom(dice));
            expect(text).not.toContain('{user}');
            if (personName === '') expect(text).not.toMatch(/^[、,]|[、,] ?[。.！!]/);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('the same dice give the same reply', () => {
    fc.assert(
      fc.property(locale, register, seed, hostile, (language, style, dice, message) => {
        const scene = sceneOf({ locale: language, register: style, turns: [personSays(message)] });
        const once = chooseReply(shelf.speeches[language], shelf.cues, scene, seededRandom(dice));
        expect(chooseReply(shelf.speeches[language], shelf.cues, scene, seededRandom(dice))).toEqual(once);
      }),
      { numRuns: 100 },
    );
  });

  test('it is understood in little time', () => {
    const messages: string[] = LOCALES.flatMap((language) => Object.values(utterances[language]).flat());
    messages.push('今日は仕事で疲れた。Work was hard. '.repeat(300), 'あ'.repeat(8000), 'a '.repeat(4000));
    for (const message of messages) detect(shelf.cues, message, []);
    const startedAt = performance.now();
    for (const message of messages) detect(shelf.cues, message, []);
    // Measured at 0.1 to 0.3 ms; the budget of 2 ms is asserted with room for a busy machine.
    expect((performance.now() - startedAt) / messages.length).toBeLessThan(2);
  });

  test('a minor hears no line that presumes closeness, and no word of romance', () => {
    fc.assert(
      fc.property(
        locale,
        register,
        seed,
        fc.constantFrom<Situation>('love', 'miss_you', 'jealousy', 'praise_companion', 'about_feelings'),
        (language, style, dice, situation) => {
          const said = utterances[language][situation] ?? [];
          const replies = talkThrough(
            shelf,
            said,
            { locale: language, register: style, level: 10, friendMode: true },
            seededRandom(dice),
          );
          for (const reply of replies) {
            for (const id of reply.lines) {
              const line = shelf.banks[language].all(style).find((one) => one.id === id);
              expect(line?.minLevel).toBeLessThan(3);
              expect(line?.family).not.toBe('love');
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
