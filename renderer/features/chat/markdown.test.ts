import { describe, expect, test } from 'vitest';
import { type Block, createGrowingMarkdown, type Inline, parseMarkdown, plainText, safeUrl } from './markdown.ts';

const read = (text: string, open = false): Block[] => parseMarkdown(text, open).map(({ block }) => block);
const inlines = (text: string, open = false): readonly Inline[] => {
  const [block] = read(text, open);
  return block && 'inlines' in block ? block.inlines : [];
};
/** A short form: *em*, **strong**, `code`, [words](url) again, so that a test reads like what is shown. */
const show = (list: readonly Inline[]): string =>
  list
    .map((inline) => {
      if ('text' in inline) return inline.kind === 'code' ? `‹${inline.text}›` : inline.text;
      const inner = show(inline.inlines);
      if (inline.kind === 'link') return `[${inner}](${inline.url})`;
      return inline.kind === 'em' ? `{${inner}}` : `«${inner}»`;
    })
    .join('');

describe('emphasis', () => {
  test.each([
    ['*笑う* うん', '{笑う} うん'],
    ['**重要。**次は*（微笑む）*そう', '«重要。»次は{（微笑む）}そう'],
    ['a *b **c** d* e', 'a {b «c» d} e'],
    ['***both***', '{«both»}'],
    ['a * b * c', 'a * b * c'],
    ['snake_case_name _em_', 'snake_case_name {em}'],
    ['an *open end', 'an *open end'],
    [String.raw`\*not\*`, '*not*'],
    ['`a *b*` ``c`d``', '‹a *b*› ‹c`d›'],
    ['`open', '`open'],
  ])('%s', (text, shown) => {
    expect(show(inlines(text))).toBe(shown);
  });

  test('what is still being written is shown as if it were closed, so that no mark flashes', () => {
    expect(show(inlines('*微笑', true))).toBe('{微笑}');
    expect(show(inlines('**強', true))).toBe('«強»');
    expect(show(inlines('`code', true))).toBe('‹code›');
  });
});

describe('links', () => {
  test.each([
    ['https://a.jp/x。です', '[https://a.jp/x](https://a.jp/x)。です'],
    ['(see https://a.b/c)', '(see [https://a.b/c](https://a.b/c))'],
    ['[tea](https://a.b/c_(d))', '[tea](https://a.b/c_(d))'],
    ['<https://a.b>', '[https://a.b](https://a.b/)'],
    ['[m](mailto:a@b.c)', '[m](mailto:a@b.c)'],
    ['[*em*](https://a.b)', '[{em}](https://a.b/)'],
    ['*a [b* c](https://x.y)', '{a [b} c]([https://x.y](https://x.y/))'],
  ])('%s', (text, shown) => {
    expect(show(inlines(text))).toBe(shown);
  });

  test.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    ' javascript:x',
    'jaVasCript:x',
    'blob:x',
    'http://',
    `https://a/${'x'.repeat(3000)}`,
  ])('an address that is not opened: %.20s', (address) => {
    expect(safeUrl(address)).toBeNull();
    expect(JSON.stringify(read(`[x](${address})`)).includes('"link"')).toBe(false);
  });

  test('an image is a link at most: nothing remote is ever loaded', () => {
    expect(show(inlines('![x](https://a.b/c.png)'))).toBe('![x](https://a.b/c.png)');
  });
});

