import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openGlosser } from './japanese.ts';
import type { Glosser } from './japanese-gloss.ts';

let glosser: Glosser;
beforeAll(async () => {
  glosser = await openGlosser(path.join(import.meta.dirname, '../../../resources/dictionaries'));
});

describe('Japanese in English words', () => {
  it.each([
    ['昨日、妹と海に行って、かき氷を食べたんだ。', 'yesterday, younger sister sea go, shaved ice eat.'],
    ['先週の金曜日に面接があって、めっちゃ緊張した', 'last week Friday job interview, very nervous'],
    ['今日は暑いね', 'today hot weather'],
  ])('%s', (text, gloss) => expect(glosser.gloss(text)).toBe(gloss));

  it('the longest phrase there is goes before its words, in any form', () => {
    expect(glosser.gloss('腹が立って')).toBe('get angry');
    expect(glosser.gloss('気に入りました')).toBe('like');
  });

  it('what is denied or wished for says so', () => {
    expect(glosser.gloss('食べない')).toBe('not eat');
    expect(glosser.gloss('海に行きたい')).toBe('sea want to go');
    expect(glosser.gloss('好きじゃない')).toBe('not like');
  });

  it('names are written as they sound', () => {
    expect(glosser.gloss('田中さんに会った')).toBe('Tanaka meet');
    expect(glosser.gloss('たけし')).toBe('Takeshi');
  });

  it('pronouns, suffixes, numbers and words that say nothing are left out', () => {
    expect(glosser.gloss('私は三つあるので、それをする')).not.toMatch(/\b(I|three|do|be|that)\b/);
  });

  it('English among it stays, and English alone is not touched', () => {
    expect(glosser.gloss('I went to 渋谷 with たけし yesterday')).toBe('I went to Shibuya with Takeshi yesterday');
    expect(glosser.gloss('Macを買った！')).toBe('Mac buy!');
    expect(glosser.gloss('  Nothing  to   do. ')).toBe('  Nothing  to   do. ');
  });

  it('drawn-out and half-width writing is read as what it is', () => {
    expect(glosser.gloss('ねむい〜〜')).toBe(glosser.gloss('ねむい'));
    expect(glosser.gloss('ﾈｺ')).toBe(glosser.gloss('ネコ'));
  });
});
