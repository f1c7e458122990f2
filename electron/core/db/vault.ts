// A person's folder, and the one file in it that everything else stands on.
//
//                 ┌──────────────── restoreSnapshot ────────────────┐
//                 ▼                                                 │
//   openVault ─► opening ──► ready ─────────────────────────────────┤
//                 │ ▲  ▲                                            │
//                 │ │  └─── unlock ─── locked                       │
//                 │ │                                               │
//                 │ └────── startEmpty, restoreSnapshot ─── damaged │
//                 │                                                 │
//                 └─► newer, migration_failed ──────────────────────┘
//                 └─► read_only, disk_full, in_use, no_key ─── retry ─► opening
//
// Nothing is ever deleted on the way to `damaged`, and only `startEmpty` makes an empty database where there was one.
import { hkdfSync } from 'node:crypto';
import * as fs from 'node:fs';
import type { Random } from '#shared/base/random.ts';
import type { Clock } from '#shared/base/time.ts';
import { ENTITIES, type Entity } from '#shared/entities.ts';
import type { Snapshot, VaultStatus } from '#shared/host/contract.ts';
import { AppError } from '#shared/rpc/errors.ts';
import type { Log } from '../core-deps.ts';
import { asAppError, errorLabel, KEY_BYTES, storageFault } from './connection.ts';
import type { Db } from './db.ts';
import { copyDurably, renameDurably } from './durable-file.ts';
import { folderState, keyOpensSnapshot } from './folder-state.ts';
import { createKeeper } from './keeper.ts';
import { keyId, type Envelope, type ScryptCost } from './key-envelope.ts';
import type { KeySource } from './key-source.ts';
import { MIGRATIONS, type Migration } from './migrations.ts';
import type { OpenedDb } from './open-db.ts';
import { openFile } from './open-file.ts';
import { createProblems, type Problems } from './problems.ts';
import type { ReaderData } from './reader.ts';
import { beginSession, type Session } from './session.ts';
import { newestSetAside, removeReplaced, setAside } from './set-aside.ts';
import {
  asSnapshot,
  listSnapshots,
  removeBackups,
  removeSnapshotsBefore,
  removeUnfinished,
  snapshotFile,
} from './snapshot-files.ts';
import { createVaultKey } from './vault-key.ts';
import { takeVaultLock, type VaultLock } from './vault-lock.ts';
import { vaultPaths } from './vault-paths.ts';

export interface VaultDeps {
  /** The person's folder; made when absent. */
  readonly dataDir: string;
  readonly keySource: KeySource;
  readonly clock: Clock;
  /** Dice for ids. Keys come from the system's own generator. */
  readonly random: Random;
  readonly log: Log;
  /** Other migrations than the app's: for tests. */
  readonly migrations?: readonly Migration[];
  /** How long after the start the whole check and the first snapshot wait, so as not to compete with the first screen. Default 3,000. */
  readonly longWorkDelayMs?: number;
  /** A cheaper passphrase: for tests. */
  readonly scryptCost?: ScryptCost;
}

export interface Vault {
  /** Lives as long as the vault, across restores. Throws `unavailable`/`vault_<kind>` unless the status is `ready`. */
  readonly db: Db;
  readonly problems: Problems;
  status(): VaultStatus;
  onStatus(listener: (status: VaultStatus) => void): () => void;
  /** Tries a passphrase; the status tells the outcome. */
  unlock(passphrase: string): Promise<void>;
  /** Sets, changes or (null) removes the passphrase. The database itself is not rewritten. */
  setPassphrase(current: string | null, next: string | null): Promise<'done' | 'wrong_passphrase'>;
  /** 32 bytes that belong to this file's key and `purpose`. Throws `unavailable`/`vault_<kind>` while there is no key. */
  deriveKey(purpose: string): Uint8Array;
  /**
   * What a feature's worker thread needs to read the file by itself (`openThreadReader`). `release` is awaited before the file
   * is closed or another takes its place; then it is lent anew. Throws `unavailable`/`vault_<kind>` unless the status is `ready`.
   */
  lend(release: () => Promise<void>): ReaderData;
  snapshots(): Snapshot[];
  onSnapshots(listener: () => void): () => void;
  takeSnapshot(): Promise<Snapshot>;
  /**
   * Takes a snapshot and removes every older one, and the copies made before migrations: with them goes what was deleted
   * since. Removes nothing unless the new one is good. Answers how many files went.
   */
  renewSnapshots(): Promise<number>;
  /** Checks a snapshot, puts it in the file's place and opens it. Throws `unavailable`/`snapshot_damaged` and changes nothing. */
  restoreSnapshot(name: string): Promise<void>;
  /** Only from `damaged`: an empty database under the same key. */
  startEmpty(): Promise<void>;
  /** Opens again after what stood in the way may be gone. Does nothing when ready. */
  retry(): Promise<void>;
  close(): Promise<void>;
}

const LONG_WORK_DELAY_MS = 3000;

