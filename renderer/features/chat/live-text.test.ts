import { expect, test } from 'vitest';
import { addPiece, learnText, NO_WORDS } from './live-text.ts';

test('pieces that follow each other make the text', () => {
  const live = [
    { at: 0, text: 'こん' },
    { at: 2, text: 'にちは' },
  ].reduce(addPiece, NO_WORDS);
  expect(live).toEqual({ text: 'こんにちは', later: [] });
});

test('a piece after a gap waits for the stored text', () => {
  const live = addPiece(addPiece(NO_WORDS, { at: 10, text: 'kl' }), { at: 12, text: 'm' });
  expect(live.text).toBe('');
  expect(learnText(live, 'abcdefghij')).toEqual({ text: 'abcdefghijklm', later: [] });
});

test('the stored text may be ahead of the pieces: nothing is said twice', () => {
  const live = learnText(NO_WORDS, 'abcdef');
  expect(addPiece(live, { at: 2, text: 'cd' }).text).toBe('abcdef');
  expect(addPiece(live, { at: 4, text: 'efgh' }).text).toBe('abcdefgh');
});

test('the stored text may be behind: nothing is lost', () => {
  const live = addPiece(learnText(NO_WORDS, 'abc'), { at: 3, text: 'def' });
  expect(learnText(live, 'abcd').text).toBe('abcdef');
});

test('pieces in any order, some of them twice, come to the same', () => {
  const pieces = [4, 0, 2, 4, 6, 0].map((at) => ({ at, text: 'abcdefgh'.slice(at, at + 2) }));
  expect(pieces.reduce(addPiece, NO_WORDS)).toEqual({ text: 'abcdefgh', later: [] });
});
