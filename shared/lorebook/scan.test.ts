import { describe, expect, it } from 'vitest';
import { compileBook } from './compile.ts';
import { EMPTY_LORE_BOOK, EMPTY_LORE_ENTRY, type LoreBookFields, type LoreEntryFields } from './entry.ts';
import type { RegexAnswer, RegexQuestion } from './hits.ts';
import { runScan, type ScanRequest } from './scan.ts';

type Entries = Readonly<Record<string, Partial<LoreEntryFields>>>;

const book = (entries: Entries, fields: Partial<LoreBookFields> = {}, id = 'book') =>
  compileBook(
    id,
    { ...EMPTY_LORE_BOOK, ...fields },
    Object.entries(entries).map(([name, entry]) => ({
      id: name,
      fields: { ...EMPTY_LORE_ENTRY, content: `text of ${name}`, ...entry },
    })),
    { char: '灯里', user: 'ゆう' },
  );

const byEngine = (questions: readonly RegexQuestion[]): RegexAnswer[] =>
  questions.map(({ regex, texts }) => {
    try {
      const compiled = new RegExp(regex.source, regex.flags);
      return texts.findIndex((text) => compiled.test(text));
    } catch {
      return null;
    }
  });

function scanned(books: ReturnType<typeof book>[] | Entries, messages: string[], more: Partial<ScanRequest> = {}) {
  return runScan(
    {
      books: Array.isArray(books) ? books : [book(books)],
      messages,
      messageCount: messages.length,
      replyCount: 0,
      greeting: null,
      firedAt: new Map(),
      budget: 10_000,
      countTokens: (text) => text.length,
      random: () => 0,
      seed: 1,
      ...more,
    },
    byEngine,
  );
}
const fires = (...args: Parameters<typeof scanned>): string[] => scanned(...args).fired.map(({ entry }) => entry.id);
const held = (...args: Parameters<typeof scanned>) =>
  scanned(...args).held.map(({ entry, reason }) => `${entry.id}: ${reason}`);

describe('keys', () => {
  it.each([
    ['猫', '黒猫がいる', true],
    ['紅茶', 'きのうの紅茶は', true],
    ['cat', 'A cat sat', true],
    ['cat', 'concatenate', false],
    ['cat', '猫catです', true],
    ['CAT', 'a cat', true],
    ['ｃａｔ', 'the Cat', true],
    ['ﾈｺ', 'ネコがいる', true],
    ['5月', '15月', false],
    ['5月', '来年5月に', true],
    ['old lighthouse', 'the old lighthouse.', true],
    ['naïve', 'so naïve!', true],
    ['ив', 'иван', false],
    ['{{char}}', 'やあ、灯里', true],
    ['', 'anything', false],
  ])('%s in 「%s」: %s', (key, text, found) => {
    expect(fires({ a: { keys: [key] } }, [text])).toEqual(found ? ['a'] : []);
  });

  it('parts of words when told, and dictionary words of Japanese when told', () => {
    expect(fires({ a: { keys: ['cat'], wholeWords: false } }, ['concatenate'])).toEqual(['a']);
    expect(fires({ a: { keys: ['京都'], wholeWords: true } }, ['京都へ行く'])).toEqual(['a']);
    expect(fires({ a: { keys: ['京都'], wholeWords: true } }, ['東京都へ行く'])).toEqual([]);
    expect(fires({ a: { keys: ['京都'] } }, ['東京都へ行く'])).toEqual(['a']);
  });

  it('capital letters count when told', () => {
    const entries = { a: { keys: ['Mars'], caseSensitive: true } };
    expect(fires(entries, ['to Mars'])).toEqual(['a']);
    expect(fires(entries, ['the mars bar'])).toEqual([]);
  });

  it('a key in slashes is a regex; one that is not valid matches nothing and hurts nobody', () => {
    expect(fires({ a: { keys: ['/gr[ae]y/i'] }, b: { keys: ['x'] } }, ['GREY x'])).toEqual(['a', 'b']);
    expect(fires({ a: { keys: ['gr[ae]y'], regex: true } }, ['gray'])).toEqual(['a']);
    expect(held({ a: { keys: ['/(/'] } }, ['('])).toEqual(['a: regex_stopped']);
  });

  it('only as many of the newest messages are searched as the entry, else the book, else 2', () => {
    const messages = ['none', 'none', 'key'];
    expect(fires({ a: { keys: ['key'] } }, messages)).toEqual([]);
    expect(fires({ a: { keys: ['key'], scanDepth: 3 } }, messages)).toEqual(['a']);
    expect(fires([book({ a: { keys: ['key'] } }, { scanDepth: 3 })], messages)).toEqual(['a']);
    expect(fires([book({ a: { keys: ['key'], scanDepth: 0 } }, { scanDepth: 3 })], ['key'])).toEqual([]);
    expect(fires({ a: { keys: ['/k.y/'], scanDepth: 2 }, b: { keys: ['/k.y/'], scanDepth: 3 } }, messages)).toEqual([
      'b',
    ]);
  });

  it('entries switched off, without text, or of a regex marked constant stay out', () => {
    const entries = {
      off: { keys: ['a'], enabled: false, constant: true },
      empty: { keys: ['a'], content: '  ' },
      regex: { keys: ['zzz'], regex: true, constant: true },
      always: { constant: true },
    };
    expect(fires(entries, ['a'])).toEqual(['always']);
  });
});

