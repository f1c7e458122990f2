import type { CoreDeps } from '#core/core-deps.ts';
import type { Core } from '#core/core.ts';
import { contract } from '#shared/contract.ts';
import type { CoreHandlers } from '#shared/contract.ts';
import type { EventSource } from '#shared/rpc/contract.ts';
import { AppError } from '#shared/rpc/errors.ts';
import { settingValues } from '#shared/settings/contract.ts';
import type { SettingValues } from '#shared/settings/contract.ts';

/** A core for tests of the shell: it knows its status and settings, passes on what it asks of its host, and no more. */
export interface FakeCore extends Core {
  readonly deps: CoreDeps;
  set(changes: Partial<SettingValues>): void;
  emit: Parameters<EventSource['subscribe']>[0];
  subscribers(): number;
  readonly closed: Promise<void>;
  /** Makes `close()` wait until the returned function is called. */
  holdClose(): () => void;
}

export function createFakeCore(deps: CoreDeps): FakeCore {
  const listeners = new Set<Parameters<EventSource['subscribe']>[0]>();
  let settings = settingValues.parse({});
  let closing: Promise<void> = Promise.resolve();
  let closed = (): void => undefined;
  const emit: FakeCore['emit'] = (...event) => listeners.forEach((listener) => listener(...event));
  const known: { readonly [F in keyof CoreHandlers]?: Partial<CoreHandlers[F]> } = {
    settings: { all: () => settings },
    host: {
      status: () => ({
        vault: { kind: 'ready' as const },
        problems: [],
        host: deps.shell.kind,
        platform: deps.shell.platform,
        version: deps.shell.version,
        dataPath: deps.dataDir,
      }),
      async openLink({ url }) {
        await deps.shell.openLink(url);
        return {};
      },
      setAlwaysOnTop({ on }) {
        deps.shell.setAlwaysOnTop(on);
        return {};
      },
      setLocale({ locale }) {
        deps.shell.setLocale(locale);
        return {};
      },
    },
  };
  return {
    deps,
    handlers: {
      ...unavailableHandlers(),
      settings: complete('settings', known),
      host: complete('host', known),
    } as CoreHandlers,
    events: {
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    set(changes) {
      settings = { ...settings, ...changes };
      emit('host', 'onDataChanged', { entities: ['setting'] });
    },
    emit,
    subscribers: () => listeners.size,
    closed: new Promise((resolve) => {
      closed = resolve;
    }),
    settle: () => Promise.resolve(),
    holdClose() {
      let release = (): void => undefined;
      closing = new Promise((resolve) => {
        release = resolve;
      });
      return release;
    },
    async close() {
      await closing;
      closed();
    },
  };
}

function complete(feature: keyof CoreHandlers, known: { readonly [F in keyof CoreHandlers]?: object }): object {
  return { ...unavailableHandlers()[feature], ...known[feature] };
}

/** Every call of the contract, answered `unavailable`. */
function unavailableHandlers(): Record<string, object> {
  const refuse = (): never => {
    throw new AppError('unavailable', 'not_in_this_test');
  };
  const features = Object.entries(contract).map(([feature, members]) => {
    const calls = Object.entries(members).filter(([, member]) => member.kind !== 'event');
    return [feature, Object.fromEntries(calls.map(([name]) => [name, refuse]))] as const;
  });
  return Object.fromEntries(features);
}
