import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { ReadTx } from '../db/db.ts';
import type { Sql } from '../db/sql.ts';
import { TEST_NOW } from '../db/vault-harness.ts';
import { findDigests, listDigests } from './digest-store.ts';
import { dueErasures } from './erasure-store.ts';
import { makeMemoryFolder, type MemoryFolder } from './memory-harness.ts';
import { lastToldBefore, memoriesBetween, profileOf } from './memory-list-store.ts';
import { forgottenQuotes, memoriesFrom, shownSources } from './memory-source-store.ts';
import { expiredBefore, findMemory, memoriesLike, supersededBy } from './memory-store.ts';
import { wasPausedAt } from './pause-store.ts';
import { readTrace } from './recall-trace-store.ts';
import { saidBetween, saidInQueue } from './said-store.ts';

// Threads start and files are synced: slow on a machine with much else to do.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const ID = '0192d7a0-0000-7000-8000-000000000001' as never;
let memory: MemoryFolder;
beforeAll(async () => {
  memory = await makeMemoryFolder();
});
afterAll(() => memory.close());

/** What every reply, every reading and every look asks, on the thread that also streams replies. */
const hot: [string, (tx: ReadTx) => unknown][] = [
  ['profileOf', (tx) => profileOf(tx, ID, TEST_NOW, 16)],
  ['memoriesLike', (tx) => memoriesLike(tx, ID, { subject: 'person', attribute: 'work:place' }, 200)],
  ['memoriesLike for a name', (tx) => memoriesLike(tx, ID, { subject: 'さくら', attribute: 'sister:name' }, 200)],
  ['memoriesLike without an attribute', (tx) => memoriesLike(tx, ID, { subject: 'person', attribute: null }, 200)],
  ['findMemory', (tx) => findMemory(tx, ID)],
  ['supersededBy', (tx) => supersededBy(tx, ID)],
  ['expiredBefore', (tx) => expiredBefore(tx, TEST_NOW, 50)],
  ['memoriesBetween', (tx) => memoriesBetween(tx, ID, 0, TEST_NOW, 10)],
  ['lastToldBefore', (tx) => lastToldBefore(tx, ID, TEST_NOW)],
  ['memoriesFrom', (tx) => memoriesFrom(tx, ID)],
  ['forgottenQuotes', (tx) => forgottenQuotes(tx, ID)],
  ['shownSources', (tx) => shownSources(tx, ID)],
  ['saidInQueue', (tx) => saidInQueue(tx, TEST_NOW, 24)],
  ['saidBetween', (tx) => saidBetween(tx, ID, 0, TEST_NOW, 100)],
  ['wasPausedAt', (tx) => wasPausedAt(tx, ID, TEST_NOW)],
  ['dueErasures', (tx) => dueErasures(tx, TEST_NOW, 50)],
  ['readTrace', (tx) => readTrace(tx, ID)],
  ['listDigests', (tx) => listDigests(tx, { characterId: ID, span: 'day', limit: 10 })],
  ['findDigests', (tx) => findDigests(tx, ID, 'day', ['2026-11-22'])],
];

it.each(hot)('%s never goes through a table that grows', (_name, ask) => {
  const asked: Sql[] = [];
  memory.db.read((tx) => {
    ask({
      all: (statement) => (asked.push(statement), tx.all(statement)),
      get: (statement) => (asked.push(statement), tx.get(statement)),
    });
    return undefined;
  });
  expect(asked.length).toBeGreaterThan(0);
  for (const { text, values } of asked) {
    const plan = memory.db.read((tx) => tx.all({ text: `EXPLAIN QUERY PLAN ${text}`, values }));
    // The queue itself is walked from its beginning.
    for (const step of plan) expect(String(step['detail']), text).not.toMatch(/^SCAN (?!j\b)/);
  }
});

it('the standing facts come in order out of their index: no more are read than are given', () => {
  let sorted = false;
  memory.db.read((tx) => {
    profileOf(
      {
        ...tx,
        all(statement) {
          const plan = tx.all({ text: `EXPLAIN QUERY PLAN ${statement.text}`, values: statement.values });
          sorted ||= plan.some((step) => String(step['detail']).includes('TEMP B-TREE'));
          return tx.all(statement);
        },
      },
      ID,
      TEST_NOW,
      16,
    );
    return undefined;
  });
  expect(sorted).toBe(false);
});
