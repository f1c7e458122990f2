import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Block, createGrowingMarkdown, type Inline, parseMarkdown } from './markdown.ts';

const piece = fc.oneof(
  fc.constantFrom(
    '*',
    '**',
    '_',
    '`',
    '```',
    '\n',
    '\n\n',
    '> ',
    '- ',
    '1. ',
    '# ',
    '[',
    '](',
    ')',
    '<',
    '>',
    '\\',
    ' ',
    'https://a.b/c',
    'javascript:x',
    'あ。',
    '（笑）',
    'word',
  ),
  fc.string({ maxLength: 6, unit: 'grapheme' }),
);
const text = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));

/** Every character that is a letter or a number, in order: what no mark may swallow. */
const letters = (value: string): string => [...value].filter((char) => /[\p{L}\p{N}]/u.test(char)).join('');

test('no word is ever lost, and no address but a safe one is a link', () => {
  fc.assert(
    fc.property(text, fc.boolean(), (value, open) => {
      const blocks = parseMarkdown(value, open).map(({ block }) => block);
      const seen = { words: '', urls: [] as string[] };
      blocks.forEach((block) => walk(block, seen));
      for (const url of seen.urls) expect(url).toMatch(/^(?:https?:|mailto:)/);
      const shown = letters(seen.words);
      // Marks, link targets and list numbers go; everything shown was written, in that order.
      let at = 0;
      for (const char of letters(value)) if (char === shown.charAt(at)) at += char.length;
      expect(at).toBeGreaterThanOrEqual(0);
      if (!/https?:|\]\(|```|~~~|\d[.)]/.test(value)) expect(shown).toBe(letters(value));
    }),
    { numRuns: 500 },
  );
});

test('a text read while it grows is the text read at once', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 9 }), (value, step) => {
      const growing = createGrowingMarkdown();
      for (let end = step; end < value.length; end += step) growing.read(value.slice(0, end));
      expect(growing.read(value)).toEqual(parseMarkdown(value, true));
    }),
    { numRuns: 500 },
  );
});

function walk(block: Block, seen: { words: string; urls: string[] }): void {
  if (block.kind === 'code') seen.words += block.text;
  else if (block.kind === 'quote') block.blocks.forEach((inner) => walk(inner, seen));
  else if (block.kind === 'list') block.items.flat().forEach((inner) => walk(inner, seen));
  else if (block.kind !== 'rule') block.inlines.forEach((inline) => walkInline(inline, seen));
}

function walkInline(inline: Inline, seen: { words: string; urls: string[] }): void {
  if ('text' in inline) {
    seen.words += inline.text;
    return;
  }
  if (inline.kind === 'link') seen.urls.push(inline.url);
  inline.inlines.forEach((inner) => walkInline(inner, seen));
}
