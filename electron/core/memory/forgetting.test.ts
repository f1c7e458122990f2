import Database from 'better-sqlite3';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { present } from '#shared/base/assert.ts';
import { seededRandom } from '#shared/base/random.ts';
import { MS_PER_DAY } from '#shared/base/time.ts';
import { newId, type MemoryId, type RevisionId } from '#shared/entities.ts';
import { FORGET_UNDO_MS } from '#shared/memory/contract.ts';
import { eraseWords, findMessage, insertRevision, setDeleted } from '../chat/message-store.ts';
import { indexMessage, searchMessages, sweepIndex } from '../chat/search-store.ts';
import { wantSummaries, writeSummary } from '../chat/summary-store.ts';
import type { Db } from '../db/db.ts';
import type { Llm } from '../llm/llm.ts';
import { createScriptedLlm } from '../llm/scripted-llm.ts';
import { sql } from '../db/sql.ts';
import { TEST_NOW } from '../db/vault-harness.ts';
import { writeDueDigests } from './digests.ts';
import { listDigests } from './digest-store.ts';
import { countErasures } from './erasure-store.ts';
import { eraseDue, forget, sweep, undoForget, type Elsewhere } from './forgetting.ts';
import { foundIn, makeMemoryFolder, type MemoryFolder } from './memory-harness.ts';
import { listMemories } from './memory-list-store.ts';
import { rebuildMemoryIndex } from './memory-store.ts';
import { readTrace, writeTrace } from './recall-trace-store.ts';
import type { Said } from './said-store.ts';

// Threads start and files are synced: slow on a machine with much else to do.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let memory: MemoryFolder;
let db: Db;
beforeEach(async () => {
  memory = await makeMemoryFolder();
  ({ db } = memory);
});
afterEach(() => memory.close());

/** What chat does, without the rest of it. */
const elsewhere = (): Elsewhere => ({
  setMessageDeleted(tx, id, deleted) {
    setDeleted(tx, id, deleted, tx.hlc());
    indexMessage(tx, id);
    return true;
  },
  eraseMessage: (tx, id) => eraseWords(tx, id),
  sweepMessageIndex: () => sweepIndex(db),
});

const say = (text: string, atMs?: number): Said => {
  const said = memory.say(text, 'person', atMs);
  db.write((tx) => indexMessage(tx, said.id));
  return said;
};

const forgetAll = (ids: readonly MemoryId[], messagesToo: boolean) =>
  db.write((tx) => forget(tx, elsewhere(), ids, messagesToo, TEST_NOW));

const found = async (text: string): Promise<number> =>
  (
    await listMemories(
      db,
      {
        characterId: memory.characterId,
        text,
        kinds: [],
        state: 'all',
        order: 'newest',
        offset: 0,
        limit: 50,
      },
      TEST_NOW,
    )
  ).total;

const writeDigests = (nowMs: number, mind: Llm | null = null): Promise<number> =>
  writeDueDigests(
    { db, clock: () => nowMs, random: seededRandom(2), locale: () => 'ja', utcOffset: () => 540, freeMind: () => mind },
    new AbortController().signal,
  );

/** Every byte of the file and its log, as SQLite reads them: decrypted, free pages too. */
function plainBytes(): Buffer {
  const from = memory.test.database;
  const to = path.join(fs.mkdtempSync(path.join(memory.test.folder, 'plain-')), 'copy.db');
  for (const end of ['', '-wal']) if (fs.existsSync(from + end)) fs.copyFileSync(from + end, to + end);
  const copy = new Database(to);
  copy.pragma(`cipher = 'aegis'`);
  copy.pragma(`key = 'raw:${Buffer.from(memory.test.keySource.key ?? []).toString('hex')}'`);
  const bytes = copy.serialize();
  copy.close();
  return bytes;
}

const holds = (bytes: Buffer, words: string): boolean => bytes.includes(Buffer.from(words, 'utf8'));

