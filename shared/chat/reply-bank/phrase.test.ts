import { expect, test } from 'vitest';
import { seededRandom } from '../../base/random.ts';
import { asksSomething, createBank, wasSaid, type BankFiles, type BankLine, type SituationFile } from './bank.ts';
import { createCueSheet } from './cues.ts';
import { MOVES } from './moves.ts';
import { hear } from './normalise.ts';
import { paceReply } from './pace.ts';
import { fill, joinSentences, openingOf, type Facts } from './phrase.ts';
import { SITUATIONS, type Situation } from './situations.ts';

const facts: Facts = {
  user: 'Sam',
  char: 'Mio',
  I: 'わたし',
  topic: 'your cat',
  time: '11 pm',
  daypart: 'night',
  more: {},
};

function filesOf(situations: ReadonlyMap<Situation, SituationFile>, file: SituationFile): BankFiles {
  const moves = Object.fromEntries(MOVES.map((move) => [move, file])) as BankFiles['moves'];
  return { locale: 'ja', situations, moves, frames: {} };
}

function lineOf(text: string): BankLine {
  const none = { polite: [], casual: [], cool: [], lively: [] };
  const file: SituationFile = { emotion: 'neutral', react: { ...none, casual: [text] }, ask: none };
  const [line] = createBank(
    filesOf(new Map(SITUATIONS.map((situation): [Situation, SituationFile] => [situation, file])), file),
  ).lines('tired', 'casual', 'react');
  if (line === undefined) throw new Error('no line');
  return line;
}

test('slots are filled once, and what fills them is not read again', () => {
  expect(fill('{topic} sleeps, {user}. {topic}!', facts, 'en')).toBe('Your cat sleeps, Sam. Your cat!');
  expect(fill('{user}です', { ...facts, user: '{topic}' }, 'ja')).toBe('{topic}です');
});

test('sentences are joined as the language writes them', () => {
  expect(joinSentences('うん。', 'それで？', 'ja')).toBe('うん。それで？');
  expect(joinSentences('すごい！', 'それで？', 'ja')).toBe('すごい！ それで？');
  expect(joinSentences('それは', 'うん。', 'ja')).toBe('それは……うん。');
  expect(joinSentences('Oh.', 'And?', 'en')).toBe('Oh. And?');
  expect(joinSentences('I think', 'And?', 'en')).toBe('I think… And?');
});

test('a line is known again by its fixed parts, from where a sentence begins', () => {
  expect(wasSaid(lineOf('{user}、おかえり。'), 'ゆう、おかえり。ごはんは？')).toBe(true);
  expect(wasSaid(lineOf('うん。'), 'ねえ。うん。')).toBe(true);
  expect(wasSaid(lineOf('うん。'), 'うん、うん。')).toBe(false);
  expect(wasSaid(lineOf('It is {time}, {user}.'), 'Ah. It is 9 am, Sam.')).toBe(true);
});

test('a question is known without its mark', () => {
  for (const text of ['眠れたか。', 'どうした？', 'And?', '何かあったのか。']) expect(asksSomething(text)).toBe(true);
  for (const text of ['そうか、わかった。', 'おかえり。', 'Right.']) expect(asksSomething(text)).toBe(false);
});

test('openings are what an ear notices', () => {
  expect(openingOf('「うん、そうだね。', 'ja')).toBe('うん、');
  expect(openingOf('…Oh, nice', 'en')).toBe('oh');
});

test('a situation without lines is told', () => {
  const none = { polite: [], casual: [] };
  const file: SituationFile = { emotion: 'neutral', react: none, ask: none };
  expect(() => createBank(filesOf(new Map(), file))).toThrow('no lines for greeting_morning');
});

test('a broken pattern names its place', () => {
  expect(() => createCueSheet({ tired: [[5, '(']] })).toThrow('cues of tired');
});

test.each([
  ['つかれたーーー！！', 'つかれた'],
  ['ﾂｶﾚﾀ…', 'つかれた'],
  ['うれしいいいい😆', 'うれしい'],
  ['ねむっ', 'ねむ'],
  ['おもろwww', 'おもろ'],
  ['so tiredddd!!', 'so tired'],
])('%s is heard as %s', (message, core) => {
  expect(hear(message).core).toBe(core);
});

test('any text can be heard', () => {
  for (const message of ['', '\ud800', '😭', 'あ'.repeat(9000), '\u0000', 'Z̶̡͎a̸͓̾'])
    expect(() => hear(message)).not.toThrow();
  expect(hear('😭').length).toBe(0);
});

test('pieces joined are the reply, and none is empty', () => {
  for (const [text, locale] of [
    ['おつかれさま。靴下、もう脱いじゃおう。', 'ja'],
    ['Right, hang the work hat on the hook and tell me the human version.', 'en'],
    ['……うん。', 'ja'],
    ['Mm-hm!', 'en'],
  ] as const) {
    const pieces = paceReply(text, locale, seededRandom(1)).map((piece) => piece.text);
    expect(pieces.join('')).toBe(text);
    expect(pieces).not.toContain('');
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(24);
  }
});
