import { describe, expect, it } from 'vitest';
import { createConcepts } from './concepts.ts';
import { confidence, knowsFrom } from './confidence.ts';
import { createCorpus } from './corpus.ts';
import { readQuestion } from './question.ts';
import { candidates, lexicalParts, lexicalScores, meaningPart, sumOf } from './rank.ts';
import { readTurn } from './turn-facts.ts';
import { createWordReader } from './words.ts';

/** Enough of a stemmer for these words. */
const reader = createWordReader((word) => word.replace(/(?:ing|ed|s)$/, ''));
const concepts = createConcepts(reader);
const NOW = Date.UTC(2026, 10, 22, 11);
const DAY = 86_400_000;

type Said = readonly [speaker: 'person' | 'companion', text: string, daysAgo?: number];

/** Asks a history; answers with the turns, best first. */
function ask(question: string, turns: readonly Said[]): string[] {
  const corpus = createCorpus();
  for (const [speaker, text, daysAgo = 1] of turns) {
    const facts = readTurn({ text, atMs: NOW - daysAgo * DAY, caption: '' }, reader, 540);
    corpus.add({ ...facts, concepts: concepts.said(facts.words) }, { session: String(daysAgo), speaker });
  }
  const read = readQuestion(question, setting, reader, concepts);
  const lexical = lexicalScores(corpus, read);
  return candidates(corpus, read, lexical, 10)
    .map((document) => ({ document, score: sumOf(lexicalParts(corpus, read, lexical, document)) }))
    .sort((one, other) => other.score - one.score)
    .map(({ document }) => turns[document]?.[1] ?? '');
}

const setting = {
  speakers: [
    { id: 'person', names: ['Yuki'] },
    { id: 'companion', names: ['灯里', 'Akari'] },
  ],
  asker: 'person',
  askedAtMs: NOW,
  utcOffsetMinutes: 540,
};

describe('words', () => {
  it('a Japanese verb is found in whichever form it stands', () => {
    for (const text of ['カレーを食べた', 'カレーを食べました', '食べてみたい', 'まだ食べない']) {
      expect(reader.read(text)).toContain('食');
    }
  });

  it('long kanji words are found by their parts, spellings of one word are one', () => {
    expect(reader.read('東京都庁')).toEqual(expect.arrayContaining(['東京']));
    expect(reader.read('お母さんのねこ')).toEqual(reader.read('母の猫'));
  });

  it('irregular English forms lead back to their word, words of no content are left out', () => {
    expect(reader.read('I went to the mice')).toEqual(reader.read('go mouse'));
    expect(reader.read('What did you say about it?')).toEqual([]);
  });
});

describe('a question', () => {
  it('is about who is named, "I" being who asks', () => {
    const about = (text: string) => Object.fromEntries(readQuestion(text, setting, reader, concepts).about);
    expect(about('What is my dog called?')).toEqual({ person: 1 });
    expect(about('あなたの好きな花は？')).toEqual({ companion: 1 });
    expect(about('Do you remember what Yuki bought?')).toEqual({ person: 1 });
    expect(about('妹の仕事は？')['person']).toBeGreaterThan(0.5);
  });

  it('carries its times apart from its words', () => {
    const read = readQuestion('先週の金曜に何を食べたっけ', setting, reader, concepts);
    expect(read.times).toHaveLength(1);
    expect(read.words.get('食')).toBe(1);
    expect(read.words.get('金曜') ?? 0).toBeLessThan(1);
    expect(read.bare).not.toContain('金曜');
  });
});

describe('ranking', () => {
  it('finds the answer through the question that it answers', () => {
    const turns: Said[] = [
      ['companion', 'What is the name of your rabbit?'],
      ['person', 'Mochi, after the cakes!'],
      ['person', 'I slept badly again.', 3],
      ['person', 'The train was full.', 5],
    ];
    expect(ask('What is my rabbit called?', turns)[0]).toBe('Mochi, after the cakes!');
  });

  it('prefers who is asked about', () => {
    const turns: Said[] = [
      ['companion', '好きな果物は梨だよ。', 2],
      ['person', '好きな果物は桃かな。', 4],
    ];
    expect(ask('私の好きな果物って何？', turns)[0]).toBe('好きな果物は桃かな。');
    expect(ask('あなたの好きな果物って何？', turns)[0]).toBe('好きな果物は梨だよ。');
  });

  it('compares the day asked for with the day that was meant', () => {
    const turns: Said[] = [
      ['person', '今日は鎌倉に行った。', 20],
      ['person', '昨日は箱根に行ったよ。', 8],
      ['person', '来週は日光に行く。', 3],
    ];
    expect(ask('先週の金曜どこに行ったっけ？', turns)[0]).toBe('昨日は箱根に行ったよ。');
  });

  it('finds an example by its kind, and across languages', () => {
    const turns: Said[] = [
      ['person', 'I joined the tennis club.', 2],
      ['person', 'The weather is grim.', 4],
      ['person', 'My laptop broke.', 6],
    ];
    expect(ask('What sport did I take up?', turns)[0]).toBe('I joined the tennis club.');
    expect(ask('私がやってるスポーツは？', turns)[0]).toBe('I joined the tennis club.');
  });

  it('what stands now is what was said last', () => {
    const turns: Said[] = [
      ['person', '本屋で働いてるよ。', 90],
      ['person', '雨だね。', 60],
      ['person', '花屋で働いてるよ。', 5],
    ];
    expect(ask('今どこで働いてるんだっけ？', turns)[0]).toBe('花屋で働いてるよ。');
  });

  it('a nearer meaning is a better score, that of the turns around it included', () => {
    const usual = { self: 0.5, pair: 0.3, window: 0.3 };
    expect(meaningPart({ ...usual, self: 0.6 })).toBeGreaterThan(meaningPart(usual));
    expect(meaningPart({ ...usual, window: 0.4 })).toBeGreaterThan(meaningPart(usual));
  });
});

it('nothing found is nothing known', () => {
  expect(confidence({ best: [], known: 0, unknown: 3 })).toBeLessThan(knowsFrom('何？'));
});