describe('forgetting', () => {
  it('wipes memory, messages, earlier words, index and digests: none of their bytes is left in the file or its log', async () => {
    const secret = 'ヒミツノコトバ甲';
    const edited = 'セイセイマエノコトバ乙';
    const romanised = 'zanzibarsecretword';
    // As a token of the index beside 鬱 alone, it is kept as 鬱, and nothing else here holds that.
    const indexed = '鬱鬱';
    // Long enough to lie on pages of its own.
    const spoken = `${secret} ${romanised} ${indexed} ${'ながいはなし。'.repeat(500)}${secret}`;
    const padding = Array.from({ length: 300 }, (_, index) => say(`ふつうの話 ${index} です`));
    const first = say(`${edited} と書いた`, TEST_NOW + MS_PER_DAY);
    db.write((tx) => {
      const id = newId<RevisionId>(TEST_NOW, seededRandom(9));
      insertRevision(tx, { id, messageId: first.id, text: spoken, createdAtMs: TEST_NOW }, tx.hlc());
      indexMessage(tx, first.id);
    });
    const after = Array.from({ length: 300 }, (_, index) => say(`そのあとの話 ${index} です`));
    const now = present(
      db.read((tx) => findMessage(tx, first.id)),
      'the message',
    );
    memory.ingest(
      [{ ...first, text: now.text }, ...padding, ...after],
      [
        foundIn({ ...first, text: now.text }, { text: `${secret}が好き`, tags: [romanised], subject: secret }),
        ...padding.slice(0, 50).map((said, index) => foundIn(said, { text: `ふつうのこと${index}番`, kind: 'event' })),
      ],
    );
    expect(await writeDigests(TEST_NOW + 30 * MS_PER_DAY)).toBeGreaterThan(0);
    const summed = '要約にだけある言い方';
    db.write((tx) => {
      writeTrace(tx, first.id, [{ kind: 'message', id: first.id, score: 1, parts: { words: 1 } }]);
      wantSummaries(tx, [first.id]);
      writeSummary(tx, first.id, { lines: [{ author: null, text: summed }], writer: 'rules', sourceIds: [first.id] });
    });
    await db.emptyLog();
    const before = plainBytes();
    // The test can fail: all of it is there to be found.
    for (const words of [secret, edited, romanised, summed, '鬱']) expect(holds(before, words), words).toBe(true);

    const target = memory.living().filter(({ text }) => text.includes(secret));
    forgetAll(
      target.map(({ id }) => id),
      true,
    );
    expect(eraseDue(db, elsewhere(), TEST_NOW + FORGET_UNDO_MS)).toBe(true);
    expect(await sweep(db, elsewhere())).toBe(true);
    expect(db.read(countErasures)).toBe(0);
    const left = plainBytes();
    for (const words of [secret, edited, romanised, summed, '鬱']) expect(holds(left, words), words).toBe(false);
    expect(holds(left, 'ふつうのこと7番')).toBe(true);
    expect(fs.statSync(`${memory.test.database}-wal`).size).toBeLessThan(64 * 1024);
    // What else was said is still found.
    expect((await searchMessages(db, { text: 'そのあと', limit: 100 })).hits.length).toBeGreaterThan(50);
    expect(db.read((tx) => readTrace(tx, first.id))).toEqual([]);
  });

  it('takes effect at once, and can be taken back until it is wiped', async () => {
    const said = say('祖母の名前はハナ');
    memory.ingest([said], [foundIn(said, { text: '祖母の名前はハナ', attribute: 'grandmother:name' })]);
    const ids = memory.living().map(({ id }) => id);
    expect(forgetAll(ids, true)).toEqual({ undoUntilMs: TEST_NOW + FORGET_UNDO_MS, memories: 1, messages: 1 });
    expect(memory.living()).toEqual([]);
    expect(await found('ハナ')).toBe(0);
    expect((await searchMessages(db, { text: 'ハナ', limit: 10 })).hits).toEqual([]);
    expect(eraseDue(db, elsewhere(), TEST_NOW + FORGET_UNDO_MS - 1)).toBe(false);
    expect(db.write((tx) => undoForget(tx, elsewhere(), ids))).toBe(true);
    expect(memory.living()).toMatchObject([{ text: '祖母の名前はハナ' }]);
    expect(await found('ハナ')).toBe(1);
    expect((await searchMessages(db, { text: 'ハナ', limit: 10 })).hits).toHaveLength(1);
    expect(eraseDue(db, elsewhere(), TEST_NOW + MS_PER_DAY)).toBe(false);

    forgetAll(ids, false);
    expect(eraseDue(db, elsewhere(), TEST_NOW + MS_PER_DAY)).toBe(true);
    expect(db.write((tx) => undoForget(tx, elsewhere(), ids))).toBe(false);
    expect(db.read((tx) => findMessage(tx, said.id))).toMatchObject({ text: '祖母の名前はハナ', deleted: false });
  });

  it('rebuilds the digests that had it in them, from what is left', async () => {
    const first = say('犬を飼いはじめた');
    const second = say('猫も飼いはじめた');
    memory.ingest(
      [first, second],
      [
        foundIn(first, { text: '犬を飼いはじめた', kind: 'event' }),
        foundIn(second, { text: '猫も飼いはじめた', kind: 'event' }),
      ],
    );
    const later = TEST_NOW + 10 * MS_PER_DAY;
    expect(await writeDigests(later)).toBe(2);
    const digests = () => db.read((tx) => listDigests(tx, { characterId: memory.characterId, span: 'day', limit: 10 }));
    expect(digests()).toMatchObject([{ text: '犬を飼いはじめた。猫も飼いはじめた。' }]);
    const dog = memory.living().filter(({ text }) => text.includes('犬'));
    forgetAll(
      dog.map(({ id }) => id),
      true,
    );
    expect(digests()).toEqual([]);
    expect(await writeDigests(later)).toBe(2);
    expect(digests()).toMatchObject([{ text: '猫も飼いはじめた。', sources: [{ kind: 'memory' }] }]);
    expect(await writeDigests(later)).toBe(0);
  });

  it('comes by itself, 30 days after a memory expired', () => {
    const said = say('昼はうどんだった');
    memory.ingest([said], [foundIn(said, { text: '昼はうどんだった', kind: 'event', importance: 0.1 })]);
    expect(eraseDue(db, elsewhere(), TEST_NOW + 36 * MS_PER_DAY)).toBe(false);
    expect(eraseDue(db, elsewhere(), TEST_NOW + 38 * MS_PER_DAY)).toBe(true);
    expect(memory.living()).toEqual([]);
    expect(eraseDue(db, elsewhere(), TEST_NOW + 38 * MS_PER_DAY)).toBe(true);
    expect(eraseDue(db, elsewhere(), TEST_NOW + 38 * MS_PER_DAY)).toBe(false);
  });
});

