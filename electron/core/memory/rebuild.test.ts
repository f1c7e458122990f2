import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { seededRandom } from '#shared/base/random.ts';
import { MS_PER_DAY } from '#shared/base/time.ts';
import { settingValues } from '#shared/settings/contract.ts';
import { sql } from '../db/sql.ts';
import { TEST_NOW } from '../db/vault-harness.ts';
import { writeDueDigests } from './digests.ts';
import { listDigests } from './digest-store.ts';
import { requeueConversation } from './memory-job-store.ts';
import { makeMemoryFolder, type MemoryFolder } from './memory-harness.ts';
import { readNext } from './memory-queue.ts';
import { ruleExtractor } from './rule-extractor.ts';

// Threads start and files are synced: slow on a machine with much else to do.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let memory: MemoryFolder;
beforeEach(async () => {
  memory = await makeMemoryFolder();
});
afterEach(() => memory.close());

const NOW = TEST_NOW + 60 * MS_PER_DAY;

async function readAll(): Promise<void> {
  const queue = {
    db: memory.db,
    clock: () => NOW,
    random: seededRandom(4),
    log: () => undefined,
    utcOffset: () => 540,
    settings: () => settingValues.parse({ locale: 'ja' }),
    extractor: () => ({ extractor: ruleExtractor, origin: 'rules' as const }),
  };
  while (await readNext(queue, new AbortController().signal));
  const { db } = memory;
  const digests = {
    db,
    clock: () => NOW,
    random: seededRandom(6),
    locale: () => 'ja' as const,
    utcOffset: () => 540,
    freeMind: () => null,
  };
  while ((await writeDueDigests(digests, new AbortController().signal)) > 0);
}

const state = () => ({
  memories: memory
    .living()
    .map(({ id: _id, supersededBy, ...rest }) => ({ ...rest, superseded: supersededBy !== null })),
  days: memory.db
    .read((tx) => listDigests(tx, { characterId: memory.characterId, span: 'day', limit: 100 }))
    .map(({ startsOn, text, messageCount }) => ({ startsOn, text, messageCount })),
});

it('what turns out to have been a joke is taken back, though it was read before', async () => {
  memory.say('実は犬を飼ってるよ。名前はコタロウ。', 'person', NOW);
  memory.say('えっ、ほんと？', 'character');
  await readAll();
  expect(memory.living().length).toBeGreaterThan(0);
  memory.say('冗談だよ。', 'person');
  await readAll();
  expect(memory.living()).toEqual([]);
});

it('memories and digests deleted altogether come back the same from the messages', async () => {
  const lines = [
    '妹の名前はさくらっていうんだ。',
    '紅茶が好きなんだ。',
    '京都に住んでる。',
    'うん、そうだね。',
    '犬を飼ってるよ。名前はコタロウ。',
    '来週の金曜に面接があるんだ。',
    '東京に引っ越した。今は東京に住んでる。',
    'やっぱり紅茶が好き。',
    'もし宝くじが当たったら家を買うのに。',
  ];
  lines.forEach((line, index) => {
    memory.say(line, 'person', TEST_NOW + index * 3 * MS_PER_DAY);
    memory.say('そうなんだ。', 'character');
  });
  await readAll();
  const before = state();
  expect(before.memories.length).toBeGreaterThan(4);
  expect(before.days.length).toBeGreaterThan(4);
  expect(before.memories.some(({ superseded }) => superseded)).toBe(true);
  expect(before.memories.every(({ sourceCount }) => sourceCount > 0)).toBe(true);
  memory.db.write((tx) => {
    tx.run('digest_source', sql`DELETE FROM digest_source`);
    tx.run('digest', sql`DELETE FROM digest`);
    tx.run('memory_source', sql`DELETE FROM memory_source`);
    tx.run('memory', sql`DELETE FROM memory`);
    tx.runDerived(sql`DELETE FROM memory_index`);
    requeueConversation(tx, memory.conversationId);
  });
  expect(memory.living()).toEqual([]);
  await readAll();
  expect(state()).toEqual(before);
  // And once more over what is there: nothing doubles.
  memory.db.write((tx) => requeueConversation(tx, memory.conversationId));
  await readAll();
  expect(state()).toEqual(before);
});
