import { afterAll, describe, expect, it, vi } from 'vitest';
import { cosine, embedderSuite } from './embedder-suite.ts';
import { openUseLite } from './use-lite.ts';

// A thread that reads a model and a dictionary: seconds on a machine with much else to do.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

embedderSuite('the bundled embedder', async () => openUseLite());

describe('what it means', () => {
  const embedder = openUseLite();
  afterAll(() => embedder.close());

  /** Each line says one thing several ways, in Japanese and English. */
  const SAME = [
    ['昨日、妹と海に行ってかき氷を食べたんだ。', 'I went to the beach with my little sister and had shaved ice.'],
    ['先週の面接、めっちゃ緊張した', '面接でどきどきした', 'I was nervous at the job interview.'],
    ['猫が病気で心配してる', 'うちのネコの具合が悪くて不安', 'My cat is sick and I am worried.'],
    ['会社を辞めようと思ってる', '仕事をやめたい', 'I want to quit my job.'],
    ['来月、京都に旅行に行く予定です', '来月は京都旅行の計画がある', 'I plan to travel to Kyoto next month.'],
    ['母の誕生日に花を贈った', 'お母さんのバースデーに花束をあげた', 'I gave my mother flowers for her birthday.'],
    ['眠れなくてつらい', '夜なかなか寝つけない', "I can't sleep at night."],
    ['コーヒーが苦手で、いつも紅茶を飲んでいる', "I don't like coffee, I always drink black tea."],
    ['ギターを習い始めた', 'I started learning the guitar.'],
    ['残業ばかりで疲れた', '毎日遅くまで働いてくたくた', 'I am exhausted from working overtime.'],
    ['犬の散歩で公園に行った', 'I walked my dog in the park.'],
    ['来週歯医者に行かなきゃ', 'I have to go to the dentist next week.'],
  ];

  it('paraphrases are near each other within and across the languages; what is unrelated is not', async () => {
    const texts = SAME.flatMap((line, topic) => line.map((text) => ({ text, topic })));
    const vectors = await embedder.embed(texts.map(({ text }) => text));
    const near: number[] = [];
    const far: number[] = [];
    texts.forEach((one, i) =>
      texts.slice(0, i).forEach((other, j) => {
        (one.topic === other.topic ? near : far).push(cosine(vectors[i], vectors[j]));
      }),
    );
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const share = (values: number[], below: number): number =>
      values.filter((value) => value < below).length / values.length;
    expect(mean(near)).toBeGreaterThan(0.6);
    expect(mean(far)).toBeLessThan(0.3);
    expect(share(near, 0.45)).toBeLessThan(0.1);
    expect(share(far, 0.45)).toBeGreaterThan(0.9);
  });

  it('the nearest to a question is what answers it, in either language', async () => {
    const said = SAME.map(([first = '']) => first);
    const questions = [
      ['京都に行くのはいつだっけ？', 4],
      ['When am I going to Kyoto?', 4],
      ['ペットは元気？', 2],
      ['Which drink do I prefer?', 7],
      ['お母さんに何をあげた？', 5],
      ['What instrument do I play?', 8],
    ] as const;
    const vectors = await embedder.embed(said);
    for (const [question, answer] of questions) {
      const [asked] = await embedder.embed([question]);
      const ranked = said
        .map((_, index) => index)
        .sort((a, b) => cosine(asked, vectors[b]) - cosine(asked, vectors[a]));
      expect(ranked.slice(0, 3), question).toContain(answer);
    }
  });

  it('a question overtakes a long list', async () => {
    const order: string[] = [];
    const many = embedder.embed(Array.from({ length: 150 }, (_, index) => `line ${index} of a long list of lines`));
    const one = embedder.embed(['a question']);
    await Promise.all([many.then(() => order.push('many')), one.then(() => order.push('one'))]);
    expect(order).toEqual(['one', 'many']);
  });
});
