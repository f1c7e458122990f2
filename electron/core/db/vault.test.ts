import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ENTITIES } from '#shared/entities.ts';
import {
  createTestKeySource,
  makeTestFolder,
  readNotes,
  scribble,
  writeNote,
  type TestFolder,
} from './vault-harness.ts';
import type { Vault } from './vault.ts';

// Threads start and files are synced: slow on a machine with much else to do.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let test: TestFolder;
beforeEach(() => {
  test = makeTestFolder();
});
afterEach(() => test.remove());

const PAGE = 4096;
const files = () => fs.readdirSync(test.folder).sort();

/** A vault with rows over many pages, one good snapshot of them, closed. */
async function lived(): Promise<string> {
  const vault = await test.open();
  for (let index = 0; index < 40; index++) writeNote(vault, `note ${index}`, 'words '.repeat(500));
  const { name } = await vault.takeSnapshot();
  await vault.close();
  return name;
}

describe('a first start', () => {
  it('makes a database under a new key', async () => {
    const vault = await test.open();
    expect(vault.status()).toEqual({ kind: 'ready' });
    expect(test.keySource.key).toHaveLength(32);
    expect(vault.snapshots()).toEqual([]);
  });

  it('that was cut off before the schema stood starts again', async () => {
    await (await test.open()).close();
    fs.rmSync(test.database);
    const envelope = path.join(test.folder, 'vault.json');
    for (const file of [envelope, path.join(test.folder, 'snapshots', 'vault.json')]) {
      fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('"made"', '"creating"'));
    }
    test.keySource.key = null;
    expect((await test.open()).status()).toEqual({ kind: 'ready' });
  });

  it('without any place for a key does not begin', async () => {
    const vault = await test.open({ keySource: { ...createTestKeySource(), kind: 'none' } });
    expect(vault.status()).toEqual({ kind: 'no_key', path: test.folder });
    expect(files()).not.toContain('tomoshibi.db');
  });
});

it('holds what was written after closing and opening', async () => {
  const first = await test.open();
  writeNote(first, 'a', '紅茶');
  await first.close();
  await first.close();
  expect(readNotes(await test.open())).toEqual({ a: '紅茶' });
});

it('writes no word of it in the clear, nor the key', async () => {
  const vault = await test.open();
  writeNote(vault, 'secret', '水琴窟の音 and a plain word');
  await vault.takeSnapshot();
  const key = Buffer.from(test.keySource.key ?? []);
  const everything = fs
    .readdirSync(test.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => fs.readFileSync(path.join(entry.parentPath, entry.name)));
  expect(everything.length).toBeGreaterThan(5);
  for (const bytes of everything) {
    expect(bytes.includes('水琴窟')).toBe(false);
    expect(bytes.includes('plain word')).toBe(false);
    expect(bytes.includes('SQLite format 3')).toBe(false);
    expect(bytes.includes(key)).toBe(false);
    expect(bytes.includes(key.toString('hex'))).toBe(false);
  }
  expect(JSON.stringify(test.logged)).not.toContain('plain word');
});