describe('secondary keys', () => {
  it.each([
    ['any', ['a1'], true],
    ['any', [], false],
    ['all', ['a1'], false],
    ['all', ['a1', 'a2'], true],
    ['notAny', [], true],
    ['notAny', ['a1'], false],
    ['notAll', ['a1'], true],
    ['notAll', ['a1', 'a2'], false],
  ] as const)('%s with %j: %s', (logic, there, fired) => {
    const entries = { e: { keys: ['key'], secondaryKeys: ['a1', 'a2'], logic } };
    expect(fires(entries, [`key ${there.join(' ')}`])).toEqual(fired ? ['e'] : []);
    if (!fired) expect(held(entries, [`key ${there.join(' ')}`])).toEqual(['e: secondary']);
  });

  it('do not count unless selective', () => {
    expect(fires({ e: { keys: ['key'], secondaryKeys: ['no'], selective: false } }, ['key'])).toEqual(['e']);
  });
});

describe('recursion', () => {
  const chain = {
    a: { keys: ['one'], content: 'two' },
    b: { keys: ['two'], content: 'three' },
    c: { keys: ['three'], content: 'one' },
  };
  it('texts find further entries, only when the book wants it; a circle ends', () => {
    expect(fires(chain, ['one'])).toEqual(['a']);
    const result = scanned([book(chain, { recursive: true })], ['one']);
    expect(result.fired.map(({ entry, step }) => [entry.id, step])).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 2],
    ]);
    expect(result.fired[1]?.by).toEqual({ kind: 'key', key: 'two', secondary: [], in: { entryId: 'a' } });
  });
  it('knows entries that keep out of it, that end it, and that wait for it', () => {
    const found = (b: Partial<LoreEntryFields>, a: Partial<LoreEntryFields> = {}) =>
      fires([book({ a: { ...chain.a, ...a }, b: { ...chain.b, ...b } }, { recursive: true })], ['one']);
    expect(found({ excludeRecursion: true })).toEqual(['a']);
    expect(found({}, { preventRecursion: true })).toEqual(['a']);
    expect(found({ delayUntilRecursion: 1 })).toEqual(['a', 'b']);
    expect(found({ keys: ['one'], delayUntilRecursion: 3 })).toEqual(['a', 'b']);
    expect(fires({ b: { keys: ['one'], delayUntilRecursion: 1 } }, ['one'])).toEqual([]);
  });
  it('hidden keys are found in the next step and never told', () => {
    const entries = { a: { keys: ['one'], content: 'x{{hidden_key:secret}}' }, b: { keys: ['secret'], content: 'y' } };
    const { fired } = scanned([book(entries, { recursive: true })], ['one']);
    expect(fired.map(({ text }) => text)).toEqual(['x', 'y']);
  });
});

describe('order, budget and precedence', () => {
  it('lower order goes earlier; of the same order the character’s book', () => {
    const own = book({ a: { constant: true, order: 5 }, b: { constant: true, order: 1 } }, {}, 'own');
    const shared = book({ c: { constant: true, order: 1 } }, {}, 'shared');
    expect(fires([own, shared], [])).toEqual(['b', 'c', 'a']);
  });
  it('the lowest priority is dropped first, else the lowest order; nothing is cut', () => {
    const ten = 'x'.repeat(10);
    const entries = {
      low: { constant: true, content: ten, order: 1 },
      high: { constant: true, content: ten, order: 200 },
      urgent: { constant: true, content: ten, order: 0, priority: 900 },
      huge: { constant: true, content: 'x'.repeat(99), order: 9999 },
    };
    const result = scanned(entries, [], { budget: 25 });
    expect(result.fired.map(({ entry }) => entry.id)).toEqual(['urgent', 'high']);
    expect(result.tokens).toBe(20);
    expect(result.held.map(({ entry, reason }) => [entry.id, reason])).toEqual([
      ['huge', 'budget'],
      ['low', 'budget'],
    ]);
    expect(fires([book(entries, { tokenBudget: 10 })], [])).toEqual(['urgent']);
  });
  it('what gives way on a full prompt does so whatever its priority', () => {
    const entries = {
      a: { constant: true, content: '@@ignore_on_max_context\nxxxxx', priority: 99 },
      b: { constant: true, content: 'yyyyy', priority: 1 },
    };
    expect(fires(entries, [], { budget: 10 })).toEqual(['a', 'b']);
    expect(fires(entries, [], { budget: 9 })).toEqual(['b']);
  });
});

