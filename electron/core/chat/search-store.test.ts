import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { seededRandom } from '#shared/base/random.ts';
import { foldForSearch } from '#shared/chat/search-tokens.ts';
import { newId, type ConversationId, type MessageId, type RevisionId } from '#shared/entities.ts';
import type { Row } from '../db/db.ts';
import { generateDatabase, type GeneratedConversation } from '../db/generate-database.ts';
import { sql } from '../db/sql.ts';
import { makeTestFolder, TEST_NOW, type TestFolder } from '../db/vault-harness.ts';
import type { Vault } from '../db/vault.ts';
import { setConversationDeleted } from './conversation-store.ts';
import { insertMessage, insertRevision, setDeleted } from './message-store.ts';
import { indexMessage, rebuildIndex, searchMessages, searchStatement } from './search-store.ts';

// Threads start and files are synced: slow on a machine with much else to do.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const MESSAGES = 3000;
const random = seededRandom(11);
let test: TestFolder;
let vault: Vault;
let conversations: GeneratedConversation[];

beforeAll(async () => {
  test = makeTestFolder();
  const key = new Uint8Array(32).fill(5);
  test.keySource.key = key;
  conversations = generateDatabase({ folder: test.folder, key, messages: MESSAGES, conversations: 8, seed: 3 });
  vault = await test.open();
});
afterAll(() => test.remove());

const search = (text: string, more: { conversationId?: ConversationId; limit?: number; cursor?: string } = {}) =>
  searchMessages(vault.db, { text, limit: 100, ...more });

const livingTexts = (): Row[] =>
  vault.db.read((tx) =>
    tx.all(sql`SELECT m.id, m.conversation_id, CASE WHEN m.edited THEN (
        SELECT r.text FROM message_revision r WHERE r.message_id = m.id ORDER BY r.created_hlc DESC LIMIT 1) ELSE m.text END AS text
      FROM message m JOIN conversation c ON c.id = m.conversation_id
      WHERE m.deleted_hlc IS NULL AND c.deleted_hlc IS NULL ORDER BY m.seq DESC`),
  );

/** What a reader who goes through every message finds, newest first. */
const byReading = (query: string, conversationId?: ConversationId): MessageId[] =>
  livingTexts()
    .filter((row) => conversationId === undefined || row['conversation_id'] === conversationId)
    .filter((row) => foldForSearch(String(row['text'])).includes(foldForSearch(query)))
    .map((row) => row['id'] as MessageId);

async function everyHit(text: string, conversationId?: ConversationId): Promise<MessageId[]> {
  const ids: MessageId[] = [];
  let cursor: string | undefined;
  do {
    const page = await search(text, {
      ...(conversationId && { conversationId }),
      ...(cursor !== undefined && { cursor }),
      limit: 37,
    });
    ids.push(...page.hits.map((hit) => hit.messageId as MessageId));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return ids;
}

function addMessage(text: string): MessageId {
  const into = conversations[0]?.id as ConversationId;
  const id = newId<MessageId>(TEST_NOW, random);
  const parentId = conversations[0]?.leafId ?? null;
  vault.db.write((tx) => {
    insertMessage(
      tx,
      {
        id,
        conversationId: into,
        parentId,
        author: 'person',
        kind: 'text',
        text,
        state: 'complete',
        expression: null,
        rung: null,
        model: null,
        createdAtMs: TEST_NOW,
      },
      tx.hlc(),
    );
    indexMessage(tx, id);
  });
  return id;
}

const found = async (text: string): Promise<MessageId[]> =>
  (await search(text)).hits.map((hit) => hit.messageId as MessageId);

describe('search finds what reading every message finds, newest first', () => {
  it.each(['猫', '紅茶', '東京', 'の', 'どっち', '東京の', '紅茶と猫', 'プラネタリウム', 'meeting', 'mee', 'the'])(
    '%s',
    async (query) => {
      const expected = byReading(query);
      if (/[a-z]/.test(query)) {
        // Words are found from their beginnings only.
        const hits = await everyHit(query);
        const beginning = new RegExp(`(?<![\\p{L}\\p{N}])${query}`, 'u');
        const texts = new Map(livingTexts().map((row) => [row['id'], foldForSearch(String(row['text']))]));
        expect(hits).toEqual(expected.filter((id) => beginning.test(texts.get(id) ?? '')));
      } else {
        expect(await everyHit(query)).toEqual(expected);
      }
      expect(expected.length).toBeGreaterThan(0);
    },
  );

  it('for stretches cut out of messages at random', async () => {
    const rows = livingTexts().map((row) => ({
      id: row['id'],
      text: String(row['text']),
      folded: foldForSearch(String(row['text'])),
    }));
    for (let round = 0; round < 60; round++) {
      const whole = [...(rows[Math.floor(random() * rows.length)]?.text ?? '')];
      const at = Math.floor(random() * whole.length);
      const query = whole.slice(at, at + 1 + Math.floor(random() * 8)).join('');
      if (
        !/^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー、。！？]+$/u.test(query) ||
        !/[\p{L}]/u.test(query)
      )
        continue;
      const expected = rows.filter((row) => row.folded.includes(foldForSearch(query))).map((row) => row.id);
      expect(
        (await search(query)).hits.map((hit) => hit.messageId),
        query,
      ).toEqual(expected.slice(0, 100));
    }
  });

  it('within one conversation', async () => {
    for (const { id } of conversations.slice(0, 4)) expect(await everyHit('今日', id)).toEqual(byReading('今日', id));
  });

  it('within one character', async () => {
    const characterId = conversations[1]?.characterId;
    const { hits } = await searchMessages(vault.db, { text: '今日', limit: 100, ...(characterId && { characterId }) });
    const mine = new Set(conversations.filter((each) => each.characterId === characterId).map((each) => each.id));
    expect(hits.length).toBeGreaterThan(10);
    for (const hit of hits) expect(mine).toContain(hit.conversationId);
  });
});

