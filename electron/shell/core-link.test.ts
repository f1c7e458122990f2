import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CoreDeps } from '#core/core-deps.ts';
import { createCoreLink } from './core-link.ts';
import type { CoreLinkDeps } from './core-link.ts';
import type { StartMessage } from './core-messages.ts';
import { runCore } from './core-side.ts';
import { createFakeCore } from './fake-core.ts';
import type { FakeCore } from './fake-core.ts';
import { createFakeElectron } from './fake-electron.ts';

const START: StartMessage = {
  type: 'start',
  dataDir: '/nowhere',
  resourcesDir: '/nowhere',
  version: '1.0.0',
  platform: 'linux',
  keyKind: 'keychain',
  key: null,
  deviceKey: new Uint8Array(32),
};

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a core that crashes', () => {
  test('is started again: at once, then after longer and longer, and at once again when it had been well', async () => {
    const { electron, starts } = open();
    await settle();
    const crash = async (): Promise<void> => {
      electron.children.at(-1)?.exit(9);
      await settle();
    };
    const startsAfter = async (ms: number): Promise<number> => {
      await vi.advanceTimersByTimeAsync(ms);
      return starts.length;
    };
    expect(starts).toHaveLength(1);
    await crash();
    expect(await startsAfter(0)).toBe(2);
    for (const [count, wait] of [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000].entries()) {
      await crash();
      expect(await startsAfter(wait - 1)).toBe(count + 2);
      expect(await startsAfter(1)).toBe(count + 3);
    }
    const before = starts.length;
    await vi.advanceTimersByTimeAsync(60_000);
    await crash();
    expect(await startsAfter(0)).toBe(before + 1);
  });

  test('that cannot even be made ends its process, with a word in the log but not the reason’s text', async () => {
    const { log } = open({
      makeCore: () => {
        throw new Error('what she wrote');
      },
    });
    await settle();
    expect(log).toHaveBeenCalledWith(
      'error',
      'core_start_failed',
      expect.objectContaining({ error: expect.stringContaining('Error') as string }),
    );
    expect(log).toHaveBeenCalledWith('error', 'core_exited', { code: 15 });
    expect(JSON.stringify(log.mock.calls)).not.toContain('what she wrote');
  });

  test('is not started again while closing, and a restart that was due is called off', async () => {
    const { link, starts, electron } = open();
    await settle();
    electron.children[0]?.exit(9);
    await settle();
    await vi.advanceTimersByTimeAsync(0);
    electron.children[1]?.exit(9);
    await settle();
    await link.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(starts).toHaveLength(2);
  });
});

describe('closing', () => {
  test('waits for the core, and not for ever', async () => {
    const { link, cores, electron, log } = open();
    await settle();
    cores[0]?.holdClose();
    const closed = vi.fn<() => void>();
    const closing = link.close().then(closed);
    await vi.advanceTimersByTimeAsync(9_999);
    expect(closed).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await closing;
    expect(electron.children[0]?.exited).toBe(true);
    expect(log).toHaveBeenCalledWith('error', 'core_close_timed_out');
  });

  test('no connection is made before the core is ready or after it has gone', async () => {
    const { link, electron } = open();
    expect(link.connect()).toBeNull();
    await settle();
    expect(link.connect()).not.toBeNull();
    electron.children[0]?.exit(9);
    await settle();
    expect(link.connect()).toBeNull();
    await link.close();
  });
});

describe('the database’s key', () => {
  test('crosses once at the start; a new one is handed back to be kept', async () => {
    const saved: Uint8Array[] = [];
    const { cores, link } = open({
      keySource: {
        kind: 'keychain',
        load: () => Promise.resolve(null),
        save: async (key) => void saved.push(key),
        remove: async () => void saved.push(new Uint8Array()),
      },
      prepare: () => Promise.resolve({ ...START, key: new Uint8Array([1, 2, 3]) }),
    });
    await settle();
    const source = cores[0]?.deps.keySource;
    expect(source?.kind).toBe('keychain');
    expect(await source?.load()).toEqual(new Uint8Array([1, 2, 3]));
    await source?.save(new Uint8Array([4]));
    expect(await source?.load()).toEqual(new Uint8Array([4]));
    await source?.remove();
    expect(await source?.load()).toBeNull();
    expect(saved).toEqual([new Uint8Array([4]), new Uint8Array()]);
    await link.close();
  });

  test('that could not be kept is not believed to be', async () => {
    const { cores, link } = open({
      keySource: {
        kind: 'keychain',
        load: () => Promise.resolve(null),
        save: () => Promise.reject(new Error('locked')),
        remove: () => Promise.resolve(),
      },
    });
    await settle();
    const source = cores[0]?.deps.keySource;
    await expect(source?.save(new Uint8Array([4]))).rejects.toMatchObject({
      code: 'unavailable',
      reason: 'keychain_refused',
    });
    expect(await source?.load()).toBeNull();
    await link.close();
  });

  test('that the keychain refused is refused to the core', async () => {
    const { cores, link } = open({ prepare: () => Promise.resolve({ ...START, key: 'refused' }) });
    await settle();
    expect(() => cores[0]?.deps.keySource.load()).toThrow(expect.objectContaining({ reason: 'keychain_refused' }));
    await link.close();
  });
});

function open(overrides: Partial<CoreLinkDeps> & { makeCore?: (deps: CoreDeps) => FakeCore } = {}) {
  const cores: FakeCore[] = [];
  const starts: number[] = [];
  const log = vi.fn<CoreLinkDeps['log']>();
  const makeCore = overrides.makeCore ?? createFakeCore;
  const electron = createFakeElectron({
    userData: '/nowhere',
    runCore: (parent, exit) =>
      runCore(
        parent,
        async (deps) => {
          const core = makeCore(deps);
          cores.push(core);
          return core;
        },
        exit,
      ),
  });
  const link = createCoreLink({
    electron: electron.electron,
    coreProcess: 'core-process.js',
    async prepare() {
      starts.push(Date.now());
      return START;
    },
    keySource: {
      kind: 'keychain',
      load: () => Promise.resolve(null),
      save: () => Promise.resolve(),
      remove: () => Promise.resolve(),
    },
    log,
    onReady: () => undefined,
    openLink: () => undefined,
    setAlwaysOnTop: () => undefined,
    setLocale: () => undefined,
    ...overrides,
  });
  return { link, electron, cores, starts, log };
}

/** Lets messages between the fake processes arrive. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}
