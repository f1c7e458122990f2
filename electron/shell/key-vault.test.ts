import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SafeStorage } from './electron-api.ts';
import { createFakeElectron } from './fake-electron.ts';
import { openKeyVault } from './key-vault.ts';

const KEY = new Uint8Array(32).fill(9);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'key-vault-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('keys rest sealed by the keychain, and come back the same', async () => {
  const { database, deviceKey } = openKeyVault(storage(true), 'linux', folder);
  expect(database.kind).toBe('keychain');
  expect(await database.load()).toBeNull();
  await database.save(KEY);
  expect(await openKeyVault(storage(true), 'linux', folder).database.load()).toEqual(KEY);
  expect(await deviceKey()).toEqual(await openKeyVault(storage(true), 'linux', folder).deviceKey());
  expect(readdirSync(folder).sort()).toEqual(['database.key.sealed', 'device.key.sealed']);
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    expect(readFileSync(file).includes(Buffer.from(KEY))).toBe(false);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  }
});

test.each([
  ['no keychain', storage(false), 'darwin'],
  ['a Linux without a keyring', storage(true, 'basic_text'), 'linux'],
] as const)('with %s, keys rest in files only the owner may read', async (_what, safeStorage, platform) => {
  const { database } = openKeyVault(safeStorage, platform, folder);
  expect(database.kind).toBe('key-file');
  await database.save(KEY);
  expect(readdirSync(folder)).toEqual(['database.key']);
  // The keychain is there later: the key that is in use stays where it is.
  expect(await openKeyVault(storage(true), platform, folder).database.load()).toEqual(KEY);
});

test('a sealed key without its keychain is refused, never replaced', async () => {
  await openKeyVault(storage(true), 'linux', folder).database.save(KEY);
  const { database } = openKeyVault(storage(false), 'linux', folder);
  expect(database.kind).toBe('keychain');
  await expect(database.load()).rejects.toThrow('keychain is not available');
  expect(await openKeyVault(storage(true), 'linux', folder).database.load()).toEqual(KEY);
});

test('a key is removed', async () => {
  const { database } = openKeyVault(storage(true), 'win32', folder);
  await database.save(KEY);
  await database.remove();
  expect(await database.load()).toBeNull();
});

function storage(keychain: boolean, keychainBackend = 'gnome_libsecret'): SafeStorage {
  return createFakeElectron({ userData: folder, keychain, keychainBackend, runCore: () => undefined }).electron
    .safeStorage;
}
