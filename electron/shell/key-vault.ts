import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { CoreDeps } from '#core/core-deps.ts';
import { loadOrMakeKey, openKeyFile } from '../headless/key-file.ts';
import type { SafeStorage } from './electron-api.ts';

type KeySource = CoreDeps['keySource'];

/** The keys of this machine, as the main process keeps them: only it can ask the keychain. */
export interface KeyVault {
  /** The database's key. */
  readonly database: KeySource;
  /** The key that seals providers' keys, made when there is none. */
  deviceKey(): Promise<Uint8Array>;
}

/**
 * Keys rest sealed by the system's keychain; where there is none (a Linux without a keyring keeps "secrets" as plain text, which
 * is no better than a file), in files only the owner may read. A key that is there already is used wherever it is.
 */
export function openKeyVault(safeStorage: SafeStorage, platform: NodeJS.Platform, folder: string): KeyVault {
  const choose = (name: string): KeySource => {
    const plain = path.join(folder, `${name}.key`);
    const sealed = path.join(folder, `${name}.key.sealed`);
    if (existsSync(sealed)) return openSealedKey(safeStorage, platform, sealed);
    const useKeychain = !existsSync(plain) && hasKeychain(safeStorage, platform);
    return useKeychain ? openSealedKey(safeStorage, platform, sealed) : openKeyFile(plain);
  };
  return { database: choose('database'), deviceKey: () => loadOrMakeKey(choose('device')) };
}

function hasKeychain(safeStorage: SafeStorage, platform: NodeJS.Platform): boolean {
  if (!safeStorage.isEncryptionAvailable()) return false;
  return platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text';
}

function openSealedKey(safeStorage: SafeStorage, platform: NodeJS.Platform, file: string): KeySource {
  return {
    kind: 'keychain',
    async load() {
      if (!existsSync(file)) return null;
      if (!hasKeychain(safeStorage, platform)) throw new Error('the keychain is not available');
      return new Uint8Array(Buffer.from(safeStorage.decryptString(await readFile(file)), 'base64'));
    },
    async save(key) {
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      const draft = `${file}.draft`;
      const handle = await open(draft, 'w', 0o600);
      try {
        await handle.writeFile(safeStorage.encryptString(Buffer.from(key).toString('base64')));
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(draft, file);
    },
    remove: () => rm(file, { force: true }),
  };
}