describe('dice and groups', () => {
  it('a chance is thrown once for an entry in a scan', () => {
    const entries = { a: { constant: true, content: 'k' }, b: { keys: ['k'], probability: 50 } };
    const throws = [0.9, 0.1];
    expect(fires([book(entries, { recursive: true })], ['k'], { random: () => throws.shift() ?? 0 })).toEqual(['a']);
    expect(fires({ a: { constant: true, probability: 0 } }, [])).toEqual([]);
  });
  it('of a group one fires: by override, by keys found, by weight; none after one has', () => {
    const a = { keys: ['k'], group: 'g' };
    expect(fires({ a, b: { ...a, groupOverride: true } }, ['k'])).toEqual(['b']);
    expect(
      fires({ a: { ...a, groupScoring: true }, b: { ...a, keys: ['k', 'l'], groupScoring: true } }, ['k l']),
    ).toEqual(['b']);
    expect(fires({ a: { ...a, groupWeight: 1 }, b: { ...a, groupWeight: 99 } }, ['k'], { random: () => 0.5 })).toEqual([
      'b',
    ]);
    expect(
      fires({ a: { ...a, groupWeight: 1 }, b: { ...a, groupWeight: 99 } }, ['k'], { random: () => 0.001 }),
    ).toEqual(['a']);
    const later = { a: { ...a, content: 'next' }, b: { ...a, keys: ['next'] } };
    expect(held([book(later, { recursive: true })], ['k'])).toEqual(['b: group']);
  });
});

describe('time', () => {
  const at = (count: number, firedAt: number | null, fields: Partial<LoreEntryFields>, messages = ['k']) =>
    fires({ a: { keys: ['k'], ...fields } }, messages, {
      messageCount: count,
      firedAt: new Map(firedAt === null ? [] : [['a', firedAt]]),
    }).length === 1;
  it('sticky, then cooldown, then free; another variant of the same reply is as it was', () => {
    const fields = { sticky: 3, cooldown: 2 };
    expect([10, 11, 12, 13, 14, 15].map((count) => at(count, 10, fields))).toEqual([
      true,
      true,
      true,
      false,
      false,
      true,
    ]);
    expect([11, 12, 13].map((count) => at(count, 10, fields, ['nothing']))).toEqual([true, true, false]);
  });
  it('delay holds back until the conversation is long enough', () => {
    expect([4, 5].map((count) => at(count, null, { delay: 5 }))).toEqual([false, true]);
  });
  it('decorators keep it for ever, or let it fire once', () => {
    expect(at(99, 3, { content: '@@keep_activate_after_match\nx' }, ['nothing'])).toBe(true);
    expect(at(99, 3, { content: '@@dont_activate_after_match\nx' })).toBe(false);
    expect(at(99, null, { content: '@@dont_activate_after_match\nx' })).toBe(true);
  });
});

describe('decorators', () => {
  it('are taken out of what is told, and change where it goes', () => {
    const [one] = scanned(
      { a: { constant: true, content: '@@depth 3\n@@role assistant\n\nhello\n@@not one' } },
      [],
    ).fired;
    expect(one).toMatchObject({
      text: 'hello\n@@not one',
      entry: { fields: { position: 'depth', depth: 3, role: 'assistant' } },
    });
  });
  it.each([
    ['@@activate', 'nothing', true],
    ['@@dont_activate', 'k', false],
    ['@@dont_activate\n@@activate', 'nothing', true],
    ['@@additional_keys x,y', 'k', false],
    ['@@additional_keys x,y', 'k y', true],
    ['@@exclude_keys x', 'k x', false],
    ['@@exclude_keys_all x,y', 'k x', true],
    ['@@exclude_keys_all x,y', 'k x y', false],
    ['@@match_partial_word', 'akb', true],
    ['@@activate_only_after 2', 'k', true],
    ['@@activate_only_after 3', 'k', false],
    ['@@activate_only_every 2', 'k', true],
    ['@@activate_only_every 3', 'k', false],
    ['@@is_greeting 1', 'k', true],
    ['@@is_greeting 0', 'k', false],
    ['@@unheard_of\n@@@dont_activate', 'k', false],
    ['@@unheard_of\n@@@also_unheard_of\n@@@dont_activate', 'k', false],
    ['@@role system\n@@@dont_activate', 'k', true],
    ['@@scan_depth zero\n@@@dont_activate', 'k', false],
    ['@@activate_only_after 2\n@@activate_only_after 9', 'k', true],
  ])('%j with 「%s」: %s', (lines, text, fired) => {
    const entries = { a: { keys: ['k'], content: `${lines}\nx` } };
    expect(fires(entries, [text], { replyCount: 2, greeting: 1 })).toEqual(fired ? ['a'] : []);
  });
});
