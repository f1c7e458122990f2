import { spawn } from 'node:child_process';
import * as path from 'node:path';
import { expect, it } from 'vitest';
import { seededRandom } from '#shared/base/random.ts';
import { settingValues } from '#shared/settings/contract.ts';
import { eraseWords, setDeleted } from '../chat/message-store.ts';
import { indexMessage, sweepIndex } from '../chat/search-store.ts';
import type { Db } from '../db/db.ts';
import { sql } from '../db/sql.ts';
import { countErasures } from './erasure-store.ts';
import { eraseDue, sweep, type Elsewhere } from './forgetting.ts';
import { makeMemoryFolder } from './memory-harness.ts';
import { readNext } from './memory-queue.ts';
import { oneEachExtractor } from './one-each-harness.ts';

const ROUNDS = 12;

it('kill -9 while remembering and forgetting: nothing said is lost or remembered twice, nothing forgotten comes back', async () => {
  const seed = Date.now() % 1_000_000;
  const random = seededRandom(seed);
  const memory = await makeMemoryFolder();
  const { test, conversationId } = memory;
  try {
    await memory.leave();
    const said = new Map<number, string>();
    const forgotten = new Set<number>();
    let next = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const key = Buffer.from(test.keySource.key ?? []).toString('hex');
      const output = await writeUntilKilled([test.folder, key, conversationId, String(next)], random);
      for (const [what, index, id] of output) {
        if (what === 'said') said.set(index, id);
        else forgotten.add(index);
        next = Math.max(next, index + 1);
      }
      test.nowMs = Date.now() + 60_000;
      const vault = await test.open();
      expect(vault.status(), `seed ${seed}, round ${round}`).toEqual({ kind: 'ready' });
      await catchUp(vault.db);
      const rows = vault.db.read((tx) =>
        tx.all(sql`SELECT m.id, m.text, m.deleted_hlc AS gone, s.memory_id, r.text AS remembered, r.deleted_hlc AS forgotten
            FROM message m LEFT JOIN memory_source s ON s.message_id = m.id LEFT JOIN memory r ON r.id = s.memory_id
            ORDER BY m.seq`),
      );
      const byMessage = Map.groupBy(rows, (row) => String(row['id']));
      for (const [index, id] of said) {
        const [row, ...others] = byMessage.get(id) ?? [];
        const where = `seed ${seed}, round ${round}, number ${index}`;
        expect(others, where).toEqual([]);
        if (forgotten.has(index)) {
          expect(row, where).toMatchObject({ text: '', remembered: '' });
          expect(row?.['forgotten'], where).not.toBeNull();
        } else if (row?.['gone'] === null) {
          const text = `number ${index} is secret`;
          expect(row, where).toMatchObject({ text, remembered: `Said: ${text}`, forgotten: null });
        } else {
          // Forgotten, but killed before it could say so: then it is so as a whole.
          expect(row, where).toMatchObject({ text: '', remembered: '' });
        }
      }
      const counts = vault.db.read((tx) =>
        tx.get(sql`SELECT (SELECT COUNT(*) FROM memory WHERE deleted_hlc IS NULL) AS living,
            (SELECT COUNT(*) FROM memory_index_docsize) AS indexed,
            (SELECT COUNT(*) FROM memory_job) AS waiting,
            (SELECT COUNT(*) FROM memory WHERE id NOT IN (SELECT memory_id FROM memory_source)) AS sourceless`),
      );
      expect(counts).toEqual({
        living: counts?.['living'],
        indexed: counts?.['living'],
        waiting: 0,
        sourceless: 0,
      });
      expect(vault.db.read(countErasures)).toBe(0);
      await vault.close();
    }
    expect(said.size).toBeGreaterThan(ROUNDS);
    expect(forgotten.size).toBeGreaterThan(2);
  } finally {
    await memory.close();
  }
});

/** What the app does when it starts. */
async function catchUp(db: Db): Promise<void> {
  const elsewhere: Elsewhere = {
    setMessageDeleted(tx, id, deleted) {
      setDeleted(tx, id, deleted, tx.hlc());
      indexMessage(tx, id);
      return true;
    },
    eraseMessage: (tx, id) => eraseWords(tx, id),
    sweepMessageIndex: () => sweepIndex(db),
  };
  const queue = {
    db,
    clock: Date.now,
    random: seededRandom(3),
    log: () => undefined,
    utcOffset: () => 540,
    settings: () => settingValues.parse({}),
    extractor: () => ({ extractor: oneEachExtractor, origin: 'rules' as const }),
  };
  while (eraseDue(db, elsewhere, Date.now()));
  while (await readNext(queue, new AbortController().signal));
  while (eraseDue(db, elsewhere, Date.now()));
  await sweep(db, elsewhere);
}

async function writeUntilKilled(args: readonly string[], random: () => number): Promise<[string, number, string][]> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'memory-kill-harness.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  const ended = new Promise<void>((resolve) => child.stdout.once('close', () => resolve()));
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
      resolve();
    });
    child.once('exit', () => resolve());
  });
  // The moment within a transaction is the system's to choose.
  setTimeout(() => child.kill('SIGKILL'), random() * 120);
  await ended;
  return output
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [what = '', index = '', id = ''] = line.split(' ');
      return [what, Number(index), id];
    });
}
