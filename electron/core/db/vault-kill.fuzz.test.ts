import { spawn } from 'node:child_process';
import * as path from 'node:path';
import { expect, it } from 'vitest';
import { seededRandom } from '#shared/base/random.ts';
import { sql } from './sql.ts';
import { makeTestFolder } from './vault-harness.ts';

const ROUNDS = 20;

it('20 × kill -9 while writing: every acknowledged commit is there, whole and once, and the file opens', async () => {
  const seed = Date.now() % 1_000_000;
  const random = seededRandom(seed);
  const test = makeTestFolder();
  try {
    await (await test.open()).close();
    let next = 0;
    let lastStamp = '';
    for (let round = 0; round < ROUNDS; round++) {
      const said = await writeUntilKilled(
        test.folder,
        Buffer.from(test.keySource.key ?? []).toString('hex'),
        next,
        random,
      );
      const vault = await test.open();
      expect(vault.status(), `seed ${seed}, round ${round}`).toEqual({ kind: 'ready' });
      const rows = vault.db.read((tx) => tx.all(sql`SELECT key, updated_hlc FROM setting ORDER BY updated_hlc`));
      const indexed = vault.db.read((tx) => tx.all(sql`SELECT count(*) AS count FROM message_index_docsize`));
      const committed = rows.length;
      // Exactly n0 … n(committed-1), each with its index row, in the order of their stamps.
      expect(rows.map((row) => row['key'])).toEqual(Array.from({ length: committed }, (_, index) => `n${index}`));
      expect(indexed).toEqual([{ count: committed }]);
      const acknowledged = said.at(-1);
      if (acknowledged !== undefined) {
        expect(committed).toBeGreaterThan(acknowledged.index);
        expect(rows[acknowledged.index]?.['updated_hlc']).toBe(acknowledged.stamp);
        expect(acknowledged.stamp > lastStamp).toBe(true);
      }
      lastStamp = String(rows.at(-1)?.['updated_hlc'] ?? '');
      next = committed;
      await vault.close();
    }
    expect(next).toBeGreaterThan(ROUNDS);
  } finally {
    await test.remove();
  }
});

async function writeUntilKilled(
  folder: string,
  keyHex: string,
  from: number,
  random: () => number,
): Promise<{ index: number; stamp: string }[]> {
  const child = spawn(
    process.execPath,
    [path.join(import.meta.dirname, 'kill-writer.ts'), folder, keyHex, String(from)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let output = '';
  const ended = new Promise<void>((resolve) => child.stdout.once('close', () => resolve()));
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
      resolve();
    });
    child.once('exit', () => resolve());
  });
  // Some way into the writing, now and then into a checkpoint; the moment within a commit is the system's to choose.
  setTimeout(() => child.kill('SIGKILL'), random() * 60 + (random() < 0.15 ? 1980 : 0));
  await ended;
  return output
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [index = '', stamp = ''] = line.split(' ');
      return { index: Number(index), stamp };
    });
}
