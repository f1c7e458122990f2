import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { excerptAround, foldForSearch, foldWithMap, indexTokens, queryTokens } from './search-tokens.ts';

const japanese = fc.constantFrom(...'猫犬紅茶東京都今日はがぱぁっんーアイガパヴｶﾞﾊﾟ々〆𠮷、。！？「」 \n');
const mixed = fc.oneof(
  { weight: 5, arbitrary: japanese },
  { weight: 3, arbitrary: fc.constantFrom(...'abcXYZéß0189 -_"\'*()') },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
);
const text = fc.array(mixed, { maxLength: 60 }).map((parts) => parts.join(''));

const segmenter = new Intl.Segmenter('ja', { granularity: 'grapheme' });
/** Units that folding treats apart from their neighbours: cutting between them cuts no letter from its marks. */
const units = (whole: string): string[] => [...segmenter.segment(whole)].map((segment) => segment.segment);
const GRAM = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

describe('search', () => {
  it('finds every stretch of a text that holds a character of Japanese script', () => {
    fc.assert(
      fc.property(text, fc.nat(), fc.integer({ min: 1, max: 12 }), (whole, at, length) => {
        const parts = units(
          whole.replaceAll(/[\u1100-\u11ff\ua960-\ua97f\uac00-\ud7ff\uff9e\uff9f\u{e0000}-\u{e0fff}]/gu, ''),
        );
        const start = parts.length === 0 ? 0 : at % parts.length;
        const query = parts.slice(start, start + length).join('');
        fc.pre(query.split(/\s+/).every((word) => word === '' || GRAM.test(word)) && GRAM.test(query));
        const joined = parts.join('');
        const held = new Set(indexTokens(joined));
        const { words, tokens } = queryTokens(query);
        for (const token of tokens) expect(held).toContain(token);
        for (const word of words) expect(foldForSearch(joined)).toContain(word);
        expect(tokens.length).toBeGreaterThan(0);
      }),
      { numRuns: 2000 },
    );
  });

  it('finds every word by each of its beginnings', () => {
    const word = fc.stringMatching(/^[a-zA-Zéüñ0-9]{1,20}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 10 }), fc.nat(), fc.nat(), (words, which, cut) => {
        const chosen = words[which % words.length] ?? '';
        const query = chosen.slice(0, 1 + (cut % chosen.length));
        const held = new Set(indexTokens(words.join(' ')));
        for (const token of queryTokens(query).tokens) expect(held).toContain(token);
      }),
    );
  });

  it('folds a folded text to itself, and piece by piece as it does the whole', () => {
    fc.assert(
      fc.property(text, (whole) => {
        const folded = foldForSearch(whole);
        expect(foldForSearch(folded)).toBe(folded);
        const mapped = foldWithMap(whole);
        expect(mapped.folded).toBe(folded);
        expect(mapped.starts).toHaveLength(folded.length);
        mapped.starts.forEach((start, index) => expect(start).toBeLessThan(mapped.ends[index] ?? 0));
      }),
      { numRuns: 3000 },
    );
  });

  it('marks within its excerpt, in order, without overlap', () => {
    fc.assert(
      fc.property(text, text, (whole, query) => {
        const { excerpt, matches } = excerptAround(whole, queryTokens(query).words);
        let last = 0;
        for (const [start, end] of matches) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          last = end;
        }
        expect(last).toBeLessThanOrEqual(excerpt.length);
        expect(excerpt).not.toContain('\n');
      }),
    );
  });
});