describe('a damaged file', () => {
  const broken: [string, (database: string) => void][] = [
    ['head overwritten', (database) => scribble(database, 100)],
    ['middle overwritten', (database) => scribble(database, PAGE * 20 + 50)],
    ['cut short', (database) => fs.truncateSync(database, PAGE * 10)],
    ['cut to nothing', (database) => fs.truncateSync(database, 0)],
    ['replaced by something else', (database) => fs.writeFileSync(database, Buffer.alloc(PAGE * 8, 'x'))],
  ];

  it.each(broken)('%s: set aside whole, and the snapshot offered and restored', async (_how, breakIt) => {
    const name = await lived();
    breakIt(test.database);
    const bytes = fs.readFileSync(test.database);
    const vault = await test.open();
    const status = vault.status();
    expect(status).toMatchObject({ kind: 'damaged', snapshots: [{ name, good: true }] });
    const aside = status.kind === 'damaged' ? status.setAsideAs : '';
    if (bytes.length > 0) expect(fs.readFileSync(path.join(test.folder, aside)).equals(bytes)).toBe(true);
    expect(() => vault.db.read(() => 1)).toThrow('vault_damaged');
    await expect(vault.db.readAside({ text: 'SELECT 1', values: [] })).rejects.toThrow('vault_damaged');

    await vault.restoreSnapshot(name);
    expect(vault.status()).toEqual({ kind: 'ready' });
    expect(Object.keys(readNotes(vault))).toHaveLength(40);
    if (bytes.length > 0) expect(files()).toContain(aside);
  });

  it('stays damaged over restarts until the person decides', async () => {
    await lived();
    scribble(test.database, 100);
    const first = await test.open();
    const status = first.status();
    await first.close();
    expect((await test.open()).status()).toEqual(status);
  });

  it('is replaced by an empty one only by the person’s own word', async () => {
    await lived();
    const keyBefore = test.keySource.key;
    scribble(test.database, 100);
    const vault = await test.open();
    await vault.startEmpty();
    expect(vault.status()).toEqual({ kind: 'ready' });
    expect(readNotes(vault)).toEqual({});
    expect(test.keySource.key).toEqual(keyBefore);
    expect(vault.snapshots()).toHaveLength(1);
    await expect(vault.startEmpty()).rejects.toMatchObject({ code: 'conflict' });
    await vault.close();
    expect((await test.open()).status()).toEqual({ kind: 'ready' });
  });

  it('found while running is a problem, not a crash', async () => {
    const vault = await test.open();
    for (let index = 0; index < 40; index++) writeNote(vault, `note ${index}`, 'words '.repeat(500));
    await vault.close();
    const again = await test.open({ longWorkDelayMs: 1 });
    scribble(test.database, PAGE * 20 + 50);
    const found = () => again.problems.list().some((problem) => problem.kind === 'integrity');
    await new Promise<void>((resolve) => again.problems.onChanged(() => found() && resolve()));
    expect(again.status()).toEqual({ kind: 'ready' });
  });
});

describe('a missing database', () => {
  it.each([
    ['with everything else in place', () => undefined],
    ['without vault.json', () => fs.rmSync(path.join(test.folder, 'vault.json'))],
    [
      'with nothing but the key',
      () => {
        fs.rmSync(test.folder, { recursive: true });
        fs.mkdirSync(test.folder);
      },
    ],
  ])('%s is no empty start', async (_how, lose) => {
    await lived();
    fs.rmSync(test.database);
    lose();
    expect((await test.open()).status()).toMatchObject({ kind: 'damaged', setAsideAs: '' });
  });

  it('whose log was left behind does not mix it into what is restored', async () => {
    const name = await lived();
    const vault = await test.open();
    writeNote(vault, 'later');
    const log = fs.readFileSync(`${test.database}-wal`);
    await vault.close();
    fs.rmSync(test.database);
    fs.writeFileSync(`${test.database}-wal`, log);
    const again = await test.open();
    await again.restoreSnapshot(name);
    expect(Object.keys(readNotes(again))).toHaveLength(40);
  });
});

describe('the key', () => {
  it('lost: the file is neither overwritten nor set aside, and opens when the key is back', async () => {
    await lived();
    const { key } = test.keySource;
    const bytes = fs.readFileSync(test.database);
    test.keySource.key = null;
    const vault = await test.open();
    expect(vault.status()).toEqual({ kind: 'no_key', path: test.folder });
    expect(test.keySource.key).toBeNull();
    expect(fs.readFileSync(test.database).equals(bytes)).toBe(true);
    test.keySource.key = key;
    await vault.retry();
    expect(Object.keys(readNotes(vault))).toHaveLength(40);
  });

  it.each([
    ['of another file', () => (test.keySource.key = new Uint8Array(32).fill(1))],
    ['of the wrong length', () => (test.keySource.key = new Uint8Array(16))],
    ['refused by the keychain', () => (test.keySource.refuses = true)],
  ])('%s is no damage', async (_how, spoil) => {
    await lived();
    spoil();
    expect((await test.open()).status()).toEqual({ kind: 'no_key', path: test.folder });
    expect(files().some((name) => name.startsWith('damaged'))).toBe(false);
  });

  it('of another file, with vault.json lost as well, is no damage either', async () => {
    await lived();
    fs.rmSync(path.join(test.folder, 'vault.json'));
    fs.rmSync(path.join(test.folder, 'snapshots', 'vault.json'));
    const { key } = test.keySource;
    test.keySource.key = new Uint8Array(32).fill(1);
    const vault = await test.open();
    expect(vault.status()).toMatchObject({ kind: 'no_key' });
    test.keySource.key = key;
    await vault.retry();
    expect(vault.status()).toEqual({ kind: 'ready' });
    expect(files()).toContain('vault.json');
  });
});

