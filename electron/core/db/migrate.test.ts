import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openConnection } from './connection.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS, migrationHash, migrationLabel, type Migration } from './migrations.ts';
import { sql } from './sql.ts';
import { makeTestFolder, readNotes, TEST_NOW, writeNote, type TestFolder } from './vault-harness.ts';

// Threads start and files are synced: slow on a machine with much else to do.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const KEY = new Uint8Array(32).fill(9);

let test: TestFolder;
beforeEach(() => {
  test = makeTestFolder();
});
afterEach(() => test.remove());

const next = (sqlText: string): Migration => ({ version: MIGRATIONS.length + 1, name: 'test-step', sql: sqlText });

describe('the shipped migrations', () => {
  it('stand as reviewed: the schema they make, and their hashes', async () => {
    const connection = openConnection({ file: test.database, key: KEY, readOnly: false, cacheKib: 1024 });
    migrate(connection, { migrations: MIGRATIONS, now: TEST_NOW, backUp: () => undefined });
    const made = connection
      .prepare<[], { sql: string }>(
        `SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'message\\_index\\_%' ESCAPE '\\' ORDER BY name`,
      )
      .all();
    connection.close();
    const hashes = MIGRATIONS.map((step) => `-- ${migrationLabel(step)} sha256 ${migrationHash(step)}`);
    const text = `-- What the migrations make, for reading. A hash here never changes once its migration has shipped.\n${hashes.join('\n')}\n\n${made.map((row) => `${row.sql};`).join('\n\n')}\n`;
    await expect(text).toMatchFileSnapshot('schema.snap.sql');
  });

  it('lie in files that are called as they are', () => {
    const files = fs.readdirSync(path.join(import.meta.dirname, 'migrations')).sort();
    expect(files).toEqual(MIGRATIONS.map((step) => `${migrationLabel(step)}.ts`));
  });

  it('make only STRICT tables', () => {
    for (const step of MIGRATIONS) {
      const tables = step.sql.match(/CREATE TABLE[^;]*;/g) ?? [];
      for (const table of tables) expect(table).toMatch(/\) STRICT/);
    }
  });
});

describe('a migration', () => {
  it('must stand at its number', () => {
    const connection = openConnection({ file: test.database, key: KEY, readOnly: false, cacheKib: 1024 });
    const gap = [...MIGRATIONS, { ...next('SELECT 1'), version: MIGRATIONS.length + 2 }];
    expect(() => migrate(connection, { migrations: gap, now: TEST_NOW, backUp: () => undefined })).toThrow(
      'stand at its number',
    );
    connection.close();
  });

  it('copies the file first, then adds to it', async () => {
    const before = await test.open();
    writeNote(before, 'kept');
    await before.close();
    const vault = await test.open({
      migrations: [...MIGRATIONS, next('CREATE TABLE added (id TEXT PRIMARY KEY) STRICT')],
    });
    expect(vault.status()).toEqual({ kind: 'ready' });
    expect(readNotes(vault)).toEqual({ kept: 'a note' });
    expect(vault.db.read((tx) => tx.all(sql`SELECT * FROM added`))).toEqual([]);
    const [backup = ''] = fs.readdirSync(path.join(test.folder, 'backups'));
    const key = test.keySource.key ?? new Uint8Array();
    const copy = openConnection({
      file: path.join(test.folder, 'backups', backup),
      key,
      readOnly: true,
      cacheKib: 1024,
    });
    expect(copy.prepare('SELECT key FROM setting').all()).toEqual([{ key: 'kept' }]);
    copy.close();
  });

  it('that fails half way leaves the file as it was, and the older app still opens it', async () => {
    const before = await test.open();
    writeNote(before, 'kept');
    await before.close();
    const failing = next(`CREATE TABLE added (id TEXT) STRICT; DELETE FROM setting; INSERT INTO nowhere VALUES (1);`);
    const failed = await test.open({ migrations: [...MIGRATIONS, failing] });
    const status = failed.status();
    expect(status).toMatchObject({ kind: 'migration_failed', migration: migrationLabel(failing) });
    expect(fs.existsSync(status.kind === 'migration_failed' ? status.backup : '')).toBe(true);
    expect(() => failed.db.read(() => 1)).toThrow('vault_migration_failed');
    await failed.close();
    const vault = await test.open();
    expect(vault.status()).toEqual({ kind: 'ready' });
    expect(readNotes(vault)).toEqual({ kept: 'a note' });
  });

  it('whose text changed after it was applied is refused', async () => {
    await (await test.open()).close();
    const [first, ...rest] = MIGRATIONS;
    const changed = { version: 1, name: first?.name ?? '', sql: `${first?.sql ?? ''}\n-- changed` };
    const vault = await test.open({ migrations: [changed, ...rest] });
    expect(vault.status()).toMatchObject({ kind: 'migration_failed', migration: migrationLabel(changed) });
  });
});

it('a file from a newer version is refused and not touched', async () => {
  const newer = await test.open({ migrations: [...MIGRATIONS, next('CREATE TABLE added (id TEXT) STRICT')] });
  writeNote(newer, 'from tomorrow');
  await newer.close();
  const before = fs.readFileSync(test.database);
  const vault = await test.open();
  expect(vault.status()).toEqual({ kind: 'newer', fileVersion: MIGRATIONS.length + 1, appVersion: MIGRATIONS.length });
  await vault.close();
  expect(fs.readFileSync(test.database).equals(before)).toBe(true);
});
