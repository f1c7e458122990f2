import { expect, test } from 'vitest';
import { estimateTokens } from './tokens.ts';

/** Counted with cl100k_base (gpt-tokenizer 3). */
const ORDINARY: readonly (readonly [string, number])[] = [
  ['今日は仕事でへとへと…', 14],
  ['おかえり。今日もお疲れさま。ゆっくりお茶でも飲んで、少し休んでね。', 39],
  ['窓に小さなランタンを灯した古本屋を、ひとりで営んでいる。', 32],
  [
    'ねえねえ、昨日の夜さ、プラネタリウムで冬の星座の解説をしたんだけど、お客さんの小さい子が「オリオンのベルトを締めてあげたい」って言ったの。かわいいよね。',
    85,
  ],
  ['了解です！明日の会議は午前十時からですね。資料は今夜中に共有します。', 33],
  ['東京都渋谷区の天気は晴れ、最高気温は二十五度です。', 29],
  ['えっ、ほんとに？！やったー！！🎉🎉', 21],
  ['(´・ω・｀)しょぼーん', 15],
  ['うんうん、それでそれで？', 10],
  ['スマートフォンのアプリケーションをダウンロードしてインストールする。', 28],
  ['ドキドキワクワクキラキラ', 14],
  ['Work wore me out today…', 6],
  ['Welcome home. You did well today; sit down, have some tea, and tell me about it when you feel like it.', 26],
  ['I run a small second-hand bookshop with a lantern in the window, and I notice small things.', 21],
  [
    "I can't believe it's already Sunday night. Tomorrow's schedule: 09:30 stand-up, 13:00 dentist, 18:45 run (7.5 km).",
    38,
  ],
  ['const x = (a) => a.map((b) => b * 2).filter(Boolean);', 21],
  ['https://example.com/path/to/page?id=12345&ref=abcdef0123456789', 19],
  ['안녕하세요, 오늘 하루는 어땠어요?', 21],
  ['你好，今天过得怎么样？我有点累了。', 19],
  ['1234567890 3.14159 2026-11-22 23:10:05', 22],
];

test.each(ORDINARY)('%s: never too few, never 1.7 times too many', (text, counted) => {
  const estimate = estimateTokens(text);
  expect(estimate).toBeGreaterThanOrEqual(counted);
  expect(estimate).toBeLessThanOrEqual(counted * 1.7);
});

test('rare kanji, zalgo and strings of emoji stay within reach', () => {
  expect(estimateTokens('憂鬱な薔薇と檸檬と顰蹙、魑魅魍魎が跋扈する。') / 46).toBeGreaterThan(0.66);
  expect(estimateTokens('z̷a̶l̵g̸o̴')).toBeGreaterThanOrEqual(15);
  expect(estimateTokens('😂😂😂👨‍👩‍👧‍👦❤️🔥')).toBeGreaterThanOrEqual(30);
});

test('nothing is nothing, and more is never less', () => {
  expect(estimateTokens('')).toBe(0);
  const text = ORDINARY.map(([sample]) => sample).join('\n');
  let last = 0;
  for (let length = 1; length <= text.length; length += 17) {
    const now = estimateTokens(text.slice(0, length));
    expect(now).toBeGreaterThanOrEqual(last - 2);
    last = now;
  }
});
