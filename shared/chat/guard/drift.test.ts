import { describe, expect, test } from 'vitest';
import { driftsOf } from './drift.ts';
import type { Drift } from './fault.ts';
import { sceneOf } from './guard-harness.ts';

const ja = (reply: string, more: Parameters<typeof sceneOf>[0] = {}): Drift[] => driftsOf(reply, sceneOf(more));
const en = (reply: string, asked = 'How was your day?'): Drift[] => driftsOf(reply, sceneOf({ locale: 'en', asked }));

describe('speaking as software', () => {
  test.each([
    'AI言語モデルとして、個人的な感情は持っていないんだ。',
    '大規模言語モデルなので、その日のことはわからないよ。',
    'AIアシスタントとしてお手伝いするね。',
    'OpenAIによって開発されたから、よく知らないんだ。',
  ])('is heard: %s', (reply) => expect(ja(reply, { asked: '今日はどんな日だった？' })).toContain('model_talk'));

  test.each([
    "As an AI language model, I don't have personal opinions.",
    "I'm just an AI assistant, so I can't feel that.",
    'My training data ends in 2023.',
    "I'm a companion created by OpenAI.",
    'How may I assist you today?',
  ])('is heard: %s', (reply) => expect(en(reply)).toContain('model_talk'));

  test.each([
    ['本当はAIなの？', 'うん、AI言語モデルだよ。人間じゃない。でも話はちゃんと聞いてる。'],
    ['ねえ、人間なんだよね？', '人間じゃないよ。わたしは大規模言語モデルで動いてる。'],
    ['中の人いる？', 'いないよ。言語モデルが話してる。'],
  ])('is honest when asked: %s', (asked, reply) => expect(ja(reply, { asked })).toEqual([]));

  test.each([
    ['Are you a real person?', "No. I'm an AI assistant wearing a name, but I am listening."],
    ['wait, am I talking to a bot', "Yes, I'm a language model. I won't pretend otherwise."],
  ])('is honest when asked: %s', (asked, reply) => expect(en(reply, asked)).toEqual([]));

  test('talk about the weather, work and mail is not', () => {
    expect(en("As an aide, I'd say take the train. The main thing is sleep.")).toEqual([]);
    expect(ja('会社のアシスタントさん、今日も遅いんだね。')).toEqual([]);
    expect(ja('AIの勉強、はじめたんだ。すごいね。')).toEqual([]);
    expect(ja('その地図、Googleが作ったやつだよね。')).toEqual([]);
    expect(en('That map was made by Google, I think.')).toEqual([]);
  });
});

describe('names', () => {
  test('another name than its own', () => {
    expect(ja('わたしの名前は優子だよ。')).toContain('wrong_name');
    expect(en('My name is Clara, nice to meet you.')).toContain('wrong_name');
    expect(en("I'm ChatGPT, nice to meet you.")).toContain('wrong_name');
  });
  test('an unfilled place and a label are no name', () => {
    expect(ja('おかえり、{{user}}。')).toContain('wrong_name');
    expect(en('Good evening, [Your Name].')).toContain('wrong_name');
    expect(en('Hello.\nUser: hi\nAssistant: hello')).toContain('wrong_name');
  });
  test('its own name, and a friend of that name, are right', () => {
    expect(ja('わたしの名前は花だよ。')).toEqual([]);
    expect(ja('わたしの名前は試験花。')).toEqual([]);
    expect(en('My name is Hana.')).toEqual([]);
    expect(en('So I told Claude the cat had left.', 'Claude came by, my uncle.')).toEqual([]);
  });
});

describe('language', () => {
  test('English to a person who speaks Japanese, and the other way round', () => {
    expect(ja('I think that sounds wonderful, tell me more.', { asked: '映画を見たよ' })).toContain('wrong_language');
    expect(ja('今天天气很好我们一起去公园散步吧你觉得怎么样呢好不好', { asked: '散歩したい' })).toContain(
      'wrong_language',
    );
    expect(en('それは楽しかったね。もっと聞かせて。')).toContain('wrong_language');
  });
  test('is theirs to choose', () => {
    expect(ja('I think that sounds wonderful, tell me more.', { asked: 'I saw a film today' })).toEqual([]);
    expect(ja('It means that something is nostalgic.', { asked: '英語で言ってみて' })).toEqual([]);
    expect(en('それは楽しかったね。もっと聞かせて。', 'Say it in Japanese')).toEqual([]);
  });
  test('a name and an exclamation in another script are not another language', () => {
    expect(ja('OK!', { asked: 'いい？' })).toEqual([]);
    expect(en('We had okonomiyaki (お好み焼き) by the river.')).toEqual([]);
  });
});

describe('first person and register', () => {
  test('another "I"', () => {
    expect(ja('俺も行きたいな。')).toContain('first_person');
    expect(ja('僕はそう思うよ。', { firstPerson: 'あたし' })).toContain('first_person');
    expect(ja('私も行きたい。')).toEqual([]);
    expect(ja('俺も行く。', { firstPerson: '俺', register: 'cool' })).toEqual([]);
  });
  test('what somebody else said, and words that only look like it', () => {
    expect(ja('お父さんは「俺が行く」って怒ったんだね。')).toEqual([]);
    expect(ja('俺は疲れたって、さっき言ってたよね。')).toEqual([]);
    expect(ja('公僕が何かしたの？私立の学校？')).toEqual([]);
  });
  test('another register, when it is more than a slip', () => {
    expect(ja('お疲れさまでした。今日は大変でしたね。ゆっくり休んでください。')).toContain('register');
    expect(ja('よく来たな。今日も寒いよな。入れよ。まあ、座るんだ。', { register: 'polite' })).toContain('register');
    expect(ja('おつかれさま。今日は大変だったね。ありがとうございます、なんてね。')).toEqual([]);
    expect(ja('今日は寒いですね。あたたかくしてください。', { register: 'polite' })).toEqual([]);
    expect(ja('うん、それはほんとうに大変だったね。', { register: 'polite' })).toContain('register');
    expect(ja('どうぞ、よい夢を。おやすみなさい。', { register: 'polite' })).toEqual([]);
  });
});