describe('a passphrase', () => {
  it('locks: only it opens, and no copy of the key stays', async () => {
    const first = await test.open();
    writeNote(first, 'a');
    expect(await first.setPassphrase(null, 'open sesame 猫')).toBe('done');
    expect(test.keySource.key).toBeNull();
    writeNote(first, 'b');
    await first.close();

    const vault = await test.open();
    expect(vault.status()).toEqual({ kind: 'locked', wrongPassphrase: false });
    expect(() => vault.db.read(() => 1)).toThrow('vault_locked');
    await expect(vault.restoreSnapshot('any')).rejects.toThrow('vault_locked');
    await vault.unlock('open sesame');
    expect(vault.status()).toEqual({ kind: 'locked', wrongPassphrase: true });
    await vault.unlock('open sesame 猫');
    expect(readNotes(vault)).toEqual({ a: 'a note', b: 'a note' });
  });

  it('can be changed with the old one, and removed', async () => {
    const first = await test.open();
    writeNote(first, 'a');
    await first.setPassphrase(null, 'the first one');
    expect(await first.setPassphrase('a wrong one', 'the second one')).toBe('wrong_passphrase');
    expect(await first.setPassphrase(null, 'the second one')).toBe('wrong_passphrase');
    expect(await first.setPassphrase('the first one', 'the second one')).toBe('done');
    await first.close();
    const second = await test.open();
    await second.unlock('the first one');
    expect(second.status()).toMatchObject({ wrongPassphrase: true });
    await second.unlock('the second one');
    expect(await second.setPassphrase('the second one', null)).toBe('done');
    expect(test.keySource.key).toHaveLength(32);
    await second.close();
    expect(readNotes(await test.open())).toEqual({ a: 'a note' });
  });

  it('survives the loss of one copy of vault.json, torn or gone', async () => {
    const first = await test.open();
    writeNote(first, 'a');
    await first.setPassphrase(null, 'open sesame');
    await first.close();
    fs.writeFileSync(path.join(test.folder, 'vault.json'), '{"version":1,"revi');
    const vault = await test.open();
    await vault.unlock('open sesame');
    expect(readNotes(vault)).toEqual({ a: 'a note' });
  });

  it('is still asked for after damage, and guards what was restored', async () => {
    const first = await test.open();
    writeNote(first, 'a');
    const { name } = await first.takeSnapshot();
    await first.setPassphrase(null, 'open sesame');
    await first.close();
    scribble(test.database, 100);
    const vault = await test.open();
    await vault.unlock('open sesame');
    expect(vault.status()).toMatchObject({ kind: 'damaged' });
    await vault.restoreSnapshot(name);
    expect(readNotes(vault)).toEqual({ a: 'a note' });
    await vault.close();
    expect((await test.open()).status()).toMatchObject({ kind: 'locked' });
  });
});