describe('a digest written by a model', () => {
  const sayTwo = (): void => {
    const first = say('犬を飼いはじめた');
    const second = say('猫も飼いはじめた');
    memory.ingest(
      [first, second],
      [
        foundIn(first, { text: '犬を飼いはじめた', kind: 'event' }),
        foundIn(second, { text: '猫も飼いはじめた', kind: 'event' }),
      ],
    );
  };
  const answering = (answer: unknown): Llm => createScriptedLlm({ scripts: [[{ text: JSON.stringify(answer) }]] });
  const today = () => db.read((tx) => listDigests(tx, { characterId: memory.characterId, span: 'day', limit: 10 }))[0];

  it('counts with the lines it names', async () => {
    sayTwo();
    const mind = answering({ text: '犬と猫との暮らしが始まった。', from: [1, 2, 2] });
    expect(await writeDigests(TEST_NOW + 2 * MS_PER_DAY, mind)).toBe(2);
    expect(today()).toMatchObject({ text: '犬と猫との暮らしが始まった。', writer: mind.model });
    expect(today()?.sources).toEqual(memory.living().map(({ id }) => ({ kind: 'memory', memoryId: id })));
  });

  it.each([
    { text: '旅行に行った。', from: [] },
    { text: '旅行に行った。', from: [99] },
    { text: '旅行に行った。' },
    { text: 'あ'.repeat(5000), from: [1] },
    'not an object',
  ])('without them it is written by rule: %j', async (answer) => {
    sayTwo();
    await writeDigests(TEST_NOW + 2 * MS_PER_DAY, answering(answer));
    expect(today()).toMatchObject({ text: '犬を飼いはじめた。猫も飼いはじめた。', writer: 'rules' });
  });
});

it('the index of memories made again from the rows answers the same', async () => {
  for (let index = 0; index < 30; index++) {
    const said = say(`${index}番目の話`);
    memory.ingest(
      [said],
      [foundIn(said, { text: `${index % 3 === 0 ? '紅茶' : 'コーヒー'}の話、${index}回目`, kind: 'event' })],
    );
  }
  const before = [await found('紅茶'), await found('話'), await found('こーひー')];
  expect(before).toEqual([10, 30, 20]);
  db.write((tx) => tx.runDerived(sql`DELETE FROM memory_index`));
  expect(await found('紅茶')).toBe(0);
  db.write(rebuildMemoryIndex);
  expect([await found('紅茶'), await found('話'), await found('こーひー')]).toEqual(before);
});
