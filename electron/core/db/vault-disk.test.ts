import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { makeTestFolder, readNotes, writeNote, type TestFolder } from './vault-harness.ts';

// Threads start and files are synced: slow on a machine with much else to do.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

/** A small file system of its own: needs Linux and the right to mount; skipped elsewhere. */
const mounts: string[] = [];
function mountSmall(megabytes: number): string {
  const point = fs.mkdtempSync(path.join(tmpdir(), 'small-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', point]);
  if (mounted.status !== 0) throw new Error(`mount: ${mounted.stderr.toString()}`);
  mounts.push(point);
  return point;
}
function remount(point: string, mode: 'ro' | 'rw'): void {
  const done = spawnSync('mount', ['-o', `remount,${mode}`, point]);
  if (done.status !== 0) throw new Error(`remount: ${done.stderr.toString()}`);
}

const canMount = (() => {
  if (process.platform !== 'linux') return false;
  try {
    mountSmall(1);
    return true;
  } catch {
    return false;
  } finally {
    unmountAll();
  }
})();

function unmountAll(): void {
  for (const point of mounts.splice(0)) {
    spawnSync('umount', [point]);
    fs.rmdirSync(point);
  }
}

/** Takes all the room there is; answers with the file to delete. */
function fill(point: string): string {
  const file = path.join(point, 'ballast');
  const handle = fs.openSync(file, 'w');
  try {
    for (;;) fs.writeSync(handle, Buffer.alloc(4096));
  } catch {
    return file;
  } finally {
    fs.closeSync(handle);
  }
}

let test: TestFolder | undefined;
afterEach(async () => {
  await test?.remove();
  test = undefined;
  unmountAll();
});

describe.skipIf(!canMount)('a disk that fills up', () => {
  it('while writing: nothing is half written, every kept word is there, and writing goes on when there is room', async () => {
    const point = mountSmall(6);
    test = makeTestFolder(point);
    const vault = await test.open();
    writeNote(vault, 'before');
    const ballast = fill(point);
    const acknowledged: string[] = ['before'];
    let failure: unknown;
    for (let index = 0; index < 500 && failure === undefined; index++) {
      try {
        writeNote(vault, `note ${index}`, 'words '.repeat(300));
        acknowledged.push(`note ${index}`);
      } catch (error) {
        failure = error;
      }
    }
    expect(failure).toMatchObject({ code: 'unavailable', reason: 'disk_full' });
    expect(vault.problems.list().map((problem) => problem.kind)).toEqual(['disk_full']);
    expect(Object.keys(readNotes(vault)).sort()).toEqual([...acknowledged].sort());
    await expect(vault.takeSnapshot()).rejects.toMatchObject({ code: 'unavailable', reason: 'disk_full' });
    expect(fs.readdirSync(path.join(test.folder, 'snapshots'))).toEqual(['vault.json']);

    fs.rmSync(ballast);
    writeNote(vault, 'after');
    await vault.takeSnapshot();
    expect(vault.problems.list()).toEqual([]);
    await vault.close();
    expect(Object.keys(readNotes(await test.open())).sort()).toEqual([...acknowledged, 'after'].sort());
  });

  it('before the first start: says so, and begins once there is room', async () => {
    const point = mountSmall(1);
    test = makeTestFolder(point);
    const ballast = fill(point);
    const vault = await test.open();
    expect(vault.status()).toEqual({ kind: 'disk_full', path: test.folder });
    fs.rmSync(ballast);
    await vault.retry();
    expect(vault.status()).toEqual({ kind: 'ready' });
  });
});

describe.skipIf(!canMount)('a disk that is full at the start', () => {
  it('loses nothing: it opens, or says so and opens once there is room', async () => {
    const point = mountSmall(6);
    test = makeTestFolder(point);
    const first = await test.open();
    for (let index = 0; index < 50; index++) writeNote(first, `note ${index}`, 'words '.repeat(300));
    await first.close();
    const ballast = fill(point);
    const vault = await test.open();
    expect(['ready', 'disk_full']).toContain(vault.status().kind);
    fs.rmSync(ballast);
    await vault.retry();
    expect(vault.status()).toEqual({ kind: 'ready' });
    expect(Object.keys(readNotes(vault))).toHaveLength(50);
    writeNote(vault, 'after');
  });
});

describe.skipIf(!canMount)('a folder that cannot be written', () => {
  it('says so at the start, and opens once it can', async () => {
    const point = mountSmall(6);
    test = makeTestFolder(point);
    const first = await test.open();
    writeNote(first, 'kept');
    await first.close();
    remount(point, 'ro');
    const vault = await test.open();
    expect(vault.status()).toEqual({ kind: 'read_only', path: test.folder });
    expect(() => vault.db.read(() => 1)).toThrow('vault_read_only');
    remount(point, 'rw');
    await vault.retry();
    expect(readNotes(vault)).toEqual({ kept: 'a note' });
  });

  it('from the very first', async () => {
    const point = mountSmall(1);
    test = makeTestFolder(point);
    remount(point, 'ro');
    expect((await test.open()).status()).toEqual({ kind: 'read_only', path: test.folder });
    remount(point, 'rw');
  });
});

it('a folder whose path is a file is told as one that cannot be written', async () => {
  test = makeTestFolder();
  const file = path.join(test.folder, 'a-file');
  fs.writeFileSync(file, '');
  const vault = await test.open({ dataDir: path.join(file, 'folder') });
  expect(vault.status()).toMatchObject({ kind: 'read_only' });
});
