import { expect, test } from 'vitest';
import { topicOf } from './topic.ts';

test.each([
  ['ラーメン食べた', 'ラーメン'],
  ['京都行ってきた', '京都'],
  ['新しいプロジェクトが始まった', 'プロジェクト'],
  ['お弁当作ってる', 'お弁当'],
  ['ハムスターが回し車回してる', 'ハムスター'],
  ['「星の庭」って本、知ってる？', '星の庭'],
  ['カーテンを青にした', 'カーテン'],
])('%s is about %s', (message, topic) => {
  expect(topicOf(message, 'ja')).toBe(topic);
});

test.each([
  ['my cat slept on the sofa', 'your cat'],
  ['I watched a film last night', 'the film'],
  ['learning guitar', 'guitar'],
  ['the curry at that place is so good', 'the curry'],
  ['my budgie says hello now', 'your budgie'],
])('%s is about %s', (message, topic) => {
  expect(topicOf(message, 'en')).toBe(topic);
});

test.each([
  '',
  'ラーメン',
  'うん',
  '今日は疲れた',
  '私は元気',
  '彼が来た',
  'それがね',
  '三時間かかった',
  '父が倒れた',
  'くそがうざい',
  '雨降ってきた',
  '来週が不安',
])('「%s」 names nothing that is sure', (message) => {
  expect(topicOf(message, 'ja')).toBeNull();
});

test.each([
  '',
  'ok',
  'I had a lot of time',
  'it was the best day',
  'my mum called',
  'what a shame',
  'the fucking bus was late',
  'I am so tired',
])('"%s" names nothing that is sure', (message) => {
  expect(topicOf(message, 'en')).toBeNull();
});
