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
import { hkdfSync, randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { present } from '#shared/base/assert.ts';
import type { Random } from '#shared/base/random.ts';
import type { Clock } from '#shared/base/time.ts';
import { ENTITIES, type Entity } from '#shared/entities.ts';
import type { Snapshot, VaultStatus } from '#shared/host/contract.ts';
import { AppError } from '#shared/rpc/errors.ts';
import type { Log } from '../core-deps.ts';
import { createCheckpoints, type Checkpoints } from './checkpoints.ts';
import { asAppError, KEY_BYTES, storageFault, type Connection } from './connection.ts';
import type { Db } from './db.ts';
import { copyDurably, renameDurably } from './durable-file.ts';
import { folderState, keyOpensSnapshot } from './folder-state.ts';
import { keyId, readEnvelope, sealKey, unsealKey, writeEnvelope, type Envelope, type ScryptCost } from './key-envelope.ts';
import type { KeySource } from './key-source.ts';
import { createKeeper, type Keeper } from './keeper.ts';
import { MIGRATIONS, type Migration } from './migrations.ts';
import { openDb, type OpenedDb } from './open-db.ts';
import { openFile } from './open-file.ts';
import { createProblems, type Problems } from './problems.ts';
import { createReader } from './reader.ts';
import { newestSetAside, removeReplaced, setAside } from './set-aside.ts';
import { asSnapshot, listSnapshots, removeUnfinished, snapshotFile, takeSnapshot, type SnapshotManifest } from './snapshot-files.ts';
import { createSnapshotSchedule, type SnapshotSchedule } from './snapshot-schedule.ts';
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
  snapshots(): Snapshot[];
  onSnapshots(listener: () => void): () => void;
  takeSnapshot(): Promise<Snapshot>;
  /** Checks a snapshot, puts it in the file's place and opens it. Throws `unavailable`/`snapshot_damaged` and changes nothing. */
  restoreSnapshot(name: string): Promise<void>;
  /** Only from `damaged`: an empty database under the same key. */
  startEmpty(): Promise<void>;
  /** Opens again after what stood in the way may be gone. Does nothing when ready. */
  retry(): Promise<void>;
  close(): Promise<void>;
}

/** What is open while the status is `ready`. */
interface Opened {
  readonly db: OpenedDb;
  readonly keeper: Keeper;
  readonly checkpoints: Checkpoints;
  readonly schedule: SnapshotSchedule;
}

