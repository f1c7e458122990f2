import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { present } from '#shared/base/assert.ts';
import { seededRandom } from '#shared/base/random.ts';
import { MS_PER_DAY } from '#shared/base/time.ts';
import { newId, type RevisionId } from '#shared/entities.ts';
import { insertRevision, setDeleted } from '../chat/message-store.ts';
import { TEST_NOW } from '../db/vault-harness.ts';
import { countErasures } from './erasure-store.ts';
import { forget } from './forgetting.ts';
import { quotesOf } from './memory-source-store.ts';
import { supersededBy, updateMemory } from './memory-store.ts';
import { foundIn, makeMemoryFolder, type MemoryFolder } from './memory-harness.ts';
import { findSaid, type Said } from './said-store.ts';

// Threads start and files are synced: slow on a machine with much else to do.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let memory: MemoryFolder;
beforeEach(async () => {
  memory = await makeMemoryFolder();
});
afterEach(() => memory.close());

const texts = (): string[] => memory.living().map(({ text }) => text);
const sourcesOf = (index: number): string[] => {
  const one = present(memory.living()[index], 'a memory');
  return memory.db.read((tx) => quotesOf(tx, one.id).map(({ messageId }) => messageId));
};
const again = (said: Said): Said =>
  present(
    memory.db.read((tx) => findSaid(tx, said.id)),
    'the message',
  );

describe('duplicates', () => {
  it('merge, and their sources unite', () => {
    const first = memory.say('紅茶が好きなんだ');
    memory.ingest(
      [first],
      [foundIn(first, { kind: 'preference', text: '紅茶が好き', attribute: 'likes:紅茶', tags: ['飲み物'] })],
    );
    const second = memory.say('やっぱり紅茶は大好き', 'person', TEST_NOW + MS_PER_DAY);
    memory.ingest(
      [second],
      [
        foundIn(second, {
          kind: 'preference',
          text: '紅茶が大好き',
          attribute: 'likes:紅茶',
          importance: 0.9,
          tags: ['好き'],
        }),
      ],
    );
    expect(texts()).toEqual(['紅茶が大好き']);
    expect(memory.living()[0]).toMatchObject({ importance: 0.9, toldAtMs: second.atMs, sourceCount: 2 });
    expect(memory.living()[0]?.tags.toSorted()).toEqual(['好き', '飲み物']);
    expect(sourcesOf(0).toSorted()).toEqual([first.id, second.id].toSorted());
  });

  it('reading the same messages again changes nothing', () => {
    const said = memory.say('来月引っ越すんだ');
    const found = [foundIn(said, { kind: 'event', text: '来月引っ越す', importance: 0.7 })];
    memory.ingest([said], found);
    const before = memory.living();
    memory.ingest([said], found);
    memory.ingest([again(said)], found);
    expect(memory.living()).toEqual(before);
  });

  it('words the person chose stay when the same is told again', () => {
    const said = memory.say('紅茶が好き');
    const telling = { kind: 'preference', text: '紅茶が好き', attribute: 'likes:紅茶' } as const;
    memory.ingest([said], [foundIn(said, telling)]);
    const [one] = memory.living();
    memory.db.write((tx) =>
      updateMemory(tx, present(one, 'it').id, { text: '朝の紅茶が好き', edited: true }, tx.hlc()),
    );
    const later = memory.say('紅茶好きだよ', 'person', TEST_NOW + MS_PER_DAY);
    memory.ingest([later], [foundIn(later, { ...telling, text: '紅茶がとても好き' })]);
    expect(texts()).toEqual(['朝の紅茶が好き']);
  });

  it('what is told again on another day is no passing thing', () => {
    const said = memory.say('今日はカレーを食べた');
    const telling = { kind: 'event', text: 'カレーを食べた話をした', importance: 0.2 } as const;
    memory.ingest([said], [foundIn(said, telling)]);
    expect(memory.living()[0]).toMatchObject({ term: 'short', expiresAtMs: said.atMs + 7 * MS_PER_DAY });
    const later = memory.say('カレーのこと、また思い出した', 'person', TEST_NOW + 2 * MS_PER_DAY);
    memory.ingest([later], [foundIn(later, telling)]);
    expect(memory.living()[0]).toMatchObject({ term: 'long', expiresAtMs: later.atMs + 365 * MS_PER_DAY });
  });
});

