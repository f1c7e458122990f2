import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EXPRESSIONS } from '../avatar/expression.ts';
import { endTags, expressionTag, parseTags, readTags, TAG_READING_START, type TaggedPart } from './expression-tag.ts';

/** Pieces of replies in which tags, halves of tags and ordinary text run into each other. */
const fragment = fc.constantFrom(
  ...EXPRESSIONS.map(expressionTag),
  ...[
    '<',
    '<h',
    '<hap',
    '<happy',
    '</happy>',
    '<Happy >',
    '＜照れ＞',
    '<emotion: sad>',
    '<happy, shy>',
    '<sad:0.8>',
    '<excited>',
    '>',
    '<3',
    ' < ',
    '<b>',
  ],
  ...['おかえり。', ' ', '\n', 'x', 'ha', 'ppy>', '、', '😊', '<<', '/', '<emotion', '<照', '0.5', '<angry'],
);
const replyText = fc.oneof(
  fc.array(fragment, { maxLength: 14 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

function inPieces(pieces: readonly string[]): { text: string; expressions: { at: number; expression: string }[] } {
  let reading = TAG_READING_START;
  const parts: TaggedPart[] = [];
  for (const piece of pieces) {
    const step = readTags(reading, piece);
    parts.push(...step.parts);
    reading = step.reading;
  }
  let text = '';
  const expressions: { at: number; expression: string }[] = [];
  for (const part of [...parts, ...endTags(reading)]) {
    if (part.kind === 'text') {
      expect(part.text).not.toBe('');
      text += part.text;
    } else expressions.push({ at: text.length, expression: part.expression });
  }
  return { text, expressions };
}

function cut(text: string, at: readonly number[]): string[] {
  const edges = [...new Set([0, ...at.map((place) => place % (text.length + 1)), text.length])].toSorted(
    (a, b) => a - b,
  );
  return edges.slice(1).map((edge, index) => text.slice(edges[index], edge));
}

test('however a reply is cut into pieces, the outcome is the same', () => {
  fc.assert(
    fc.property(replyText, fc.array(fc.nat(), { maxLength: 20 }), (text, places) => {
      const whole = parseTags(text);
      expect(inPieces(cut(text, places))).toEqual(whole);
      expect(inPieces([...text].flatMap((letter) => letter.split('')))).toEqual(whole);
    }),
    { numRuns: 2000 },
  );
});

test('text without an opening bracket passes through untouched', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }).map((text) => text.replaceAll(/[<＜]/g, '')),
      (text) => {
        const { text: shown, expressions } = parseTags(text);
        expect(shown).toBe(text);
        expect(expressions).toEqual([]);
      },
    ),
  );
});

test('a proper tag is never shown, wherever it stands, and the last one wins', () => {
  const plain = fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replaceAll(/[<＜]/g, ''));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(plain, fc.constantFrom(...EXPRESSIONS)), { minLength: 1, maxLength: 6 }),
      plain,
      (pairs, rest) => {
        const reply = pairs.map(([text, expression]) => text + expressionTag(expression)).join('') + rest;
        const { text, expressions } = parseTags(reply);
        expect(text).not.toMatch(/[<>](?:neutral|happy|sad|angry|surprised|shy)/);
        expect(expressions.map(({ expression }) => expression)).toEqual(pairs.map(([, expression]) => expression));
        const letters = (value: string): string => value.replaceAll(/\s/g, '');
        expect(letters(text)).toBe(letters(pairs.map(([words]) => words).join('') + rest));
      },
    ),
  );
});

test('a tag cut short by the end of the reply is never shown', () => {
  fc.assert(
    fc.property(fc.constantFrom(...EXPRESSIONS), fc.nat(), (expression, length) => {
      const tag = expressionTag(expression);
      const part = tag.slice(0, 2 + (length % (tag.length - 2)));
      expect(parseTags(`おやすみ。${part}`).text).toBe('おやすみ。');
    }),
  );
});