/** Opens the person's folder. Never throws for what the folder holds: the status says where it stands. */
export async function openVault(deps: VaultDeps): Promise<Vault> {
  const paths = vaultPaths(deps.dataDir);
  const migrations = deps.migrations ?? MIGRATIONS;
  const problems = createProblems(deps.clock);
  const dataListeners = new Set<(entities: readonly Entity[]) => void>();
  const statusListeners = new Set<(status: VaultStatus) => void>();
  const snapshotListeners = new Set<() => void>();
  let status: VaultStatus = { kind: 'locked', wrongPassphrase: false };
  let phase: 'opening' | 'open' | 'closed' = 'opening';
  let lock: VaultLock | undefined;
  let key: Uint8Array | undefined;
  let opened: Opened | undefined;
  let last: Promise<unknown> = Promise.resolve();

  /** One change of state at a time. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(() => {
      if (phase === 'closed') throw new AppError('unavailable', 'vault_closed');
      return work();
    });
    last = next.catch(() => undefined);
    return next;
  };

  const settle = (next: VaultStatus): void => {
    status = next;
    phase = 'open';
    deps.log('info', 'vault', { status: next.kind });
    for (const listener of [...statusListeners]) listener(next);
  };

  const tellData = (entities: readonly Entity[]): void => {
    for (const listener of [...dataListeners]) {
      try {
        listener(entities);
      } catch (error) {
        deps.log('error', 'data_listener_threw', { error: errorName(error) });
      }
    }
  };

  const tellSnapshots = (): void => {
    for (const listener of [...snapshotListeners]) listener();
  };

  const readyDb = (): OpenedDb => {
    if (phase === 'opening') throw new AppError('unavailable', 'vault_opening');
    if (phase === 'closed') throw new AppError('unavailable', 'vault_closed');
    if (opened === undefined) throw new AppError('unavailable', `vault_${status.kind}`);
    return opened.db;
  };

  const db: Db = {
    read: (work) => readyDb().read(work),
    readAside: async (statement) => readyDb().readAside(statement),
    write: (work) => readyDb().write(work),
    onChanged(listener) {
      dataListeners.add(listener);
      return () => dataListeners.delete(listener);
    },
    close: () => close(),
  };

  /** From the folder as it lies to a status. */
  const open = async (): Promise<void> => {
    phase = 'opening';
    const next = await attempt().catch((error: unknown): VaultStatus => {
      const fault = storageFault(error);
      if (fault === 'disk_full') return { kind: 'disk_full', path: paths.folder };
      if (fault === 'read_only' || fault === 'disk_error') return { kind: 'read_only', path: paths.folder };
      throw error;
    });
    if (['read_only', 'disk_full', 'in_use', 'no_key'].includes(next.kind)) releaseLock();
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
    const envelope = readEnvelope(paths.envelopes);
    if (key === undefined && envelope?.passphrase != null) return { kind: 'locked', wrongPassphrase: false };
    const found = key ?? (await loadKey());
    if (found === 'refused') return noKey;
    const folder = folderState(paths, envelope, found !== null);
    if (folder === 'fresh') return createDatabase(found, envelope);
    if (found === null || (envelope !== undefined && envelope.keyId !== keyId(found))) return noKey;
    key = found;
    if (folder === 'missing') return damaged(newestSetAside(paths));
    return openDatabase(found, envelope);
  };

  const loadKey = async (): Promise<Uint8Array | null | 'refused'> => {
    try {
      const loaded = await deps.keySource.load();
      return loaded === null || loaded.length === KEY_BYTES ? loaded : 'refused';
    } catch (error) {
      deps.log('warn', 'key_source_refused', { source: deps.keySource.kind, error: errorName(error) });
      return 'refused';
    }
  };

  /** The key is safe before anything is written under it. */
  const createDatabase = async (found: Uint8Array | null, envelope: Envelope | undefined): Promise<VaultStatus> => {
    if (found === null && deps.keySource.kind === 'none') return { kind: 'no_key', path: paths.folder };
    setAside(paths, 'replaced', deps.clock());
    const made = found ?? randomBytes(KEY_BYTES);
    const kept = envelope?.keyId === keyId(made) ? envelope : undefined;
    saveEnvelope({ version: 1, state: 'creating', keyId: keyId(made), passphrase: kept?.passphrase ?? null });
    if (found === null) {
      try {
        await deps.keySource.save(made);
      } catch (error) {
        deps.log('warn', 'key_source_refused', { source: deps.keySource.kind, error: errorName(error) });
        return { kind: 'no_key', path: paths.folder };
      }
    }
    key = made;
    return openDatabase(made, readEnvelope(paths.envelopes));
  };

  const openDatabase = async (found: Uint8Array, envelope: Envelope | undefined): Promise<VaultStatus> => {
    const result = openFile({ paths, key: found, migrations, clock: deps.clock });
    switch (result.kind) {
      case 'open':
        if (envelope?.state !== 'made') {
          saveEnvelope({ version: 1, state: 'made', keyId: keyId(found), passphrase: envelope?.passphrase ?? null });
        }
        opened = begin(result.connection, found);
        return { kind: 'ready' };
      case 'damaged':
        // Without an envelope a wrong key looks the same, and a sound file must not be moved for that.
        if (envelope === undefined && !keyOpensSnapshot(paths, found)) return { kind: 'no_key', path: paths.folder };
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

  /** Everything that runs while the file is open. */
  const begin = (connection: Connection, found: Uint8Array): Opened => {
    const data = { file: paths.database, key: found };
    const keeper = createKeeper(data);
    const checkpoints = createCheckpoints(keeper, (error) => deps.log('warn', 'checkpoint_failed', { error: errorName(error) }));
    const openedDb = openDb({
      connection,
      reader: createReader(data),
      clock: deps.clock,
      random: deps.random,
      note: problems.note,
      writeSeqFloor: Math.max(0, ...listSnapshots(paths.snapshots).map((each) => each.writeSeq)),
      onCommit: checkpoints.onCommit,
    });
    openedDb.onChanged(tellData);
    const schedule = createSnapshotSchedule({
      clock: deps.clock,
      startDelayMs: deps.longWorkDelayMs ?? LONG_WORK_DELAY_MS,
      check: () => checkWholeFile(keeper),
      newest: () => listSnapshots(paths.snapshots)[0],
      changed: (newest) => newest.writeSeq !== openedDb.writeSeq(),
      take: async () => {
        await inTurn(() => snapshotNow()).catch((error: unknown) => {
          if (phase !== 'closed') deps.log('warn', 'snapshot_failed', { error: errorName(error) });
        });
      },
    });
    return { db: openedDb, keeper, checkpoints, schedule };
  };

  const checkWholeFile = async (keeper: Keeper): Promise<void> => {
    try {
      const fault = await keeper.check();
      problems.note('integrity', fault !== undefined);
      if (fault !== undefined) deps.log('error', 'integrity_check_failed');
    } catch (error) {
      if (opened?.keeper === keeper) deps.log('warn', 'integrity_check_stopped', { error: errorName(error) });
    }
  };

  const snapshotNow = async (protect?: string): Promise<SnapshotManifest> => {
    readyDb();
    const { keeper } = present(opened, 'the open file');
    try {
      const made = await takeSnapshot({
        folder: paths.snapshots,
        keeper,
        now: deps.clock(),
        keyId: keyId(present(key, 'the key')),
        ...(protect === undefined ? {} : { protect }),
      });
      problems.note('snapshot_failed', !made.good);
      tellSnapshots();
      return made;
    } catch (error) {
      if (opened?.keeper === keeper) problems.note('snapshot_failed', true);
      throw asAppError(error);
    }
  };

  const stop = async (): Promise<void> => {
    const ending = opened;
    opened = undefined;
    if (ending === undefined) return;
    ending.schedule.close();
    ending.checkpoints.close();
    await ending.keeper.close();
    await ending.db.close();
  };

  const restore = async (name: string): Promise<void> => {
    const found = present(key, 'the key');
    const { file, manifest } = snapshotFile(paths.snapshots, name);
    const examiner = createKeeper({ file: paths.database, key: found });
    const facts = await examiner.examine(file).finally(() => examiner.close());
    if (!facts.good || manifest.keyId !== keyId(found)) throw new AppError('unavailable', 'snapshot_damaged');
    if (facts.schemaVersion > migrations.length) throw new AppError('unavailable', 'snapshot_newer');

    // What stands there is kept twice over until the restored file is open: as a snapshot if it can be read, and by its bytes.
    const kept = opened === undefined ? undefined : await snapshotNow(name).catch(() => undefined);
    copyDurably(file, paths.restoring);
    phase = 'opening';
    await stop();
    const replaced = setAside(paths, 'replaced', deps.clock());
    renameDurably(paths.restoring, paths.database);
    problems.note('integrity', false);
    await open();
    if (status.kind === 'ready' && kept?.good === true && replaced !== '') removeReplaced(paths, replaced);
    if (status.kind === 'ready') tellData(ENTITIES);
  };

  const saveEnvelope = (value: Omit<Envelope, 'revision'>): void => {
    const revision = (readEnvelope(paths.envelopes)?.revision ?? 0) + 1;
    writeEnvelope(paths.envelopes, { ...value, revision });
  };

  const releaseLock = (): void => {
    lock?.release();
    lock = undefined;
  };

  const unlock = async (passphrase: string): Promise<void> => {
    if (status.kind !== 'locked') return;
    const sealed = readEnvelope(paths.envelopes)?.passphrase;
    const found = sealed == null ? undefined : await unsealKey(sealed, passphrase);
    if (sealed != null && found === undefined) return settle({ kind: 'locked', wrongPassphrase: true });
    key = found;
    await open();
    // A copy that could not be removed when the passphrase was set.
    await deps.keySource.remove().catch((error: unknown) => deps.log('warn', 'key_copy_not_removed', { error: errorName(error) }));
  };

  const setPassphrase = async (current: string | null, next: string | null): Promise<'done' | 'wrong_passphrase'> => {
    readyDb();
    const found = present(key, 'the key');
    const sealed = readEnvelope(paths.envelopes)?.passphrase ?? null;
    if (sealed !== null && (current === null || (await unsealKey(sealed, current)) === undefined)) return 'wrong_passphrase';
    const made = { version: 1 as const, state: 'made' as const, keyId: keyId(found) };
    if (next === null) {
      if (deps.keySource.kind === 'none') throw new AppError('forbidden', 'no_key_store');
      await deps.keySource.save(found);
      saveEnvelope({ ...made, passphrase: null });
      return 'done';
    }
    saveEnvelope({ ...made, passphrase: await sealKey(found, next, deps.scryptCost) });
    await deps.keySource.remove();
    return 'done';
  };

  const close = async (): Promise<void> => {
    if (phase === 'closed') return;
    phase = 'closed';
    await stop();
    await last;
    await stop();
    releaseLock();
    key?.fill(0);
    key = undefined;
  };

  await open();
  return {
    db,
    problems,
    status: () => status,
    onStatus(listener) {
      statusListeners.add(listener);
      return () => statusListeners.delete(listener);
    },
    unlock: (passphrase) => inTurn(() => unlock(passphrase)),
    setPassphrase: (current, next) => inTurn(() => setPassphrase(current, next)),
    deriveKey(purpose) {
      if (key === undefined) throw new AppError('unavailable', `vault_${status.kind}`);
      return new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), purpose, KEY_BYTES));
    },
    snapshots: () => listSnapshots(paths.snapshots).map(asSnapshot),
    onSnapshots(listener) {
      snapshotListeners.add(listener);
      return () => snapshotListeners.delete(listener);
    },
    takeSnapshot: () => inTurn(async () => asSnapshot(await snapshotNow())),
    restoreSnapshot: (name) =>
      inTurn(async () => {
        if (key === undefined) throw new AppError('unavailable', `vault_${status.kind}`);
        await restore(name);
      }),
    startEmpty: () =>
      inTurn(async () => {
        if (status.kind !== 'damaged') throw new AppError('conflict', 'not_damaged');
        const found = present(key, 'the key');
        const passphrase = readEnvelope(paths.envelopes)?.passphrase ?? null;
        saveEnvelope({ version: 1, state: 'creating', keyId: keyId(found), passphrase });
        await open();
      }),
    retry: () =>
      inTurn(async () => {
        if (status.kind !== 'ready') await open();
      }),
    close,
  };
}

const LONG_WORK_DELAY_MS = 3000;

function errorName(error: unknown): string {
  if (error instanceof AppError) return error.reason;
  return error instanceof Error ? ('code' in error ? String(error.code) : error.name) : 'unknown';
}
