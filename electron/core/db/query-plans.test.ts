import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { attachmentsOf } from '../chat/attachment-store.ts';
import { findConversation, listConversations } from '../chat/conversation-store.ts';
import {
  ancestorAt,
  childrenOf,
  findMessage,
  firstOnPathSince,
  pathEndingAt,
  sumUsage,
  unfinishedMessages,
} from '../chat/message-store.ts';
import { spentSince } from '../settings/setting-store.ts';
import type { ReadTx } from './db.ts';
import { generateDatabase, type GeneratedConversation } from './generate-database.ts';
import type { Sql } from './sql.ts';
import { makeTestFolder, TEST_NOW, type TestFolder } from './vault-harness.ts';
import type { Vault } from './vault.ts';

// Threads start and files are synced: slow on a machine with much else to do.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let test: TestFolder;
let vault: Vault;
let longest: GeneratedConversation;

beforeAll(async () => {
  test = makeTestFolder();
  test.keySource.key = new Uint8Array(32).fill(3);
  const made = generateDatabase({ folder: test.folder, key: test.keySource.key, messages: 3000, conversations: 5 });
  longest = made[0] as GeneratedConversation;
  vault = await test.open();
});
afterAll(() => test.remove());

/** What opening a conversation, paging it and searching it ask, and what runs at every start. */
const hot: [string, (tx: ReadTx) => unknown][] = [
  ['findMessage', (tx) => findMessage(tx, longest.leafId)],
  ['pathEndingAt', (tx) => pathEndingAt(tx, longest.leafId, 50)],
  ['ancestorAt', (tx) => ancestorAt(tx, longest.leafId, 10)],
  ['firstOnPathSince', (tx) => firstOnPathSince(tx, longest.leafId, 0)],
  ['childrenOf', (tx) => childrenOf(tx, longest.id, [null, longest.leafId])],
  ['attachmentsOf', (tx) => attachmentsOf(tx, [longest.leafId, longest.leafId])],
  ['findConversation', (tx) => findConversation(tx, longest.id)],
  ['listConversations', (tx) => listConversations(tx, { archived: false })],
  ['sumUsage', (tx) => sumUsage(tx, longest.id)],
  ['unfinishedMessages', (tx) => unfinishedMessages(tx)],
  ['spentSince', (tx) => spentSince(tx, TEST_NOW)],
];

/** Tables that grow with every message: a scan of one is a pause that grows with a life. */
const GROWING =
  /^SCAN (m|u|r|p|a|message|message_revision|attachment)\b(?!.*USING (COVERING )?INDEX message_(unfinished|spending))/;

it.each(hot)('%s never goes through a table that grows', (_name, ask) => {
  const asked: Sql[] = [];
  vault.db.read((tx) => {
    ask({
      all(statement) {
        asked.push(statement);
        return tx.all(statement);
      },
      get(statement) {
        asked.push(statement);
        return tx.get(statement);
      },
    });
    return undefined;
  });
  expect(asked.length).toBeGreaterThan(0);
  for (const { text, values } of asked) {
    const plan = vault.db.read((tx) => tx.all({ text: `EXPLAIN QUERY PLAN ${text}`, values }));
    for (const step of plan) expect(String(step['detail']), text).not.toMatch(GROWING);
  }
});

it('looking a message up takes few steps however long the thread', () => {
  let steps = 0;
  vault.db.read((tx) => {
    ancestorAt({ all: tx.all, get: (statement) => (steps++, tx.get(statement)) }, longest.leafId, 1);
    return undefined;
  });
  expect(longest.pathLength).toBeGreaterThan(500);
  expect(steps).toBeLessThan(60);
});
