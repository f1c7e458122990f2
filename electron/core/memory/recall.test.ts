import { afterEach, describe, expect, it } from 'vitest';
import { MS_PER_DAY } from '#shared/base/time.ts';
import { setDeleted } from '../chat/message-store.ts';
import { fakeDeps } from '../core-harness.ts';
import { sql } from '../db/sql.ts';
import { openEmbeddingTest, type EmbeddingTest } from '../embedding/embedding-harness.ts';
import { createRecall, type OwnedRecall } from './recall.ts';
import { RECALL_FORMAT } from './recall-entry-store.ts';

let test: EmbeddingTest;
let recall: OwnedRecall;

async function open(options: Parameters<typeof openEmbeddingTest>[0] = {}): Promise<void> {
  test = await openEmbeddingTest(options);
  recall = createRecall({
    ...fakeDeps(test.folder.folder),
    clock: () => test.folder.nowMs,
    db: test.vault.db,
    lend: test.vault.lend,
    embedding: test.embedding,
    namesOf: () => ['灯里'],
    personName: () => 'Yuki',
  });
  test.embedding.start();
  recall.start();
}

async function settled(): Promise<void> {
  await test.embedding.settled();
  await recall.settled();
  await recall.settled();
}

async function ask(text: string, overrides: { readonly tokenBudget?: number; readonly previousText?: string } = {}) {
  const { characterId, conversationId } = test;
  const request = {
    characterId,
    conversationId,
    text,
    previousText: '',
    atMs: test.folder.nowMs,
    tokenBudget: 500,
    limit: 10,
    ...overrides,
  };
  return recall.recall(request, new AbortController().signal);
}

async function texts(text: string): Promise<string[]> {
  return (await ask(text)).items.map((item) => item.text);
}

afterEach(async () => {
  await recall.close();
  await test.close();
  await test.folder.remove();
});

describe('what was said', () => {
  it('is found again, with what its score is made of', async () => {
    await open();
    test.say('うちの猫の名前は小麦だよ');
    for (const each of ['雨だね', '眠いな', '今日は散歩した']) test.say(each);
    await settled();
    const { items } = await ask('猫の名前ってなんだっけ？');
    expect(items[0]).toMatchObject({ kind: 'message', text: 'うちの猫の名前は小麦だよ' });
    const { parts = {}, score = 0 } = items[0] ?? {};
    expect(parts['words']).toBeGreaterThan(0);
    expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBeCloseTo(score, 6);
  });

  it('of another character is not', async () => {
    await open();
    const other = test.addCharacter();
    test.say('my parrot is called Kiwi', other.characterId);
    test.say('my parrot is green');
    await settled();
    expect(await texts('what is my parrot called?')).toEqual(['my parrot is green']);
  });

  it('a moment ago is found by the next question, without a restart', async () => {
    await open();
    test.say('I play the cello');
    await settled();
    expect(await texts('which instrument do I play?')).toContain('I play the cello');
    test.say('I sold my cello and play the oboe now');
    await settled();
    expect(await texts('which instrument do I play?')).toContain('I sold my cello and play the oboe now');
  });

  it('and is asked for in the same words is no answer to itself', async () => {
    await open();
    test.say('what is my cat called?');
    test.say('my cat is called Momo');
    await settled();
    expect(await texts('what is my cat called?')).toEqual(['my cat is called Momo']);
  });

  it('and deleted is out of reach at once, and its words leave the file', async () => {
    await open();
    const secret = test.say('my locker code is 4711 zebra');
    test.say('my bike is red');
    await settled();
    test.forget(secret);
    expect(await texts('what is my locker code?')).not.toContain('my locker code is 4711 zebra');
    const left = test.vault.db.read((tx) => tx.all(sql`SELECT words, facts FROM recall_entry`));
    expect(JSON.stringify(left)).not.toContain('zebra');
    await settled();
    expect(await texts('what is my locker code?')).not.toContain('my locker code is 4711 zebra');
  });

  it('and taken back from deletion is found again', async () => {
    await open();
    const id = test.say('my sister is a florist');
    await settled();
    test.vault.db.write((tx) => setDeleted(tx, id, true, tx.hlc()));
    await settled();
    expect(await texts('what does my sister do?')).toEqual([]);
    test.vault.db.write((tx) => setDeleted(tx, id, false, tx.hlc()));
    await settled();
    expect(await texts('what does my sister do?')).toEqual(['my sister is a florist']);
  });

  it('long ago is found by when it was said', async () => {
    await open();
    const now = test.folder.nowMs;
    test.folder.nowMs = now - 40 * MS_PER_DAY;
    test.say('昨日は鎌倉に行った');
    test.folder.nowMs = now - 8 * MS_PER_DAY;
    test.say('昨日は箱根に行った');
    test.folder.nowMs = now;
    await settled();
    expect((await texts('先週の金曜、どこに行ったっけ？'))[0]).toBe('昨日は箱根に行った');
  });
});

describe('what is remembered', () => {
  it('is recalled beside what was said, within the budget of tokens', async () => {
    await open();
    test.say('my brother moved to Leeds for a job at the port');
    test.remember('Their brother lives in Leeds.');
    await settled();
    const kinds = (await ask('where does my brother live?')).items.map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(['memory', 'message']);
    expect((await ask('where does my brother live?', { tokenBudget: 9 })).items).toHaveLength(1);
    expect((await ask('where does my brother live?', { tokenBudget: 1 })).items).toEqual([]);
  });

  it('a question of one word is read with what was said before it', async () => {
    await open();
    test.say('my brother moved to Leeds');
    test.say('the soup was too salty');
    await settled();
    const [first] = (await ask('When?', { previousText: 'Your brother moved to another town, you said.' })).items;
    expect(first?.text).toBe('my brother moved to Leeds');
  });
});

describe('whether it knows', () => {
  it('nothing said is nothing known', async () => {
    await open();
    await settled();
    expect(await ask('妹の名前は？')).toEqual({ items: [], knows: false });
  });
});

describe('the index', () => {
  it('survives a restart, and catches up with what was written without it', async () => {
    await open();
    test.say('my canary sings at dawn');
    await settled();
    const { folder, characterId, conversationId } = test;
    await recall.close();
    test.say('my canary is called Pip');
    await test.close();
    await open({ folder, ids: { characterId, conversationId } });
    await settled();
    expect((await texts('what is my canary called?')).toSorted()).toEqual([
      'my canary is called Pip',
      'my canary sings at dawn',
    ]);
  });

  it('is made again when words are read in another way, and lost rows come back', async () => {
    await open();
    test.say('my canary is called Pip');
    await settled();
    test.vault.db.write((tx) => {
      tx.runDerived(sql`UPDATE recall_format SET format = ${RECALL_FORMAT - 1}`);
      tx.runDerived(sql`DELETE FROM recall_entry`);
    });
    const { folder, characterId, conversationId } = test;
    await recall.close();
    await test.close();
    await open({ folder, ids: { characterId, conversationId } });
    await settled();
    expect(await texts('what is my canary called?')).toEqual(['my canary is called Pip']);
  });

  it('answers by words alone while no vector can be made', async () => {
    let broken = false;
    const { createWordEmbedder } = await import('../embedding/embedder-harness.ts');
    const before = () => {
      if (broken) throw new Error('no embedder');
    };
    await open({ embedder: () => createWordEmbedder({ before }) });
    test.say('my canary is called Pip');
    await settled();
    broken = true;
    expect(await texts('what is my canary called?')).toEqual(['my canary is called Pip']);
  });
});
