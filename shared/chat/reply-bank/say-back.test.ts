import { describe, expect, test } from 'vitest';
import { hopedEn, namedAnswerEn, sayBackEn } from './say-back-en.ts';
import { hopedJa, namedAnswerJa, sayBackJa } from './say-back-ja.ts';
import { restyleEn, withoutContractions } from './style-en.ts';
import { restyleJa } from './style-ja.ts';

describe('what was told, as a clause to give back', () => {
  test.each([
    ['昨日、映画を見ました！', '昨日映画を見た'],
    ['今日は雨で一日家にいました', '雨で一日家にいた'],
    ['友達と喧嘩しちゃってさ', '友達と喧嘩しちゃった'],
    ['上司に怒られてさ', '上司に怒られた'],
    ['母から電話があった', 'お母さんから電話があった'],
    ['明日は朝早いんだよね', '明日は朝早い'],
    ['自分で調べてみます', '自分で調べてみる'],
    ['駅まで走って行きました', '駅まで走って行った'],
    ['香りがいいんですよね', '香りがいい'],
    ['今日も残業', '今日も残業な'],
    ['推理小説が好き', '推理小説が好きな'],
    ['全然眠れなくて', '全然眠れない'],
    ['お弁当作らなきゃ', 'お弁当作らないといけない'],
  ])('%s → %s', (said, clause) => {
    expect(sayBackJa(said)).toBe(clause);
  });

  test.each(['どう思う？', '一緒に行こう', '君が好き', '教えて', 'うん', '死にたい', 'たぶん雨かな'])(
    '%s is not given back',
    (said) => {
      expect(sayBackJa(said)).toBeNull();
    },
  );

  test.each([
    ['I went to the cinema with my sister today', 'you went to the cinema with your sister today'],
    ["Yeah, I've been practising piano, but it's hard", "you've been practising piano"],
    ['my boss yelled at me', 'your boss yelled at you'],
    ['I was too slow', 'you were too slow'],
    ['tried a new recipe', 'you tried a new recipe'],
    ['She is against it', 'she is against it'],
  ])('%s → %s', (said, clause) => {
    expect(sayBackEn(said)).toBe(clause);
  });

  test.each(['What do you think?', 'I love you', 'thanks', 'I want to kill myself'])('%s is not given back', (said) => {
    expect(sayBackEn(said)).toBeNull();
  });

  test('a word in answer is named, a nod is not', () => {
    expect(namedAnswerJa('うん、推理小説かな')).toBe('推理小説');
    expect(namedAnswerJa('うん')).toBeNull();
    expect(namedAnswerEn('mostly detective novels')).toBe('detective novels');
    expect(namedAnswerEn('With my sister')).toBe('with your sister');
    expect(namedAnswerEn('yeah')).toBeNull();
  });

  test('a hope is shared in its own words', () => {
    expect(hopedJa('冬までに間に合うといいな')).toBe('冬までに間に合うと');
    expect(hopedJa('それでいい')).toBeNull();
    expect(hopedEn('I hope my sister likes it!')).toBe('your sister likes it');
    expect(hopedEn('I hope so')).toBeNull();
  });
});

describe('a line in another register', () => {
  test.each([
    ['kansai', '{said}んだね。', '{said}んやな。'],
    ['kansai', 'わかんないけど、しないでね。', 'わかんないけど、せんといてな。'],
    ['kansai', '無理しなくていいよ。', '無理せんでええで。'],
    ['kansai', 'ほんとに、どうだった？', 'ほんまに、どうやった？'],
    ['ojousama', 'それは、うれしいですね。', 'それは、うれしいですわね。'],
    ['ojousama', '今日は、いかがでしたか。', '今日は、いかがでしたの？'],
    ['ojousama', 'おはようございます。', 'おはようございます。'],
    ['ojousama', 'どうぞ、ゆっくりしてください。', 'どうぞ、ゆっくりしてくださいませ。'],
    ['cool', 'どこに行ったの？', 'どこに行ったんだ。'],
    ['cool', 'おいしかった？', 'おいしかったか。'],
    ['lively', 'うん、いいね。', 'うん、いいね！'],
  ] as const)('%s: %s → %s', (register, line, styled) => {
    expect(restyleJa(line, register)).toBe(styled);
  });

  test('English counterparts', () => {
    expect(restyleEn('I think it was really nice.', 'kansai')).toBe('I reckon it was proper grand.');
    expect(restyleEn('That is very good.', 'ojousama')).toBe('That is most good.');
    expect(restyleEn('Oh, nice.', 'cool')).toBe('Nice.');
    expect(restyleEn('Well done.', 'lively')).toBe('Well done!');
    expect(withoutContractions("you can't say it's fine, you're tired and you'd rather not")).toBe(
      'you cannot say it is fine, you are tired and you would rather not',
    );
  });
});
