import { createHash } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestCluster, type TestCluster } from '../server-harness.ts';
import { migrate } from './migrate.ts';
import { loadMigrations, type Migration } from './migrations.ts';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await openTestCluster();
});
afterAll(() => cluster.close());

const step = (version: number, sql: string): Migration => ({
  version,
  label: `000${version}-test`,
  sql,
  hash: createHash('sha256').update(sql).digest('hex'),
});
const FIRST = step(1, 'CREATE TABLE first (a int)');
const FAILING = step(
  2,
  'CREATE TABLE second (a int); INSERT INTO second VALUES (1); SELECT 1 / (SELECT count(*) - 1 FROM second)',
);

test('the real ones apply to an empty database, and then there is nothing to do', async () => {
  const url = await cluster.newEmptyDatabase();
  const all = await loadMigrations();
  expect(await migrate(url)).toBe(all.length);
  expect(await migrate(url)).toBe(0);
});

test('a step that fails leaves nothing of itself; those before it stand; the next start goes on from there', async () => {
  const url = await cluster.newEmptyDatabase();
  await expect(migrate(url, [FIRST, FAILING])).rejects.toThrow('0002-test failed: division by zero');
  expect(await tablesOf(url)).toEqual(['applied_migration', 'first']);
  const repaired = step(2, 'CREATE TABLE second (a int)');
  expect(await migrate(url, [FIRST, repaired])).toBe(1);
  expect(await tablesOf(url)).toEqual(['applied_migration', 'first', 'second']);
});

test('a step that was changed after it had been applied is refused', async () => {
  const url = await cluster.newEmptyDatabase();
  await migrate(url, [FIRST]);
  await expect(migrate(url, [step(1, 'CREATE TABLE other (a int)')])).rejects.toThrow(
    'is not what the database was made with',
  );
});

test('a database newer than the server is refused', async () => {
  const url = await cluster.newEmptyDatabase();
  await migrate(url, [FIRST, step(2, 'SELECT 1')]);
  await expect(migrate(url, [FIRST])).rejects.toThrow('the database is at version 2, this server knows 1');
});

test('two servers that start at once take turns', async () => {
  const url = await cluster.newEmptyDatabase();
  const applied = await Promise.all([migrate(url), migrate(url), migrate(url)]);
  expect(applied.filter((count) => count > 0)).toEqual([(await loadMigrations()).length]);
});

async function tablesOf(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`,
  );
  await client.end();
  return rows.map((row) => row.name);
}
