import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  advanceMouth,
  BEAT_MS,
  feedMouth,
  MOUTH_QUEUE_BEATS,
  MOUTH_QUIET,
  MOUTH_SHUT,
  mouthAt,
  mouthBeats,
} from './mouth.ts';

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('おつかれさま。', '今日は仕事でへとへと…', 'Good night, sleep well!', '👩‍🚀', '\ud800'),
);

describe('words become mouth movement', () => {
  test('a kana is a beat with its own vowel, hiragana and katakana alike', () => {
    expect(mouthBeats('あい')).toHaveLength(2);
    expect(mouthBeats('アイ')).toEqual(mouthBeats('あい'));
    const [a, i, o] = mouthBeats('かきこ');
    expect(a?.open).toBeGreaterThan(i?.open ?? 1);
    expect(i?.wide).toBeGreaterThan(0.5);
    expect(o?.wide).toBeLessThan(0);
  });

  test('punctuation shuts the mouth once, spaces and marks say nothing', () => {
    expect(mouthBeats('ああ……').at(-1)).toBe(MOUTH_SHUT);
    expect(mouthBeats('ああ……')).toHaveLength(3);
    expect(mouthBeats('  **_` ')).toEqual([]);
  });

  test('English is spoken by its vowels', () => {
    expect(mouthBeats('banana')).toHaveLength(3);
  });

  test('any text makes shapes within their ranges, and at most a few beats for a character', () => {
    fc.assert(
      fc.property(text, (words) => {
        const beats = mouthBeats(words);
        expect(beats.length).toBeLessThanOrEqual(words.normalize('NFKC').length * 2);
        for (const beat of beats) {
          expect(beat.open).toBeGreaterThanOrEqual(0);
          expect(beat.open).toBeLessThanOrEqual(1);
          expect(Math.abs(beat.wide)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe('a stream of text', () => {
  test('however fast text comes, the mouth is shut soon after it ends', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(text, fc.integer({ min: 0, max: 400 })), { maxLength: 40 }), (pieces) => {
        let track = MOUTH_QUIET;
        let nowMs = 1_000;
        for (const [words, waitMs] of pieces) {
          track = feedMouth(track, words, nowMs);
          expect(track.beats.length).toBeLessThanOrEqual(MOUTH_QUEUE_BEATS);
          nowMs += waitMs;
        }
        expect(mouthAt(track, nowMs + (MOUTH_QUEUE_BEATS + 1) * BEAT_MS)).toEqual(MOUTH_SHUT);
      }),
    );
  });

  test('while text comes the mouth opens', () => {
    let track = MOUTH_QUIET;
    let widest = 0;
    for (let nowMs = 0; nowMs < 1_000; nowMs += 10) {
      if (nowMs % 50 === 0) track = feedMouth(track, 'あいうえお', nowMs);
      widest = Math.max(widest, mouthAt(track, nowMs).open);
    }
    expect(widest).toBeGreaterThan(0.6);
  });

  test('looking ahead step by step or at once is the same', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 900 }), fc.integer({ min: 0, max: 900 }), (words, a, b) => {
        const track = feedMouth(MOUTH_QUIET, words, 0);
        expect(advanceMouth(advanceMouth(track, a), a + b)).toEqual(advanceMouth(track, a + b));
      }),
    );
  });
});
