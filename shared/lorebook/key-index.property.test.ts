import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createKeyIndex } from './key-index.ts';

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'あ', 'い', '😀'), minLength: 1, maxLength: 5 });

it('finds every occurrence of every key, and nothing else', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(word, { maxLength: 30 }),
      fc.string({ unit: fc.constantFrom('a', 'b', 'あ', 'い', '😀'), maxLength: 60 }),
      (keys, text) => {
        const found: string[] = [];
        createKeyIndex(keys).search(text, (pattern, start) => found.push(`${pattern}@${start}`));
        const expected = keys.flatMap((key, pattern) => {
          const all: string[] = [];
          for (let at = text.indexOf(key); at >= 0; at = text.indexOf(key, at + 1)) all.push(`${pattern}@${at}`);
          return all;
        });
        expect(found.sort()).toEqual(expected.sort());
      },
    ),
  );
});
