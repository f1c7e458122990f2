import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { extractByRules } from './extract.ts';
import type { ExtractionTurn } from './extracted-memory.ts';
import { mergeExtracted } from './merge.ts';

const AT = Date.parse('2026-05-13T20:00:00+09:00');

const words = fc.constantFrom(
  ...'私は|妹の|名前は|さくら|紅茶が|好き|横浜に|住んで|いる|昨日|京都に|行った|もし|なら|たら|「|」|。|、|？|！|って言ってた|犬を|飼って|けど|I |my |sister |love |tea|live in |Kyoto|went to |yesterday|if |"|. |, |? |promise |約束|ね|😀|\n|𠮷|12|だ|アレルギー'.split(
    '|',
  ),
);
const message = fc.oneof(
  { weight: 6, arbitrary: fc.array(words, { maxLength: 24 }).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 80 }) },
);
const turns = fc.array(fc.tuple(message, fc.boolean()), { maxLength: 5 }).map((said): ExtractionTurn[] =>
  said.map(([text, byPerson], place) => ({
    id: `m${place}`,
    author: byPerson ? 'person' : 'character',
    text,
    atMs: AT + place,
  })),
);
const context = fc.record({
  locale: fc.constantFrom('ja' as const, 'en' as const),
  utcOffsetMinutes: fc.constantFrom(-480, 0, 540),
});

describe('extraction by rules', () => {
  test('every memory says something and quotes words of whom it is from', () => {
    fc.assert(
      fc.property(turns, context, (said, where) => {
        for (const memory of extractByRules(said, where)) {
          expect(memory.text.trim()).not.toBe('');
          expect(memory.sources.length).toBeGreaterThan(0);
          expect(memory.importance).toBeGreaterThan(0);
          expect(memory.importance).toBeLessThanOrEqual(1);
          for (const { messageId, start, end } of memory.sources) {
            const turn = said.find((each) => each.id === messageId);
            expect(turn?.author).toBe(memory.subject === 'companion' ? 'character' : 'person');
            expect(turn?.text.slice(start, end).trim()).not.toBe('');
            expect(end).toBeLessThanOrEqual(turn?.text.length ?? 0);
          }
          if (memory.validFromMs !== null && memory.validToMs !== null)
            expect(memory.validFromMs).toBeLessThan(memory.validToMs);
        }
      }),
    );
  });

  test('the same words are read the same way again', () => {
    fc.assert(
      fc.property(turns, context, (said, where) => {
        expect(extractByRules(said, where)).toEqual(extractByRules(said, where));
      }),
    );
  });

  test('merging what is merged changes nothing, and loses no source', () => {
    fc.assert(
      fc.property(turns, context, (said, where) => {
        const found = extractByRules(said, where);
        const again = mergeExtracted([...found, ...found]);
        expect(again).toEqual(mergeExtracted(found));
        const quotes = (memories: typeof found): string[] =>
          memories.flatMap((memory) => memory.sources.map((source) => JSON.stringify(source)));
        expect(new Set(quotes(again))).toEqual(new Set(quotes(found)));
      }),
    );
  });

  test('a long message of one word takes no long time', () => {
    for (const word of ['a ', 'I love ', 'oh ', 'と', '「', 'もし', 'my my sister ', 'けど、', '1/', '"']) {
      const text = word.repeat(4000 / word.length);
      const began = performance.now();
      extractByRules([{ id: 'm', author: 'person', text, atMs: AT }], { locale: 'ja', utcOffsetMinutes: 540 });
      // Generous for a busy machine; a pattern that explodes takes minutes.
      expect(performance.now() - began, word).toBeLessThan(5000);
    }
  });
});
