import type { CoreEmit, CoreHandlers } from '#shared/contract.ts';
import type { Entity } from '#shared/entities.ts';
import type { Shell } from '../core-deps.ts';
import type { Vault } from '../db/vault.ts';

export interface HostDeps {
  readonly vault: Vault;
  readonly shell: Shell;
  readonly emit: CoreEmit;
  /** The person's folder, for showing. */
  readonly dataDir: string;
}

export interface Host {
  readonly handlers: CoreHandlers['host'];
  close(): void;
}

/** What concerns the machine and the file rather than the companion; answers whatever the vault's status is. */
export function createHost({ vault, shell, emit, dataDir }: HostDeps): Host {
  const changes = gather((entities) => emit('host', 'onDataChanged', { entities }));
  const statusChanged = (): void => emit('host', 'onStatusChanged', {});
  const stops = [
    vault.db.onChanged(changes.add),
    vault.onSnapshots(() => changes.add(['snapshot'])),
    vault.onStatus(statusChanged),
    vault.problems.onChanged(statusChanged),
  ];

  return {
    handlers: {
      status: () => ({
        vault: vault.status(),
        problems: vault.problems.list(),
        host: shell.kind,
        platform: shell.platform,
        version: shell.version,
        dataPath: dataDir,
      }),
      async unlock({ passphrase }) {
        await vault.unlock(passphrase);
        return {};
      },
      setPassphrase: async ({ current, next }) => ({ kind: await vault.setPassphrase(current, next) }),
      snapshots: () => vault.snapshots(),
      takeSnapshot: () => vault.takeSnapshot(),
      async restoreSnapshot({ name }) {
        await vault.restoreSnapshot(name);
        return {};
      },
      async startEmpty() {
        await vault.startEmpty();
        return {};
      },
      async retryVault() {
        await vault.retry();
        return {};
      },
      async openLink({ url }) {
        await shell.openLink(url);
        return {};
      },
      setAlwaysOnTop({ on }) {
        shell.setAlwaysOnTop(on);
        return {};
      },
      setLocale({ locale }) {
        shell.setLocale(locale);
        return {};
      },
    },
    close() {
      changes.close();
      for (const stop of stops) stop();
    },
  };
}

/** The least time between two notices of changed data: while a reply streams there may be a commit every few milliseconds. */
const NOTICE_EVERY_MS = 8;

/** Passes the first change on at once and gathers those that follow within `NOTICE_EVERY_MS` into one. */
function gather(tell: (entities: Entity[]) => void): { add(entities: readonly Entity[]): void; close(): void } {
  const waiting = new Set<Entity>();
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    timer = undefined;
    if (waiting.size === 0) return;
    const entities = [...waiting];
    waiting.clear();
    timer = setTimeout(flush, NOTICE_EVERY_MS);
    tell(entities);
  };
  return {
    add(entities) {
      for (const entity of entities) waiting.add(entity);
      if (timer === undefined) flush();
    },
    close() {
      clearTimeout(timer);
      waiting.clear();
    },
  };
}
