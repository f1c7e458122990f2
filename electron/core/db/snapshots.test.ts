import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MS_PER_DAY } from '#shared/base/time.ts';
import type { Keeper } from './keeper.ts';
import { listSnapshots, takeSnapshot, type SnapshotManifest } from './snapshot-files.ts';
import { createSnapshotSchedule } from './snapshot-schedule.ts';
import { makeTestFolder, scribble, TEST_NOW, writeNote, type TestFolder } from './vault-harness.ts';
import type { Vault } from './vault.ts';

// Threads start and files are synced: slow on a machine with much else to do.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let test: TestFolder;
beforeEach(() => {
  test = makeTestFolder();
});
afterEach(() => test.remove());

const taken = (vault: Vault) => new Promise<void>((resolve) => vault.onSnapshots(() => resolve()));

const manifestOf = (name: string): SnapshotManifest =>
  JSON.parse(
    fs.readFileSync(path.join(test.folder, 'snapshots', name.replace(/db$/, 'json')), 'utf8'),
  ) as SnapshotManifest;

describe('snapshots', () => {
  it('one is taken after the start', async () => {
    const vault = await test.open({ longWorkDelayMs: 1 });
    await taken(vault);
    expect(vault.snapshots()).toMatchObject([{ takenAtMs: TEST_NOW, good: true }]);
  });

  it('count writes over restarts, so that two of the same content can be told', async () => {
    const first = await test.open();
    writeNote(first, 'a');
    const before = await first.takeSnapshot();
    await first.close();
    const second = await test.open();
    const same = await second.takeSnapshot();
    writeNote(second, 'b');
    const other = await second.takeSnapshot();
    const [one, two, three] = [before, same, other].map(({ name }) => manifestOf(name).writeSeq);
    expect(two).toBe(one);
    expect(three).not.toBe(one);
  });

  it('writes go on while one is taken, and it holds one moment', async () => {
    const vault = await test.open();
    for (let index = 0; index < 200; index++) writeNote(vault, `note ${index}`, 'words '.repeat(500));
    const taking = vault.takeSnapshot();
    for (let index = 0; index < 50; index++) writeNote(vault, `meanwhile ${index}`);
    expect(await taking).toMatchObject({ good: true });
  });

  it('the last seven are kept, by order of making whatever the clock says', async () => {
    const vault = await test.open();
    const names: string[] = [];
    for (let index = 0; index < 9; index++) {
      test.nowMs += index === 5 ? -30 * MS_PER_DAY : MS_PER_DAY;
      writeNote(vault, `note ${index}`);
      names.push((await vault.takeSnapshot()).name);
    }
    expect(vault.snapshots().map((snapshot) => snapshot.name)).toEqual(names.slice(2).reverse());
    const left = fs.readdirSync(path.join(test.folder, 'snapshots')).filter((name) => name !== 'vault.json');
    expect(left).toHaveLength(14);
  });

  it('the last good one outlives seven that are not', async () => {
    const copies = (good: boolean): Keeper => ({
      checkpoint: () => Promise.resolve(),
      emptyLog: () => Promise.resolve(true),
      check: () => Promise.resolve(undefined),
      copy(to) {
        fs.writeFileSync(to, 'a copy');
        return Promise.resolve({ sizeBytes: 6, sha256: '', good, schemaVersion: 1, writeSeq: 1 });
      },
      examine: () => Promise.reject(new Error('not asked')),
      close: () => Promise.resolve(),
    });
    const take = (good: boolean) =>
      takeSnapshot({ folder: test.folder, keeper: copies(good), now: TEST_NOW, keyId: '' });
    await take(true);
    const { name } = await take(true);
    for (let index = 0; index < 9; index++) await take(false);
    const left = listSnapshots(test.folder);
    expect(left).toHaveLength(8);
    expect(left.filter((snapshot) => snapshot.good).map((snapshot) => snapshot.name)).toEqual([name]);
  });

  it('that fails is a problem until one succeeds, and leaves no half of a file', async () => {
    const vault = await test.open();
    const folder = path.join(test.folder, 'snapshots');
    fs.renameSync(folder, `${folder}-away`);
    fs.writeFileSync(folder, 'in the way');
    await expect(vault.takeSnapshot()).rejects.toThrow();
    expect(vault.problems.list().map((problem) => problem.kind)).toEqual(['snapshot_failed']);
    fs.rmSync(folder);
    fs.renameSync(`${folder}-away`, folder);
    await vault.takeSnapshot();
    expect(vault.problems.list()).toEqual([]);
  });

  it('of a file that is damaged underneath fails rather than copying the damage', async () => {
    const vault = await test.open();
    for (let index = 0; index < 40; index++) writeNote(vault, `note ${index}`, 'words '.repeat(500));
    await vault.close();
    const again = await test.open();
    // One of the notes' own pages: they lie at the end.
    scribble(test.database, fs.statSync(test.database).size - 4096 * 10 + 50);
    await expect(again.takeSnapshot()).rejects.toMatchObject({ code: 'unavailable', reason: 'damaged' });
    expect(
      again.problems
        .list()
        .map((problem) => problem.kind)
        .sort(),
    ).toEqual(['integrity', 'snapshot_failed']);
    expect(again.snapshots()).toEqual([]);
  });

  it('a copy cut off by a crash is cleared away at the next start', async () => {
    const first = await test.open();
    await first.close();
    const half = path.join(test.folder, 'snapshots', 'snapshot-000001-20260101T000000000Z.db.tmp');
    fs.writeFileSync(half, 'half');
    const vault = await test.open();
    expect(fs.existsSync(half)).toBe(false);
    expect(vault.snapshots()).toEqual([]);
  });

  it('a restored file never counts as the one a later snapshot was of', async () => {
    const vault = await test.open();
    writeNote(vault, 'a');
    const { name } = await vault.takeSnapshot();
    for (let index = 0; index < 3; index++) writeNote(vault, `b${index}`);
    await vault.takeSnapshot();
    await vault.restoreSnapshot(name);
    await vault.close();
    const again = await test.open({ longWorkDelayMs: 1 });
    await taken(again);
    expect(again.snapshots()[0]?.takenAtMs).toBe(TEST_NOW);
  });
});