describe('blocks', () => {
  test('paragraphs, line breaks, headings, rules', () => {
    expect(read('a\nb\n\n# c\n---').map((block) => block.kind)).toEqual(['paragraph', 'heading', 'rule']);
    expect(show(inlines('a\nb'))).toBe('a\nb');
  });

  test('lists keep their numbers and what belongs to an item', () => {
    expect(read('3. a\n4. b\n   c')).toMatchObject([
      { kind: 'list', start: 3, items: [[{ kind: 'paragraph' }], [{ kind: 'paragraph' }]] },
    ]);
    expect(read('- a\n\n- b\n\nc').map((block) => block.kind)).toEqual(['list', 'paragraph']);
    expect(read('1.5倍だよ')).toMatchObject([{ kind: 'paragraph' }]);
    expect(read('去年は\n2025. という年')).toHaveLength(1);
  });

  test('quotes and fences', () => {
    expect(read('> a\n> > b')).toMatchObject([{ kind: 'quote', blocks: [{ kind: 'paragraph' }, { kind: 'quote' }] }]);
    expect(read('```js\n*x*\n<b>\n```\nafter')).toMatchObject([
      { kind: 'code', text: '*x*\n<b>' },
      { kind: 'paragraph' },
    ]);
    expect(read('```\nopen')).toEqual([{ kind: 'code', text: 'open' }]);
  });

  test('HTML is text', () => {
    const html = '<script>alert(1)</script><img src=x onerror=alert(1)>';
    expect(read(html)).toEqual([{ kind: 'paragraph', inlines: [{ kind: 'text', text: html }] }]);
  });
});

test('plain words for listening and copying', () => {
  expect(plainText(parseMarkdown('*a* **b**\n\n- c\n- [d](https://e.f)'))).toBe('a b\nc\nd');
});

describe('a growing text', () => {
  const text =
    '*段落*です。\n\n- a\n- b\n\n> q\n\n文章 `code` **x**\n\n```\nf *x*\n```\n\n1. a\n2. b\n\nhttps://a.b/c おわり';

  test.each([1, 2, 3, 7])('read in steps of %i it comes to the same', (step) => {
    const growing = createGrowingMarkdown();
    for (let end = step; end < text.length + step; end += step) {
      const soFar = text.slice(0, end);
      expect(growing.read(soFar)).toEqual(parseMarkdown(soFar, true));
    }
  });

  test('settled blocks stay the same objects', () => {
    const growing = createGrowingMarkdown();
    const [before] = growing.read('one\n\ntwo\n\nthree');
    const [after] = growing.read('one\n\ntwo\n\nthree and more');
    expect(after).toBe(before);
  });

  test('a text that was replaced is read anew', () => {
    const growing = createGrowingMarkdown();
    growing.read('one\n\ntwo\n\nthree');
    expect(growing.read('other')).toEqual(parseMarkdown('other', true));
  });
});

describe('hostile texts of a message and more', () => {
  const hostile: Record<string, string> = {
    quotes: `${'> '.repeat(4000)}x`,
    lists: `${'- '.repeat(4000)}x`,
    stars: '*'.repeat(8000),
    openers: '*a_ '.repeat(2000),
    closers: 'a* '.repeat(2600),
    brackets: '['.repeat(8000),
    targets: '](('.repeat(2600),
    ticks: '`'.repeat(8000),
    tickRuns: '`a``b```c'.repeat(900),
    headings: `# ${' #'.repeat(3999)}x`,
    spaces: `a${' '.repeat(8000)}b`,
    dots: `http://a${'.'.repeat(7990)}`,
    addresses: 'http://'.repeat(1100),
    fences: '```\n'.repeat(2000),
    newlines: '\n'.repeat(8000),
    surrogates: '\ud800*\udc00*'.repeat(2000),
    zalgo: `*z${'\u0335\u0336\u0337'.repeat(2600)}*`,
    directions: '\u202e*abc*\u202d'.repeat(1000),
  };
  test.each(Object.entries(hostile))('%s are read in a moment', (_name, text) => {
    parseMarkdown(text);
    const startedAtMs = performance.now();
    parseMarkdown(text);
    parseMarkdown(text, true);
    // Takes a few ms; what would take longer than the square of its length takes seconds.
    expect(performance.now() - startedAtMs).toBeLessThan(400);
  });

  test('nothing is nested deeper than React can render', () => {
    const depth = (block: Block): number => {
      if (block.kind === 'quote') return 1 + Math.max(0, ...block.blocks.map(depth));
      if (block.kind === 'list') return 1 + Math.max(0, ...block.items.flat().map(depth));
      return 1;
    };
    expect(Math.max(...read('> - '.repeat(2000)).map(depth))).toBeLessThan(12);
  });
});
