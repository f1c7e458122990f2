import { createAesSealer } from '#core/aes-sealer.ts';
import type { CoreDeps, Log } from '#core/core-deps.ts';
import type { Core } from '#core/core.ts';
import { strongRandom } from '#core/strong-random.ts';
import { traceOf } from '#core/trace-of.ts';
import { contract } from '#shared/contract.ts';
import { eventMerges } from '#shared/event-merges.ts';
import type { DeepLink } from '#shared/host/deep-link.ts';
import type { EventSource } from '#shared/rpc/contract.ts';
import { AppError } from '#shared/rpc/errors.ts';
import { createPortTransport } from '#shared/rpc/port-transport.ts';
import { serve } from '#shared/rpc/serve.ts';
import { toCore } from './core-messages.ts';
import type { StartMessage, ToMain } from './core-messages.ts';
import type { ParentPort, PortMain } from './electron-api.ts';
import { adaptPortMain } from './port-main.ts';

type EventListener = Parameters<EventSource['subscribe']>[0];

/**
 * The core's side of the shell: starts it when told to, serves every page whose port it is handed, and leaves with `exit` once
 * it is closed. When it cannot be made or closed it says so, and the main process ends this one.
 */
export function runCore(parent: ParentPort, makeCore: (deps: CoreDeps) => Promise<Core>, exit: () => void): void {
  const post = (message: ToMain): void => parent.postMessage(message);
  const log: Log = (level, event, facts = {}) => post({ type: 'log', level, event, facts: { ...facts } });
  const keys = createKeyRequests(post);
  const shellListeners = new Set<EventListener>();
  let running: Core | null = null;

  const start = async (message: StartMessage): Promise<void> => {
    try {
      running = await makeCore(depsOf(message, keys.sourceFor(message), post, log));
      post({ type: 'ready' });
    } catch (error) {
      post({ type: 'failed', during: 'start', error: traceOf(error) });
    }
  };
  const close = async (): Promise<void> => {
    try {
      await running?.close();
      exit();
    } catch (error) {
      post({ type: 'failed', during: 'close', error: traceOf(error) });
    }
  };
  const servePage = (core: Core, port: PortMain): void => {
    serve(contract, core.handlers, together(core.events, shellListeners), createPortTransport(adaptPortMain(port)), {
      merges: eventMerges,
      onInternalError: (error, name) => log('error', 'call_failed', { name, error: traceOf(error) }),
    });
  };
  const tellDeepLink = (link: DeepLink): void => {
    for (const listener of [...shellListeners]) listener('host', 'onDeepLink', link);
  };

  parent.on('message', ({ data, ports: [port] }) => {
    const message = toCore.parse(data);
    switch (message.type) {
      case 'start':
        return void start(message);
      case 'page':
        if (running === null || port === undefined) return port?.close();
        return servePage(running, port);
      case 'deepLink':
        return tellDeepLink(message.link);
      case 'keyAnswer':
        return keys.answer(message.id, message.ok);
      case 'close':
        return void close();
    }
  });
}

function depsOf(
  message: StartMessage,
  keySource: CoreDeps['keySource'],
  post: (message: ToMain) => void,
  log: Log,
): CoreDeps {
  return {
    dataDir: message.dataDir,
    resourcesDir: message.resourcesDir,
    keySource,
    sealer: createAesSealer(message.deviceKey),
    clock: Date.now,
    random: strongRandom(),
    log,
    utcOffsetMinutes: (atMs) => -new Date(atMs).getTimezoneOffset(),
    shell: {
      kind: 'electron',
      platform: message.platform,
      version: message.version,
      openLink(url) {
        post({ type: 'openLink', url });
        return Promise.resolve();
      },
      setAlwaysOnTop: (on) => post({ type: 'setAlwaysOnTop', on }),
      setLocale: (locale) => post({ type: 'setLocale', locale }),
    },
  };
}

/** The database's key as the core sees it: what came at the start, and changes asked of the main process. */
function createKeyRequests(post: (message: ToMain) => void) {
  const asked = new Map<number, (ok: boolean) => void>();
  let nextId = 1;
  const ask = async (make: (id: number) => ToMain): Promise<void> => {
    const id = nextId;
    nextId += 1;
    const answered = new Promise<boolean>((resolve) => asked.set(id, resolve));
    post(make(id));
    if (!(await answered)) throw new AppError('unavailable', 'keychain_refused', 'the key could not be kept');
  };
  return {
    answer(id: number, ok: boolean): void {
      asked.get(id)?.(ok);
      asked.delete(id);
    },
    sourceFor(message: StartMessage): CoreDeps['keySource'] {
      let known = message.key;
      return {
        kind: message.keyKind,
        load() {
          if (known === 'refused')
            throw new AppError('unavailable', 'keychain_refused', 'the keychain did not give the key');
          return Promise.resolve(known);
        },
        async save(key) {
          await ask((id) => ({ type: 'saveKey', id, key }));
          known = new Uint8Array(key);
        },
        async remove() {
          await ask((id) => ({ type: 'removeKey', id }));
          known = null;
        },
      };
    },
  };
}

/** The core's events and the shell's as one. */
function together(events: EventSource, shellListeners: Set<EventListener>): EventSource {
  return {
    subscribe(listener) {
      shellListeners.add(listener);
      const off = events.subscribe(listener);
      return () => {
        shellListeners.delete(listener);
        off();
      };
    },
  };
}