describe('two instances', () => {
  it('on one folder: the second is told, and may try again', async () => {
    const first = await test.open();
    const second = await test.open();
    expect(second.status()).toEqual({ kind: 'in_use', path: test.folder });
    expect(() => second.db.read(() => 1)).toThrow('vault_in_use');
    writeNote(first, 'a');
    await first.close();
    await second.retry();
    expect(readNotes(second)).toEqual({ a: 'a note' });
  });

  it('in another process, and a killed one holds nothing', async () => {
    const script = `
      const { takeVaultLock } = await import(${JSON.stringify(path.join(import.meta.dirname, 'vault-lock.ts'))});
      globalThis.lock = takeVaultLock(process.argv[1]);
      console.log(globalThis.lock === 'in_use' ? 'in use' : 'locked');
      setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, path.join(test.folder, 'vault.lock')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
      const vault = await test.open();
      expect(vault.status()).toMatchObject({ kind: 'in_use' });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
      await vault.retry();
      expect(vault.status()).toEqual({ kind: 'ready' });
    } finally {
      child.kill('SIGKILL');
    }
  });
});

describe('restoring', () => {
  const snapshotPath = (name: string) => path.join(test.folder, 'snapshots', name);

  it('goes back live, keeps what stood there as a snapshot, and tells every view', async () => {
    const vault = await test.open();
    writeNote(vault, 'old');
    const { name } = await vault.takeSnapshot();
    writeNote(vault, 'new');
    const heard: unknown[] = [];
    vault.db.onChanged((entities) => heard.push(entities));
    await vault.restoreSnapshot(name);
    expect(readNotes(vault)).toEqual({ old: 'a note' });
    expect(heard).toContainEqual(ENTITIES);
    expect(files().filter((file) => file.startsWith('replaced'))).toEqual([]);

    const [kept] = vault.snapshots();
    await vault.restoreSnapshot(kept?.name ?? '');
    expect(readNotes(vault)).toEqual({ new: 'a note', old: 'a note' });
    writeNote(vault, 'and on');
    await vault.close();
    expect(Object.keys(readNotes(await test.open()))).toEqual(['and on', 'new', 'old']);
  });

  it('refuses a snapshot that has rotted since, and changes nothing', async () => {
    const vault = await test.open();
    for (let index = 0; index < 40; index++) writeNote(vault, `note ${index}`, 'words '.repeat(500));
    const { name } = await vault.takeSnapshot();
    scribble(snapshotPath(name), PAGE * 20 + 50);
    await expect(vault.restoreSnapshot(name)).rejects.toMatchObject({ reason: 'snapshot_damaged' });
    expect(vault.status()).toEqual({ kind: 'ready' });
    expect(Object.keys(readNotes(vault))).toHaveLength(40);
  });

  it.each(['nothing.db', '../tomoshibi.db', ''])('refuses %j', async (name) => {
    const vault = await test.open();
    await expect(vault.restoreSnapshot(name)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('keeps the oldest snapshot while it is being restored, though a new one is made', async () => {
    const vault = await test.open();
    const names: string[] = [];
    for (let index = 0; index < 7; index++) {
      writeNote(vault, `note ${index}`);
      names.push((await vault.takeSnapshot()).name);
    }
    await vault.restoreSnapshot(names[0] ?? '');
    expect(Object.keys(readNotes(vault))).toEqual(['note 0']);
  });
});

describe('closing', () => {
  it('amid a restore ends with one whole file or the other, and nothing open', async () => {
    const vault = await test.open();
    writeNote(vault, 'old');
    const { name } = await vault.takeSnapshot();
    writeNote(vault, 'new');
    const restoring = vault.restoreSnapshot(name).catch(() => undefined);
    await Promise.all([vault.close(), vault.close(), restoring]);
    expect(() => vault.db.read(() => 1)).toThrow('vault_closed');
    const again = await test.open();
    expect(again.status()).toEqual({ kind: 'ready' });
    expect(readNotes(again)).toMatchObject({ old: 'a note' });
  });

  it('amid a snapshot leaves no half of one at the next start', async () => {
    const vault = await test.open();
    for (let index = 0; index < 40; index++) writeNote(vault, `note ${index}`, 'words '.repeat(500));
    const taking = vault.takeSnapshot().catch(() => undefined);
    await vault.close();
    await taking;
    const again = await test.open();
    expect(fs.readdirSync(path.join(test.folder, 'snapshots')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(again.snapshots().every((snapshot) => snapshot.good)).toBe(true);
  });
});

describe('the status', () => {
  it('is told as it changes', async () => {
    const first = await test.open();
    await first.setPassphrase(null, 'open sesame');
    await first.close();
    const vault: Vault = await test.open();
    const heard: string[] = [];
    vault.onStatus((status) => heard.push(status.kind));
    await vault.unlock('no');
    await vault.unlock('open sesame');
    expect(heard).toEqual(['locked', 'ready']);
    await vault.close();
    await expect(vault.retry()).rejects.toThrow('vault_closed');
    expect(() => vault.db.read(() => 1)).toThrow('vault_closed');
  });

  it('deriveKey gives each purpose its own key, the same after a restart', async () => {
    const first = await test.open();
    const blobs = first.deriveKey('blobs');
    expect(blobs).toHaveLength(32);
    expect(first.deriveKey('else')).not.toEqual(blobs);
    await first.close();
    expect(() => first.deriveKey('blobs')).toThrow('vault_');
    expect((await test.open()).deriveKey('blobs')).toEqual(blobs);
  });
});
