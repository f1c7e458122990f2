import path from 'node:path';
import { expect, vi } from 'vitest';
import { contract } from '#shared/contract.ts';
import type { CoreClient } from '#shared/contract.ts';
import { PORT_ANSWER, PORT_REQUEST } from '#shared/host/port-door.ts';
import { createClient } from '#shared/rpc/client.ts';
import { createPortTransport } from '#shared/rpc/port-transport.ts';
import type { Transport } from '#shared/rpc/transport.ts';
import { APP_URL } from './app-protocol.ts';
import { runCore } from './core-side.ts';
import { createFakeCore } from './fake-core.ts';
import type { FakeCore } from './fake-core.ts';
import { createFakeElectron } from './fake-electron.ts';
import type { FakeContents, FakeElectron, FakeOptions, FakeTray, FakeWindow } from './fake-electron.ts';
import { startShell } from './host.ts';
import type { ShellPaths } from './host.ts';
import { adaptPortMain } from './port-main.ts';

export interface StartOptions {
  readonly fake?: Partial<FakeOptions>;
  readonly argv?: readonly string[];
  readonly platform?: NodeJS.Platform;
  readonly waitForCore?: boolean;
  /** The core is not made before this. */
  readonly held?: Promise<void>;
  readonly beforeReady?: (fake: FakeElectron) => void;
}

export interface RunningShell {
  readonly fake: FakeElectron;
  readonly cores: FakeCore[];
  core(): FakeCore;
  window(): FakeWindow;
  tray(): FakeTray;
  /** A page asks for its port, as the renderer does. */
  page(): Promise<Page>;
  end(): Promise<void>;
}

export interface Page {
  readonly client: CoreClient;
  readonly transport: Transport;
}

/** Waits until an expectation holds, however busy the machine is. */
export function eventually(expectation: () => void): Promise<void> {
  return vi.waitFor(expectation, { timeout: 10_000, interval: 5 });
}

/** The whole shell on a fake Electron and a fake core, its files in `folder`. */
export async function startTestShell(folder: string, options: StartOptions = {}): Promise<RunningShell> {
  const cores: FakeCore[] = [];
  const fake = createFakeElectron({
    userData: folder,
    runCore: (parent, exit) =>
      runCore(
        parent,
        async (deps) => {
          await options.held;
          const core = createFakeCore(deps);
          cores.push(core);
          return core;
        },
        exit,
      ),
    ...options.fake,
  });
  startShell(fake.electron, pathsIn(folder), {
    argv: options.argv ?? [],
    env: {},
    platform: options.platform ?? 'linux',
    log: () => undefined,
  });
  options.beforeReady?.(fake);
  await eventually(() => expect(fake.windows).toHaveLength(1));
  // The shell's own connection, by which it follows the settings, is there once the core is.
  if (options.waitForCore !== false) await eventually(() => expect(cores[0]?.subscribers()).toBe(1));
  const window = (): FakeWindow => last(fake.windows);
  const running: RunningShell = {
    fake,
    cores,
    window,
    core: () => last(cores),
    tray: () => last(fake.trays),
    async page() {
      const { webContents } = window();
      const before = webContents.received.length;
      fake.askForPort(PORT_REQUEST, webContents, APP_URL);
      await eventually(() => expect(webContents.received.length).toBeGreaterThan(before));
      return lastPort(webContents);
    },
    async end() {
      if (fake.state.exited) return;
      const exited = fake.onceExited();
      fake.quit();
      await exited;
    },
  };
  return running;
}

/** The page's end of the port it got last. */
export function lastPort(contents: FakeContents): Page {
  const { channel, ports } = last(contents.received);
  expect(channel).toBe(PORT_ANSWER);
  const transport = createPortTransport(adaptPortMain(last(ports)));
  return { client: createClient(contract, transport), transport };
}

function last<T>(list: readonly T[]): T {
  const item = list.at(-1);
  if (item === undefined) throw new Error('the list is empty');
  return item;
}

export function pathsIn(folder: string): ShellPaths {
  return {
    preload: '/preload.cjs',
    coreProcess: '/core-process.js',
    renderer: path.join(folder, 'renderer'),
    resources: path.join(folder, 'resources'),
  };
}