it('a hit shows where it matches', async () => {
  addMessage('棚の奥から水琴窟のカセットが出てきた');
  const { hits } = await search('水琴窟 カセット');
  const [hit] = hits;
  expect(hit?.matches.map(([start, end]) => hit.excerpt.slice(start, end))).toEqual(['水琴窟', 'カセット']);
});

it('follows edits, deletion and restoring, in the transaction of each', async () => {
  const id = addMessage('螺旋階段をのぼった');
  expect(await found('螺旋階段')).toEqual([id]);
  const edit = (text: string) =>
    vault.db.write((tx) => {
      const revision = { id: newId<RevisionId>(TEST_NOW, random), messageId: id, text, createdAtMs: TEST_NOW };
      insertRevision(tx, revision, tx.hlc());
      indexMessage(tx, id);
    });
  edit('渡り廊下を歩いた');
  expect(await found('螺旋階段')).toEqual([]);
  expect(await found('渡り廊下')).toEqual([id]);
  const setTombstone = (deleted: boolean) =>
    vault.db.write((tx) => {
      setDeleted(tx, id, deleted, tx.hlc());
      indexMessage(tx, id);
    });
  setTombstone(true);
  expect(await found('渡り廊下')).toEqual([]);
  setTombstone(false);
  expect(await found('渡り廊下')).toEqual([id]);
  expect(() =>
    vault.db.write((tx) => {
      setDeleted(tx, id, true, tx.hlc());
      indexMessage(tx, id);
      throw new Error('changed my mind');
    }),
  ).toThrow();
  expect(await found('渡り廊下')).toEqual([id]);
});

it('leaves out removed conversations', async () => {
  const [first] = conversations;
  const id = addMessage('鍾乳洞の冷たい風');
  const setRemoved = (removed: boolean) =>
    vault.db.write((tx) => setConversationDeleted(tx, first?.id as ConversationId, removed, tx.hlc()));
  setRemoved(true);
  expect(await found('鍾乳洞')).toEqual([]);
  setRemoved(false);
  expect(await found('鍾乳洞')).toEqual([id]);
});

it('the index made again from the rows answers the same', async () => {
  const queries = ['猫', '東京の', 'the', '水琴窟', 'どっち'];
  const before = await Promise.all(queries.map((query) => everyHit(query)));
  vault.db.write((tx) => tx.runDerived(sql`INSERT INTO message_index (message_index) VALUES ('delete-all')`));
  expect(await found('猫')).toEqual([]);
  await rebuildIndex(vault.db);
  expect(await Promise.all(queries.map((query) => everyHit(query)))).toEqual(before);
});

it.each([
  '"',
  "'; DROP TABLE message; --",
  'a AND OR NOT',
  '猫"*',
  '^',
  '{',
  'NEAR(a b)',
  '\u0000',
  '\ud800猫',
  '%',
  '_',
])('takes %j as words, whatever they are', async (text) => {
  const { hits } = await search(text);
  expect(Array.isArray(hits)).toBe(true);
});

it('refuses a cursor it did not give', async () => {
  await expect(search('猫', { cursor: '1; DROP' })).rejects.toMatchObject({ code: 'invalid', reason: 'bad_cursor' });
});

it('walks the index backwards and fetches candidates by number, never the table', () => {
  const statement = searchStatement(['猫', '猫と'], ['猫と'], 1000, 31);
  const plan = vault.db.read((tx) =>
    tx.all({ text: `EXPLAIN QUERY PLAN ${statement.text}`, values: statement.values }),
  );
  const steps = plan.map((row) => String(row['detail']));
  expect(steps[0]).toMatch(/SCAN message_index VIRTUAL TABLE/);
  expect(steps).toContain('SEARCH m USING INTEGER PRIMARY KEY (rowid=?)');
  expect(steps.filter((each) => each.startsWith('SCAN')).length).toBe(1);
  expect(steps.join('\n')).not.toContain('TEMP B-TREE');
});