/** Opens the person's folder. Never throws for what the folder holds: the status says where it stands. */
export async function openVault(deps: VaultDeps): Promise<Vault> {
  const paths = vaultPaths(deps.dataDir);
  const migrations = deps.migrations ?? MIGRATIONS;
  const problems = createProblems(deps.clock);
  const vaultKey = createVaultKey({
    ...deps,
    files: paths.envelopes,
    source: deps.keySource,
    scryptCost: deps.scryptCost,
  });
  const dataListeners = new Set<(entities: readonly Entity[]) => void>();
  const statusListeners = new Set<(status: VaultStatus) => void>();
  const snapshotListeners = new Set<() => void>();
  let status: VaultStatus = { kind: 'locked', wrongPassphrase: false };
  let opening = true;
  let closed = false;
  let lock: VaultLock | undefined;
  let session: Session | undefined;
  let last: Promise<unknown> = Promise.resolve();

  /** One change of state at a time. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(() => {
      if (closed) throw new AppError('unavailable', 'vault_closed');
      return work();
    });
    last = next.catch(() => undefined);
    return next;
  };

  const settle = (next: VaultStatus): void => {
    status = next;
    opening = false;
    if (closed) return;
    deps.log('info', 'vault', { status: next.kind });
    for (const listener of [...statusListeners]) listener(next);
  };

  const tellData = (entities: readonly Entity[]): void => {
    for (const listener of [...dataListeners]) {
      try {
        listener(entities);
      } catch (error) {
        deps.log('error', 'data_listener_threw', { error: errorLabel(error) });
      }
    }
  };

  const readySession = (): Session => {
    if (closed) throw new AppError('unavailable', 'vault_closed');
    if (opening) throw new AppError('unavailable', 'vault_opening');
    if (session === undefined) throw new AppError('unavailable', `vault_${status.kind}`);
    return session;
  };
  const readyDb = (): OpenedDb => readySession().db;

  const db: Db = {
    read: (work) => readyDb().read(work),
    readAside: async (statement) => readyDb().readAside(statement),
    write: (work) => readyDb().write(work),
    emptyLog: async () => readyDb().emptyLog(),
    onChanged(listener) {
      dataListeners.add(listener);
      return () => dataListeners.delete(listener);
    },
    close: () => close(),
  };

  /** From the folder as it lies to a status. */
  const open = async (): Promise<void> => {
    opening = true;
    let next: VaultStatus;
    try {
      next = await attempt();
    } catch (error) {
      const fault = storageFault(error);
      if (fault !== 'disk_full' && fault !== 'disk_error' && fault !== 'read_only') {
        opening = false;
        releaseLock();
        throw error;
      }
      next = { kind: fault === 'disk_full' || isFull(paths.folder) ? 'disk_full' : 'read_only', path: paths.folder };
    }
    // Not this key; the right one may be there at the next try.
    if (next.kind === 'no_key') vaultKey.forget();
    if (next.kind === 'read_only' || next.kind === 'disk_full' || next.kind === 'no_key') releaseLock();
    settle(next);
  };

  const attempt = async (): Promise<VaultStatus> => {
    fs.mkdirSync(paths.folder, { recursive: true, mode: 0o700 });
    if (lock === undefined) {
      const taken = takeVaultLock(paths.lock);
      if (taken === 'in_use') return { kind: 'in_use', path: paths.folder };
      lock = taken;
    }
    fs.mkdirSync(paths.snapshots, { recursive: true, mode: 0o700 });
    removeUnfinished(paths.snapshots);
    fs.rmSync(paths.restoring, { force: true });

    const noKey: VaultStatus = { kind: 'no_key', path: paths.folder };
    const found = await vaultKey.find();
    if (found === 'locked') return { kind: 'locked', wrongPassphrase: false };
    if (found === 'refused') return noKey;
    const envelope = vaultKey.envelope();
    const folder = folderState(paths, envelope, found !== 'none');
    if (folder === 'fresh') {
      setAside(paths, 'replaced', deps.clock());
      const made = found === 'none' ? await vaultKey.make() : found;
      if (made === 'refused') return noKey;
      vaultKey.hold(made);
      vaultKey.mark('creating');
      return openDatabase(made, vaultKey.envelope());
    }
    if (found === 'none' || (envelope !== undefined && envelope.keyId !== keyId(found))) return noKey;
    vaultKey.hold(found);
    return folder === 'missing' ? damaged(newestSetAside(paths)) : openDatabase(found, envelope);
  };

  const openDatabase = (key: Uint8Array, envelope: Envelope | undefined): VaultStatus => {
    const result = openFile({ paths, key, migrations, clock: deps.clock });
    switch (result.kind) {
      case 'open':
        session = beginSession({
          ...deps,
          connection: result.connection,
          key,
          paths,
          problems,
          inTurn,
          longWorkDelayMs: deps.longWorkDelayMs ?? LONG_WORK_DELAY_MS,
          onSnapshot() {
            for (const listener of [...snapshotListeners]) listener();
          },
        });
        session.db.onChanged(tellData);
        if (envelope?.state !== 'made') vaultKey.mark('made');
        return { kind: 'ready' };
      case 'damaged':
        // Without an envelope a wrong key looks the same, and a sound file must not be moved for that.
        if (envelope === undefined && !keyOpensSnapshot(paths, key)) return { kind: 'no_key', path: paths.folder };
        return damaged(setAside(paths, 'damaged', deps.clock()));
      case 'newer':
        return { kind: 'newer', fileVersion: result.fileVersion, appVersion: result.appVersion };
      case 'migration_failed':
        return { kind: 'migration_failed', migration: result.migration, backup: result.backup };
      case 'read_only':
      case 'disk_full':
        return { kind: result.kind, path: paths.folder };
    }
  };

  const damaged = (setAsideAs: string): VaultStatus => ({
    kind: 'damaged',
    setAsideAs,
    snapshots: listSnapshots(paths.snapshots).map(asSnapshot),
  });

  const stop = async (): Promise<void> => {
    const ending = session;
    session = undefined;
    await ending?.close();
  };

  const restore = async (name: string): Promise<void> => {
    const key = vaultKey.current();
    if (key === undefined) throw new AppError('unavailable', `vault_${status.kind}`);
    const { file, manifest } = snapshotFile(paths.snapshots, name);
    const facts = await (session ?? loneExaminer({ file: paths.database, key })).examine(file);
    if (!facts.good || manifest.keyId !== keyId(key)) throw new AppError('unavailable', 'snapshot_damaged');
    if (facts.schemaVersion > migrations.length) throw new AppError('unavailable', 'snapshot_newer');

    // What stands there is kept twice over until the restored file is open: as a snapshot if it can be read, and by its bytes.
    const kept = await session?.snapshot(name).catch(() => undefined);
    let replaced = '';
    try {
      await copyDurably(file, paths.restoring);
      opening = true;
      await stop();
      replaced = setAside(paths, 'replaced', deps.clock());
      renameDurably(paths.restoring, paths.database);
      problems.note('integrity', false);
    } catch (error) {
      throw asAppError(error);
    } finally {
      // Whatever happened: what lies there now is opened, or its status told.
      if (session === undefined) await open();
    }
    if (status.kind !== 'ready') return;
    if (kept?.good === true && replaced !== '') removeReplaced(paths, replaced);
    tellData(ENTITIES);
  };

  const releaseLock = (): void => {
    lock?.release();
    lock = undefined;
  };

  const shutDown = async (): Promise<void> => {
    closed = true;
    await stop();
    // What was under way (a restore) may open once more on its way out.
    await last;
    await stop();
    releaseLock();
    vaultKey.forget();
  };
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= shutDown());

  await open();
  return {
    db,
    problems,
    status: () => status,
    onStatus(listener) {
      statusListeners.add(listener);
      return () => statusListeners.delete(listener);
    },
    unlock: (passphrase) =>
      inTurn(async () => {
        if (status.kind !== 'locked') return;
        if (await vaultKey.unlock(passphrase)) await open();
        else settle({ kind: 'locked', wrongPassphrase: true });
      }),
    setPassphrase: (current, next) =>
      inTurn(() => {
        readySession();
        return vaultKey.setPassphrase(current, next);
      }),
    deriveKey(purpose) {
      const key = vaultKey.current();
      if (key === undefined) throw new AppError('unavailable', `vault_${status.kind}`);
      return new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), purpose, KEY_BYTES));
    },
    lend: (release) => readySession().lend(release),
    snapshots: () => listSnapshots(paths.snapshots).map(asSnapshot),
    onSnapshots(listener) {
      snapshotListeners.add(listener);
      return () => snapshotListeners.delete(listener);
    },
    takeSnapshot: () => inTurn(async () => asSnapshot(await readySession().snapshot())),
    renewSnapshots: () =>
      inTurn(async () => {
        const made = await readySession().snapshot();
        if (!made.good) throw new AppError('unavailable', 'snapshot_damaged');
        const removed = removeSnapshotsBefore(paths.snapshots, made.name) + removeBackups(paths.backups);
        for (const listener of [...snapshotListeners]) listener();
        return removed;
      }),
    restoreSnapshot: (name) => inTurn(() => restore(name)),
    startEmpty: () =>
      inTurn(async () => {
        if (status.kind !== 'damaged') throw new AppError('conflict', 'not_damaged');
        vaultKey.mark('creating');
        await open();
      }),
    retry: () =>
      inTurn(async () => {
        if (status.kind !== 'ready') await open();
      }),
    close,
  };
}

/** Examines while no session is there to do it. */
function loneExaminer(data: Parameters<typeof createKeeper>[0]): Pick<Session, 'examine'> {
  return {
    async examine(file) {
      const keeper = createKeeper(data);
      try {
        return await keeper.examine(file);
      } finally {
        await keeper.close();
      }
    },
  };
}

/** Less room than this, and a failure to write has its reason: SQLite says of its own small files only that they failed. */
const NO_ROOM_BYTES = 128 * 1024;

function isFull(folder: string): boolean {
  try {
    const { bavail, bsize } = fs.statfsSync(folder);
    return bavail * bsize < NO_ROOM_BYTES;
  } catch {
    // No such folder: then it could not be made, which is not for want of room.
    return false;
  }
}
