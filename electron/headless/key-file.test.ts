import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { KEY_BYTES, loadOrMakeKey, openKeyFile } from './key-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'key-file-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a key is kept in a file only its owner may read, and nothing is left beside it', async () => {
  const file = path.join(folder, 'made/database.key');
  const keys = openKeyFile(file);
  expect(await keys.load()).toBeNull();
  const key = await loadOrMakeKey(keys);
  expect(key).toHaveLength(KEY_BYTES);
  expect(await loadOrMakeKey(keys)).toEqual(key);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(path.dirname(file))).mode & 0o077).toBe(0);
  expect(await readdir(path.dirname(file))).toEqual(['database.key']);
});

test('a file others could read is tightened when it is met', async () => {
  const file = path.join(folder, 'database.key');
  await writeFile(file, new Uint8Array(KEY_BYTES));
  await chmod(file, 0o644);
  await openKeyFile(file).load();
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('a file that holds no key is never written over', async () => {
  const file = path.join(folder, 'database.key');
  await writeFile(file, 'short');
  await expect(loadOrMakeKey(openKeyFile(file))).rejects.toThrow('does not hold a key');
  expect((await stat(file)).size).toBe(5);
});

test('a key is removed, twice if need be', async () => {
  const keys = openKeyFile(path.join(folder, 'database.key'));
  await loadOrMakeKey(keys);
  await keys.remove();
  await keys.remove();
  expect(await keys.load()).toBeNull();
});
