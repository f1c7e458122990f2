import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { seededRandom } from '#shared/base/random.ts';
import { newId, type RevisionId } from '#shared/entities.ts';
import { settingValues } from '#shared/settings/contract.ts';
import { insertRevision, setState } from '../chat/message-store.ts';
import { TEST_NOW } from '../db/vault-harness.ts';
import type { MemoryExtractor } from './memory-extractor.ts';
import { makeMemoryFolder, type MemoryFolder } from './memory-harness.ts';
import { countJobs, nextRetryMs, retryJobs } from './memory-job-store.ts';
import { readNext, type QueueDeps } from './memory-queue.ts';
import { oneEachExtractor } from './one-each-harness.ts';

// Threads start and files are synced: slow on a machine with much else to do.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let memory: MemoryFolder;
let nowMs = TEST_NOW;
beforeEach(async () => {
  nowMs = TEST_NOW;
  memory = await makeMemoryFolder();
});
afterEach(() => memory.close());

const deps = (extractor: MemoryExtractor): QueueDeps => ({
  db: memory.db,
  clock: () => nowMs,
  random: seededRandom(4),
  log: () => undefined,
  utcOffset: () => 540,
  settings: () => settingValues.parse({}),
  extractor: () => ({ extractor, origin: 'rules' }),
});
const never = new AbortController().signal;
const texts = (): string[] => memory.living().map(({ text }) => text);

it('what could not be read is tried again later and later, then waits for the person, and loses nothing', async () => {
  const failing = deps({ extract: () => Promise.reject(new Error('no')) });
  memory.say('ひとつめの話');
  const waits: number[] = [];
  for (let attempt = 0; attempt < 5; attempt++) {
    expect(await readNext(failing, never)).toBe(true);
    expect(await readNext(failing, never)).toBe(false);
    const next = memory.db.read(nextRetryMs);
    if (next !== null) {
      waits.push(next - nowMs);
      nowMs = next;
    }
  }
  expect(waits).toEqual([30_000, 60_000, 120_000, 240_000]);
  expect(await countJobs(memory.db)).toEqual({ waiting: 0, failed: 1, lastError: 'Error' });
  memory.say('ふたつめの話');
  const working = deps(oneEachExtractor);
  while (await readNext(working, never));
  expect(texts()).toEqual(['Said: ふたつめの話']);
  expect(memory.db.write(retryJobs)).toBe(1);
  while (await readNext(working, never));
  expect(texts()).toEqual(['Said: ひとつめの話', 'Said: ふたつめの話']);
  expect(await countJobs(memory.db)).toEqual({ waiting: 0, failed: 0, lastError: null });
});

it('one that always fails does not keep the others waiting', async () => {
  const picky = deps({
    extract: (turns, ...rest) =>
      turns.some(({ text }) => text.includes('毒'))
        ? Promise.reject(new Error('no'))
        : oneEachExtractor.extract(turns, ...rest),
  });
  memory.say('はじめの話');
  memory.say('毒の話');
  for (let index = 0; index < 10; index++) memory.say(`話${index}`, 'person', TEST_NOW + (index + 5) * 60_000);
  for (let round = 0; round < 40; round++) {
    while (await readNext(picky, never));
    nowMs += 600_000;
  }
  // Those right after it are read along with it as long as it stands before them.
  expect(texts()).toContain('Said: 話9');
  expect(texts()).toContain('Said: はじめの話');
  expect(texts().some((text) => text.includes('毒'))).toBe(false);
});

it('a message that is edited while it is read is read again', async () => {
  const said = memory.say('京都に住んでる');
  let edited = false;
  const slow = deps({
    async extract(turns, ...rest) {
      if (!edited) {
        edited = true;
        const revision = {
          id: newId<RevisionId>(nowMs, seededRandom(1)),
          messageId: said.id,
          text: '奈良に住んでる',
          createdAtMs: nowMs,
        };
        memory.db.write((tx) => insertRevision(tx, revision, tx.hlc()));
      }
      return oneEachExtractor.extract(turns, ...rest);
    },
  });
  while (await readNext(slow, never));
  expect(texts()).toEqual(['Said: 奈良に住んでる']);
});

it('stops when asked to, and goes on with the same later', async () => {
  memory.say('ひとつめの話');
  const stopping = new AbortController();
  const interrupted = deps({
    extract(turns, ...rest) {
      stopping.abort();
      return oneEachExtractor.extract(turns, ...rest);
    },
  });
  await expect(readNext(interrupted, stopping.signal)).rejects.toThrow();
  expect(texts()).toEqual([]);
  expect(await countJobs(memory.db)).toMatchObject({ waiting: 1, failed: 0 });
  while (await readNext(deps(oneEachExtractor), never));
  expect(texts()).toEqual(['Said: ひとつめの話']);
});

it('a message is read when it is whole, not while it is written', async () => {
  const said = memory.say('約束するよ', 'person');
  memory.db.write((tx) => setState(tx, said.id, 'partial', tx.hlc()));
  while (await readNext(deps(oneEachExtractor), never));
  expect(texts()).toEqual([]);
  memory.db.write((tx) => setState(tx, said.id, 'complete', tx.hlc()));
  while (await readNext(deps(oneEachExtractor), never));
  expect(texts()).toEqual(['Said: 約束するよ']);
});
