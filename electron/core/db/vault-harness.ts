import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { seededRandom } from '#shared/base/random.ts';
import type { EpochMs } from '#shared/base/time.ts';
import type { KeySource } from './key-source.ts';
import { sql } from './sql.ts';
import { openVault, type Vault, type VaultDeps } from './vault.ts';

export const TEST_NOW: EpochMs = Date.UTC(2026, 10, 22, 11, 0);

/** A key source in memory, whose key can be taken away or exchanged. */
export interface TestKeySource extends KeySource {
  key: Uint8Array | null;
  refuses: boolean;
}

/** A person's folder that vaults are opened on, one after another, with a clock that the test turns. */
export interface TestFolder {
  readonly folder: string;
  readonly database: string;
  readonly keySource: TestKeySource;
  nowMs: EpochMs;
  /** What was logged: event names and facts. */
  readonly logged: unknown[];
  open(overrides?: Partial<VaultDeps>): Promise<Vault>;
  /** Closes what is open and deletes the folder. */
  remove(): Promise<void>;
}

export function makeTestFolder(parent: string = tmpdir(), existing?: string): TestFolder {
  const folder = existing ?? fs.mkdtempSync(path.join(parent, 'vault-'));
  const vaults: Vault[] = [];
  const keySource = createTestKeySource();
  const logged: unknown[] = [];
  const test: TestFolder = {
    folder,
    database: path.join(folder, 'tomoshibi.db'),
    keySource,
    nowMs: TEST_NOW,
    logged,
    async open(overrides = {}) {
      const vault = await openVault({
        dataDir: folder,
        keySource,
        clock: () => test.nowMs,
        random: seededRandom(7),
        log: (...args) => logged.push(args),
        longWorkDelayMs: 1_000_000,
        scryptCost: { n: 1024, r: 8, p: 1 },
        ...overrides,
      });
      vaults.push(vault);
      return vault;
    },
    async remove() {
      await Promise.all(vaults.map((vault) => vault.close()));
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
  return test;
}

export function createTestKeySource(): TestKeySource {
  const source: TestKeySource = {
    kind: 'key-file',
    key: null,
    refuses: false,
    load() {
      if (source.refuses) return Promise.reject(new Error('the keychain is locked'));
      return Promise.resolve(source.key === null ? null : new Uint8Array(source.key));
    },
    save(key) {
      source.key = new Uint8Array(key);
      return Promise.resolve();
    },
    remove() {
      source.key = null;
      return Promise.resolve();
    },
  };
  return source;
}

/** Writes one row that `readNotes` finds again. */
export function writeNote(vault: Vault, key: string, value = 'a note'): void {
  vault.db.write((tx) =>
    tx.run(
      'setting',
      sql`INSERT INTO setting (key, value_json, scope, updated_hlc) VALUES (${key}, ${JSON.stringify(value)}, 'device', ${tx.hlc()})
          ON CONFLICT (key) DO UPDATE SET value_json = excluded.value_json, updated_hlc = excluded.updated_hlc`,
    ),
  );
}

export function readNotes(vault: Vault): Record<string, string> {
  const rows = vault.db.read((tx) => tx.all(sql`SELECT key, value_json FROM setting ORDER BY key`));
  return Object.fromEntries(rows.map((row) => [String(row['key']), String(JSON.parse(String(row['value_json'])))]));
}

/** Overwrites bytes of a file in place. */
export function scribble(file: string, at: number, length = 64): void {
  const handle = fs.openSync(file, 'r+');
  fs.writeSync(handle, Buffer.alloc(length, 0x5a), 0, length, at);
  fs.closeSync(handle);
}