describe('the schedule', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const HOUR = 3_600_000;

  function start(first: Partial<SnapshotManifest> | undefined) {
    const state = {
      nowMs: TEST_NOW,
      newest: first as SnapshotManifest | undefined,
      changed: true,
      taken: [] as number[],
      checks: 0,
    };
    const schedule = createSnapshotSchedule({
      clock: () => state.nowMs,
      startDelayMs: 1000,
      check: () => {
        state.checks += 1;
        return Promise.resolve();
      },
      newest: () => state.newest,
      changed: () => state.changed,
      take: () => {
        state.taken.push(state.nowMs);
        state.newest = { takenAtMs: state.nowMs, good: true } as SnapshotManifest;
        return Promise.resolve();
      },
    });
    const pass = async (ms: number): Promise<void> => {
      for (let gone = 0; gone < ms; gone += HOUR / 6) {
        state.nowMs += HOUR / 6;
        await vi.advanceTimersByTimeAsync(HOUR / 6);
      }
    };
    return { state, schedule, pass };
  }

  it('takes one after the start and one a day', async () => {
    const { state, schedule, pass } = start(undefined);
    await pass(HOUR);
    expect(state.taken).toHaveLength(1);
    await pass(22 * HOUR);
    expect(state.taken).toHaveLength(1);
    await pass(49 * HOUR);
    expect(state.taken).toHaveLength(3);
    expect(state.checks).toBe(1);
    schedule.close();
    await pass(50 * HOUR);
    expect(state.taken).toHaveLength(3);
  });

  it('takes none of what has not changed', async () => {
    const { state, schedule, pass } = start({ takenAtMs: TEST_NOW, good: true });
    state.changed = false;
    await pass(72 * HOUR);
    expect(state.taken).toEqual([]);
    state.newest = { takenAtMs: TEST_NOW, good: false } as SnapshotManifest;
    await pass(HOUR);
    expect(state.taken).toHaveLength(1);
    schedule.close();
  });

  it('does not wait for a clock that was set back a day', async () => {
    const { state, schedule, pass } = start({ takenAtMs: TEST_NOW, good: true });
    await pass(HOUR);
    const before = state.taken.length;
    state.nowMs -= MS_PER_DAY;
    await pass(HOUR);
    expect(state.taken).toHaveLength(before + 1);
    schedule.close();
  });
});
