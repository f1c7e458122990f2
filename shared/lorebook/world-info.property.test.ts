import fc from 'fast-check';
import { expect, it } from 'vitest';
import { present } from '../base/assert.ts';
import {
  EMPTY_LORE_BOOK,
  LORE_LOGICS,
  LORE_POSITIONS,
  LORE_ROLES,
  loreEntryFields,
  type LoreEntryFields,
} from './entry.ts';
import { readLorebook, type ReadEntry } from './world-info.ts';
import { LORE_FORMATS, writeLorebook, type LoreFormat } from './write-lorebook.ts';

const key = fc.string({ minLength: 1, maxLength: 12 }).filter((text) => text.trim() !== '');
const count = (max: number) => fc.integer({ min: 0, max });
const fields: fc.Arbitrary<LoreEntryFields> = fc.record({
  title: fc.string({ maxLength: 20 }),
  content: fc.string({ unit: 'grapheme', maxLength: 60 }),
  keys: fc.array(key, { maxLength: 4 }),
  secondaryKeys: fc.array(key, { maxLength: 4 }),
  enabled: fc.boolean(),
  constant: fc.boolean(),
  selective: fc.boolean(),
  logic: fc.constantFrom(...LORE_LOGICS),
  // World info knows a regex by its slashes alone.
  regex: fc.constant(false),
  order: fc.integer({ min: -1000, max: 1000 }),
  priority: fc.option(fc.integer({ min: -100, max: 100 })),
  position: fc.constantFrom(...LORE_POSITIONS),
  depth: count(1000),
  role: fc.constantFrom(...LORE_ROLES),
  probability: count(100),
  group: fc.string({ maxLength: 10 }),
  groupWeight: count(1000),
  groupOverride: fc.boolean(),
  groupScoring: fc.option(fc.boolean()),
  scanDepth: fc.option(count(1000)),
  caseSensitive: fc.option(fc.boolean()),
  wholeWords: fc.option(fc.boolean()),
  excludeRecursion: fc.boolean(),
  preventRecursion: fc.boolean(),
  delayUntilRecursion: count(100),
  sticky: count(1000),
  cooldown: count(1000),
  delay: count(1000),
});

function through(format: LoreFormat, entry: ReadEntry): ReadEntry {
  const file = writeLorebook(format, { ...EMPTY_LORE_BOOK, name: 'b' }, {});
  const text = file.head + file.entry(entry.fields, entry.extras, 0) + file.tail;
  const [read] = present(readLorebook(JSON.parse(text)), 'a book').entries();
  return present(read, 'an entry');
}

it.each(LORE_FORMATS)('what is written as %s is read again as it was', (format) => {
  fc.assert(
    fc.property(fields, (given) => {
      expect(through(format, { fields: given, extras: {} }).fields).toEqual(given);
    }),
  );
});

it('what only another app knows survives both formats, there and back', () => {
  fc.assert(
    fc.property(
      fields,
      fc.dictionary(fc.constantFrom('automationId', 'vectorized', 'characterFilter'), fc.jsonValue({ maxDepth: 2 }), {
        minKeys: 1,
      }),
      (given, unknown) => {
        const world = { entries: { 0: { key: ['a'], content: given.content, ...unknown } } };
        const [read] = present(readLorebook(JSON.parse(JSON.stringify(world))), 'a book').entries();
        const back = through('world', through('card', present(read, 'an entry')));
        const plain = JSON.parse(JSON.stringify(unknown)) as object;
        expect(back.extras['world']).toMatchObject(plain);
      },
    ),
  );
});

it('whatever JSON there is, a book comes of it that the contract takes, or none', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.dictionary(
          fc.constantFrom(
            'keys',
            'key',
            'content',
            'order',
            'depth',
            'sticky',
            'scanDepth',
            'extensions',
            'priority',
            'probability',
            'group',
            'comment',
          ),
          fc.jsonValue(),
        ),
        { maxLength: 4 },
      ),
      fc.boolean(),
      (entries, asObject) => {
        const read = readLorebook(JSON.parse(JSON.stringify({ entries: asObject ? { ...entries } : entries })));
        for (const entry of read?.entries() ?? []) {
          if (entry !== null) expect(loreEntryFields.safeParse(entry.fields).error).toBeUndefined();
        }
      },
    ),
  );
});