describe('contradictions', () => {
  it('supersede: the earlier memory is kept, with its end and what took its place', () => {
    const first = memory.say('出版社で働いてる');
    memory.ingest([first], [foundIn(first, { text: '出版社で働いている', attribute: 'work:place' })]);
    const second = memory.say('仕事辞めたんだ', 'person', TEST_NOW + 40 * MS_PER_DAY);
    memory.ingest([second], [foundIn(second, { kind: 'event', text: '仕事を辞めた', attribute: 'work' })]);
    const [old, now] = memory.living();
    expect(old).toMatchObject({ text: '出版社で働いている', supersededBy: now?.id, validToMs: second.atMs });
    expect(now).toMatchObject({ text: '仕事を辞めた', supersededBy: null, validToMs: null });
    expect(memory.db.read((tx) => supersededBy(tx, present(now, 'the newer').id)).map(({ id }) => id)).toEqual([
      old?.id,
    ]);
  });

  it('about a name supersede whoever bears it', () => {
    const first = memory.say('妹の名前はさくら');
    memory.ingest([first], [foundIn(first, { text: '妹の名前はさくら', subject: 'さくら', attribute: 'sister:name' })]);
    const second = memory.say('ごめん、妹の名前はすみれだった');
    memory.ingest(
      [second],
      [foundIn(second, { text: '妹の名前はすみれ', subject: 'すみれ', attribute: 'sister:name' })],
    );
    expect(memory.living().map(({ text, supersededBy: later }) => [text, later === null])).toEqual([
      ['妹の名前はさくら', false],
      ['妹の名前はすみれ', true],
    ]);
  });

  it('come out the same when the later message is read first', () => {
    const first = memory.say('京都に住んでる');
    const second = memory.say('東京に引っ越した', 'person', TEST_NOW + MS_PER_DAY);
    memory.ingest([second], [foundIn(second, { text: '東京に住んでいる', attribute: 'home' })]);
    memory.ingest([first], [foundIn(first, { text: '京都に住んでいる', attribute: 'home' })]);
    const [old, now] = memory.living();
    expect(old).toMatchObject({ text: '京都に住んでいる', supersededBy: now?.id, validToMs: second.atMs });
    expect(now).toMatchObject({ text: '東京に住んでいる', supersededBy: null });
  });

  it('what was liked, then disliked, then liked again is three memories, the last of them current', () => {
    const tell = (text: string, attribute: string, days: number): void => {
      const said = memory.say(text, 'person', TEST_NOW + days * MS_PER_DAY);
      memory.ingest([said], [foundIn(said, { kind: 'preference', text, attribute })]);
    };
    tell('コーヒーが好き', 'likes:コーヒー', 0);
    tell('コーヒーはもう苦手', 'dislikes:コーヒー', 10);
    tell('コーヒーがまた好きになった', 'likes:コーヒー', 20);
    expect(memory.living().map(({ supersededBy: later }) => later === null)).toEqual([false, false, true]);
  });
});

describe('provenance', () => {
  it('is never empty: what quotes nothing, or nothing that is there, is not remembered', () => {
    const said = memory.say('猫を飼ってる');
    const invented = [
      { sources: [] },
      { sources: [{ messageId: said.id, start: 0, end: 99 }] },
      { sources: [{ messageId: said.id, start: 2, end: 2 }] },
      { sources: [{ messageId: said.id, start: -1, end: 3 }] },
      { sources: [{ messageId: 'nowhere', start: 0, end: 3 }] },
    ].map((sources) => foundIn(said, { text: '犬を飼っている', ...sources }));
    memory.ingest([said], invented);
    expect(texts()).toEqual([]);
  });

  it('a message that was edited takes what it no longer says with it, and what that had ended is so again', () => {
    const first = memory.say('京都に住んでる');
    memory.ingest([first], [foundIn(first, { text: '京都に住んでいる', attribute: 'home' })]);
    const second = memory.say('東京に住んでる', 'person', TEST_NOW + MS_PER_DAY);
    memory.ingest([second], [foundIn(second, { text: '東京に住んでいる', attribute: 'home' })]);
    memory.db.write((tx) => {
      const id = newId<RevisionId>(TEST_NOW, seededRandom(1));
      insertRevision(tx, { id, messageId: second.id, text: '東京に行ってみたい', createdAtMs: TEST_NOW }, tx.hlc());
    });
    memory.ingest([again(second)], []);
    expect(memory.living()).toMatchObject([{ text: '京都に住んでいる', supersededBy: null, validToMs: null }]);
    expect(memory.db.read(countErasures)).toBe(1);
  });

  it('a deleted message takes what only it said; what another says too stays', () => {
    const first = memory.say('妹がいる');
    const telling = { kind: 'relationship', text: '妹がいる', attribute: 'sister' } as const;
    memory.ingest([first], [foundIn(first, telling)]);
    const second = memory.say('妹とけんかした。妹がいるとね');
    memory.ingest([second], [foundIn(second, telling)]);
    memory.db.write((tx) => setDeleted(tx, first.id, true, tx.hlc()));
    memory.ingest([again(first)], []);
    expect(texts()).toEqual(['妹がいる']);
    expect(sourcesOf(0)).toEqual([second.id]);
    memory.db.write((tx) => setDeleted(tx, second.id, true, tx.hlc()));
    memory.ingest([again(second)], []);
    expect(texts()).toEqual([]);
  });

  it('what was forgotten is not read out of the same words again', () => {
    const said = memory.say('元彼の名前はけんじ');
    const found = [foundIn(said, { kind: 'relationship', text: '元彼はけんじ' })];
    memory.ingest([said], found);
    const elsewhere = {
      setMessageDeleted: () => false,
      eraseMessage: () => undefined,
      sweepMessageIndex: () => Promise.resolve(),
    };
    const ids = memory.living().map(({ id }) => id);
    memory.db.write((tx) => forget(tx, elsewhere, ids, false, TEST_NOW));
    memory.ingest([said], found);
    expect(texts()).toEqual([]);
    const later = memory.say('けんじから連絡があった');
    memory.ingest([later], [foundIn(later, { kind: 'event', text: 'けんじから連絡があった' })]);
    expect(texts()).toEqual(['けんじから連絡があった']);
  });
});
