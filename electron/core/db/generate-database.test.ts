import { afterEach, expect, it, vi } from 'vitest';
import { ancestorAt, pathEndingAt } from '../chat/message-store.ts';
import { generateDatabase } from './generate-database.ts';
import { sql } from './sql.ts';
import { makeTestFolder, type TestFolder } from './vault-harness.ts';

// Threads start and files are synced: slow on a machine with much else to do.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const folders: TestFolder[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await folder.remove();
});

async function generated(seed: number) {
  const test = makeTestFolder();
  folders.push(test);
  test.keySource.key = new Uint8Array(32).fill(2);
  const conversations = generateDatabase({
    folder: test.folder,
    key: test.keySource.key,
    messages: 2000,
    conversations: 10,
    seed,
  });
  return { conversations, vault: await test.open() };
}

it('makes a vault that opens, with one long path, trees that the stores can walk, and the same for the same seed', async () => {
  const { conversations, vault } = await generated(4);
  expect(vault.status()).toEqual({ kind: 'ready' });
  const count = (table: string) =>
    vault.db.read((tx) => tx.get({ text: `SELECT count(*) AS count FROM ${table}`, values: [] }))?.['count'];
  expect(count('message')).toBe(2000);
  expect(Number(count('message_revision'))).toBeGreaterThan(5);
  expect(conversations.reduce((sum, each) => sum + each.messages, 0)).toBe(2000);
  const [longest] = conversations;
  expect(longest?.messages).toBeGreaterThan(500);
  for (const { leafId, pathLength } of conversations) {
    vault.db.read((tx) => {
      const path = pathEndingAt(tx, leafId, 100_000);
      expect(path.map((message) => message.depth)).toEqual(Array.from({ length: pathLength }, (_, index) => index));
      for (const message of path) expect(ancestorAt(tx, leafId, message.depth).id).toBe(message.id);
      return undefined;
    });
  }
  const again = await generated(4);
  const texts = (from: typeof vault) =>
    from.db.read((tx) => tx.all(sql`SELECT id, text, created_hlc FROM message ORDER BY seq LIMIT 50`));
  expect(texts(again.vault)).toEqual(texts(vault));
  expect(texts((await generated(5)).vault)).not.toEqual(texts(vault));
});
