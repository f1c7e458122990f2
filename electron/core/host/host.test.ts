import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CoreEmit } from '#shared/contract.ts';
import { hostContract } from '#shared/host/contract.ts';
import type { Shell } from '../core-deps.ts';
import { makeTestFolder, scribble, writeNote, type TestFolder } from '../db/vault-harness.ts';
import type { Vault } from '../db/vault.ts';
import { createHost, type Host } from './host.ts';

// Threads start and files are synced: slow on a machine with much else to do.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let test: TestFolder;
let vault: Vault;
let host: Host;
let heard: [string, unknown][];
let asked: unknown[];

beforeEach(async () => {
  test = makeTestFolder();
  vault = await test.open();
  host = begin(vault);
});
afterEach(async () => {
  host.close();
  await test.remove();
});

function begin(on: Vault): Host {
  heard = [];
  asked = [];
  const shell: Shell = {
    kind: 'headless',
    platform: 'linux',
    version: '1.2.3',
    openLink: (url) => {
      asked.push(url);
      return Promise.resolve();
    },
    setAlwaysOnTop: (value) => void asked.push(value),
    setLocale: (locale) => void asked.push(locale),
  };
  const emit: CoreEmit = (feature, name, payload) => void heard.push([`${feature}.${name}`, payload]);
  return createHost({ vault: on, shell, emit, dataDir: test.folder });
}

const status = async () => hostContract.status.output.parse(await host.handlers.status({}));

it('tells where the file, the host and the problems stand', async () => {
  expect(await status()).toEqual({
    vault: { kind: 'ready' },
    problems: [],
    host: 'headless',
    platform: 'linux',
    version: '1.2.3',
    dataPath: test.folder,
  });
  writeNote(vault, 'a');
  test.nowMs -= 86_400_000;
  writeNote(vault, 'b');
  expect((await status()).problems).toEqual([{ kind: 'clock_set_back', sinceMs: test.nowMs }]);
  expect(heard).toContainEqual(['host.onStatusChanged', {}]);
});

it('hands links and the window’s wishes to the shell', async () => {
  await host.handlers.openLink({ url: 'https://example.org/' });
  await host.handlers.setAlwaysOnTop({ on: true });
  await host.handlers.setLocale({ locale: 'ja' });
  expect(asked).toEqual(['https://example.org/', true, 'ja']);
});

it('snapshots, restores and sets the passphrase', async () => {
  writeNote(vault, 'a');
  const taken = await host.handlers.takeSnapshot({});
  expect(await host.handlers.snapshots({})).toEqual([taken]);
  await vi.waitFor(() => expect(heard).toContainEqual(['host.onDataChanged', { entities: ['snapshot'] }]));
  await host.handlers.restoreSnapshot({ name: taken.name });
  expect(await host.handlers.setPassphrase({ current: null, next: 'open sesame' })).toEqual({ kind: 'done' });
  expect(await host.handlers.setPassphrase({ current: 'wrong', next: null })).toEqual({ kind: 'wrong_passphrase' });
  await vault.close();
  host.close();
  vault = await test.open();
  host = begin(vault);
  expect((await status()).vault).toEqual({ kind: 'locked', wrongPassphrase: false });
  await host.handlers.unlock({ passphrase: 'open sesame' });
  expect((await status()).vault).toEqual({ kind: 'ready' });
});

it('offers and takes the way out of damage', async () => {
  await vault.takeSnapshot();
  await vault.close();
  host.close();
  scribble(test.database, 100);
  vault = await test.open();
  host = begin(vault);
  expect((await status()).vault).toMatchObject({ kind: 'damaged', snapshots: [{ good: true }] });
  await host.handlers.startEmpty({});
  expect((await status()).vault).toEqual({ kind: 'ready' });
});

it('tries again when asked', async () => {
  host.close();
  const second = await test.open();
  host = begin(second);
  expect((await status()).vault).toMatchObject({ kind: 'in_use' });
  await vault.close();
  await host.handlers.retryVault({});
  expect((await status()).vault).toEqual({ kind: 'ready' });
});

describe('changed data', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const notices = () => heard.filter(([name]) => name === 'host.onDataChanged');

  it('is told at once, then at most every 8 ms, and nothing is lost', () => {
    writeNote(vault, 'first');
    expect(notices()).toHaveLength(1);
    for (let index = 0; index < 10; index++) writeNote(vault, `note ${index}`);
    expect(notices()).toHaveLength(1);
    vi.advanceTimersByTime(8);
    expect(notices()).toEqual([
      ['host.onDataChanged', { entities: ['setting'] }],
      ['host.onDataChanged', { entities: ['setting'] }],
    ]);
    vi.advanceTimersByTime(100);
    expect(notices()).toHaveLength(2);
    writeNote(vault, 'later');
    expect(notices()).toHaveLength(3);
    host.close();
    vi.advanceTimersByTime(100);
    expect(notices()).toHaveLength(3);
  });
});
