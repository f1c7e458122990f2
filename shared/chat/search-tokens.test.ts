import { describe, expect, it } from 'vitest';
import { excerptAround, foldForSearch, foldWithMap, indexTokens, queryTokens } from './search-tokens.ts';

/** Whether the index would offer `text` for `query`, and the text then holds it. */
const finds = (text: string, query: string): boolean => {
  const held = new Set(indexTokens(text));
  const { words, tokens } = queryTokens(query);
  const folded = foldForSearch(text);
  return tokens.length > 0 && tokens.every((token) => held.has(token)) && words.every((word) => folded.includes(word));
};

describe('a message is found by', () => {
  it.each([
    ['窓辺の猫がかわいい', '猫'],
    ['温かい紅茶を淹れたよ', '紅茶'],
    ['来月、東京に行くんだ', '東京'],
    ['東京都美術館へ', '都美術'],
    ['ｶﾀｶﾅで書く', 'カタカナ'],
    ['カタカナで書く', 'ｶﾀｶﾅ'],
    ['ラーメンが食べたい', 'らーめん'],
    ['がっこうの帰り', 'ガッコウ'],
    ['ﾊﾟﾝとﾊﾞﾀｰ', 'パンとバター'],
    ['ＡＢＣの歌', 'abc'],
    ['Meeting at the café', 'cafe'],
    ['Meeting at the cafe', 'CAFÉ'],
    ['a long meeting', 'meet'],
    ['a long meeting today', 'today meet'],
    ['Tokyoタワーに登った', 'tokyoタワー'],
    ['Tokyoタワーに登った', 'oタ'],
    ['第3回の集まり', '3回'],
    ['don’t worry', "don't"],
    ['お誕生日おめでとう🎂🎉', '🎂'],
    ['고양이가 창가에 있다', '고양'],
    ['แมวนอนอยู่', 'นอน'],
    ['Ελληνικός καφές', 'ελληνικοσ'],
    ['مرحبا بالعالم', 'بالعالم'],
    ['שלום עולם', 'שלום'],
    ['Z̴͓͑ä̷͜l̵̰̽g̸̣̈o̶̙͒', 'zalgo'],
    ['人々の時々', '々'],
    ['𠮷野家で食べた', '𠮷野'],
  ])('%j: %j', (text, query) => expect(finds(text, query)).toBe(true));

  it.each([
    ['窓辺の猫', '犬'],
    ['紅い茶碗', '紅茶'],
    ['東の京', '東京'],
    ['a long meeting', 'eeting'],
    ['a long meeting', 'meat'],
    ['静かな夜', ''],
    ['静かな夜', '   '],
    ['静かな夜！', '！'],
  ])('but %j is not by %j', (text, query) => expect(finds(text, query)).toBe(false));
});

describe('tokens', () => {
  it('of a mixed sentence', () => {
    expect(indexTokens('猫とTea3つ')).toEqual(['猫', 'と', '猫と', 't', 'te', 'tea', 'tea3', 'つ']);
    expect(queryTokens('紅茶 Tea').tokens).toEqual(['紅茶', 'tea']);
  });

  it('of a character do not depend on its neighbours', () => {
    expect(foldForSearch('⊬ß')).toBe(`${foldForSearch('⊬')}${foldForSearch('ß')}`);
  });

  it('hold nothing that the index’s query language would read', () => {
    const hostile = `"NEAR(" OR '猫'); DROP* ^x {a b}: -c \u0000 \ud800 \u{E000}0123 tokens:猫`;
    for (const token of [...indexTokens(hostile), ...queryTokens(hostile).tokens])
      expect(token).toMatch(/^[^\x00-\x2f\x3a-\x60\x7b-\x7f\ue000\ue001\s]+$/);
  });

  it('of a long query are bounded, its words are not cut', () => {
    const long = Array.from({ length: 200 }, (_, index) => String.fromCodePoint(0x4e00 + index * 7)).join('');
    const { words, tokens } = queryTokens(long);
    expect(tokens.length).toBeLessThanOrEqual(48);
    expect(words).toEqual([long]);
  });

  it('of 8,000 hostile characters take no time that grows with their square', () => {
    const texts = [
      'a'.repeat(8000),
      '猫'.repeat(8000),
      'e\u0301\u0302\u0303'.repeat(2000),
      '\ud800'.repeat(8000),
      '👨‍👩‍👧'.repeat(1000),
      'ﾞ'.repeat(8000),
      'ᄀ'.repeat(8000),
    ];
    for (const text of texts) {
      const before = performance.now();
      indexTokens(text);
      foldWithMap(text);
      queryTokens(text);
      expect(performance.now() - before).toBeLessThan(2000);
    }
  });
});

describe('an excerpt', () => {
  const marked = (text: string, query: string): string[] => {
    const { excerpt, matches } = excerptAround(text, queryTokens(query).words);
    return matches.map(([start, end]) => excerpt.slice(start, end));
  };

  it('marks every match, in the writing of the text', () => {
    expect(marked('ｶﾌｪで紅茶。カフェの紅茶、かふぇ', 'カフェ 紅茶')).toEqual([
      'ｶﾌｪ',
      '紅茶',
      'カフェ',
      '紅茶',
      'かふぇ',
    ]);
    expect(marked('The CAFÉ’s tea', "café's")).toEqual(['CAFÉ’s']);
    expect(marked('㍻の時代', '平成')).toEqual(['㍻']);
  });

  it('stands around the first match, on one line, and says where it is cut', () => {
    const { excerpt, matches } = excerptAround(`${'あ'.repeat(300)}\n猫と\n${'い'.repeat(300)}`, ['猫']);
    expect(excerpt).toMatch(/^…あ+ 猫と い+…$/);
    expect(excerpt.length).toBeLessThan(130);
    expect(matches).toHaveLength(1);
  });

  it('joins matches that overlap', () => {
    expect(marked('東京都', '東京 京都')).toEqual(['東京都']);
  });

  it('splits no character in two', () => {
    const { excerpt } = excerptAround(`${'😀'.repeat(40)}猫${'😀'.repeat(80)}`, ['猫']);
    expect(excerpt.isWellFormed()).toBe(true);
  });

  it('of a text that does not hold the words is its beginning', () => {
    expect(excerptAround('静かな夜', ['猫'])).toEqual({ excerpt: '静かな夜', matches: [] });
  });
});
