import { spawn } from 'node:child_process';
import * as path from 'node:path';
import { expect, it } from 'vitest';
import { seededRandom } from '#shared/base/random.ts';
import { createWordEmbedder } from './embedder-harness.ts';
import { openEmbeddingTest, type EmbeddingTest } from './embedding-harness.ts';

const ROUNDS = 8;

it('kill -9 while vectors are made and made anew: in the end every living message has one vector, and no other has any', async () => {
  const seed = Date.now() % 1_000_000;
  const random = seededRandom(seed);
  let test = await openEmbeddingTest();
  const { folder } = test;
  try {
    await test.close();
    for (let round = 1; round <= ROUNDS; round += 1) {
      // Every other start finds another model inside the app: all is to be embedded anew.
      const model = `model ${round >> 1}`;
      await runUntilKilled(test, model, round, random() * 250);
      if (round % 3 !== 0) continue;
      test = await openEmbeddingTest({ folder, embedder: () => createWordEmbedder({ model }), ids: test });
      test.embedding.start();
      await test.embedding.settled();
      const count = (text: string): unknown => test.vault.db.read((tx) => tx.all({ text, values: [] }));
      expect(count('SELECT name FROM embedding_model'), `seed ${seed}, round ${round}`).toEqual([{ name: model }]);
      expect(count('SELECT seq FROM embedding_job')).toEqual([]);
      expect(count('SELECT item_seq AS seq FROM embedding ORDER BY item_seq')).toEqual(
        count('SELECT seq FROM message WHERE deleted_hlc IS NULL ORDER BY seq'),
      );
      const [message] = test.vault.db.read((tx) =>
        tx.all({
          text: 'SELECT id, text FROM message WHERE deleted_hlc IS NULL ORDER BY seq DESC LIMIT 1',
          values: [],
        }),
      );
      expect(await test.near(String(message?.['text']), 3)).toContain(message?.['id']);
      await test.close();
    }
  } finally {
    await folder.remove();
  }
});

async function runUntilKilled(test: EmbeddingTest, model: string, round: number, afterMs: number): Promise<void> {
  const { folder, characterId, conversationId } = test;
  const keyHex = Buffer.from(folder.keySource.key ?? []).toString('hex');
  const script = path.join(import.meta.dirname, 'embedding-kill-harness.ts');
  const child = spawn(
    process.execPath,
    [script, folder.folder, keyHex, model, characterId, conversationId, String(round)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', () => resolve());
  });
  expect(child.exitCode).toBeNull();
  // Some way into the work; the moment within a commit is the system's to choose.
  setTimeout(() => child.kill('SIGKILL'), afterMs);
  await ended;
}
