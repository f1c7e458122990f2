import { expect, test } from 'vitest';
import { endTags, parseTags, readTags, TAG_READING_START } from './expression-tag.ts';

test.each([
  ['<happy>おかえり。', 'おかえり。', [['happy', 0]]],
  [
    '<happy> おかえり。\n<shy> えっと…',
    'おかえり。\nえっと…',
    [
      ['happy', 0],
      ['shy', 6],
    ],
  ],
  ['うん。<sad>そっか。', 'うん。そっか。', [['sad', 3]]],
  ['Good. <happy> See?', 'Good. See?', [['happy', 6]]],
  ['Good.<happy> See?', 'Good. See?', [['happy', 5]]],
  ['<Happy>a</happy>b', 'ab', [['happy', 0]]],
  ['＜照れ＞あの…', 'あの…', [['shy', 0]]],
  ['<emotion: shy>あの…', 'あの…', [['shy', 0]]],
  ['<表情：驚き>えっ', 'えっ', [['surprised', 0]]],
  ['<happy, shy>えへへ', 'えへへ', [['shy', 0]]],
  ['<sad:0.8>うん', 'うん', [['sad', 0]]],
  ['<surprised/>えっ', 'えっ', [['surprised', 0]]],
  ['< angry >もう', 'もう', [['angry', 0]]],
  ['<smiling>ふふ', 'ふふ', [['happy', 0]]],
  ['<happy おかえり', 'おかえり', [['happy', 0]]],
  ['<happyおかえり', 'おかえり', [['happy', 0]]],
  [
    '<happy><sad>うん',
    'うん',
    [
      ['happy', 0],
      ['sad', 0],
    ],
  ],
])('%j reads as %j', (reply, text, expressions) => {
  const parsed = parseTags(reply);
  expect(parsed.text).toBe(text);
  expect(parsed.expressions).toEqual(expressions.map(([expression, at]) => ({ expression, at })));
});

test.each([
  'I <3 you',
  'a < b',
  '1<2',
  'x <',
  '<',
  '<b>bold</b>',
  '<happiness>',
  '<happy-ish>',
  'a <<< b',
  '<br/>',
  'う＜い',
  '<excitedly>',
  '<a@b.jp>',
  '->',
  '<ｗ',
])('ordinary text is untouched: %s', (text) => {
  expect(parseTags(text)).toEqual({ text, expressions: [] });
});

test.each([
  'おやすみ<',
  'おやすみ<h',
  'おやすみ<happ',
  'おやすみ<happy',
  'おやすみ</',
  'おやすみ</sa',
  'おやすみ<emotion:',
])('a reply that ends amid a tag shows none of it: %s', (reply) => {
  expect(parseTags(reply).text.replace('<', '')).toBe('おやすみ');
});

test('a face is told at the moment its tag is whole, before the words that follow', () => {
  const one = readTags(TAG_READING_START, 'うん<ha');
  expect(one.parts).toEqual([{ kind: 'text', text: 'うん' }]);
  const two = readTags(one.reading, 'ppy');
  expect(two.parts).toEqual([]);
  const three = readTags(two.reading, '>ね');
  expect(three.parts).toEqual([
    { kind: 'expression', expression: 'happy' },
    { kind: 'text', text: 'ね' },
  ]);
  expect(endTags(three.reading)).toEqual([]);
});

test('a bracket that never becomes a tag is not held for long', () => {
  const { parts, reading } = readTags(TAG_READING_START, `<${' '.repeat(60)}`);
  expect(parts).toEqual([{ kind: 'text', text: `<${' '.repeat(60)}` }]);
  expect(reading.held).toBe('');
});
