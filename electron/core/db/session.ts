import type { Random } from '#shared/base/random.ts';
import type { Clock } from '#shared/base/time.ts';
import type { Log } from '../core-deps.ts';
import { createCheckpoints } from './checkpoints.ts';
import { asAppError, errorLabel, storageFault, type Connection } from './connection.ts';
import { createKeeper, type CopyFacts } from './keeper.ts';
import { keyId } from './key-envelope.ts';
import { openDb, type OpenedDb } from './open-db.ts';
import type { Problems } from './problems.ts';
import { createReader, type ReaderData } from './reader.ts';
import { listSnapshots, takeSnapshot, type SnapshotManifest } from './snapshot-files.ts';
import { createSnapshotSchedule } from './snapshot-schedule.ts';
import { sql } from './sql.ts';
import type { VaultPaths } from './vault-paths.ts';

export interface SessionDeps {
  /** Migrated; the session closes it, also when it cannot begin. */
  readonly connection: Connection;
  readonly key: Uint8Array;
  readonly paths: VaultPaths;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly problems: Problems;
  readonly longWorkDelayMs: number;
  /** Takes the scheduled snapshot when its turn comes. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  readonly onSnapshot: () => void;
}

/** The file while it is open: what reads and writes it, and what looks after it. */
export interface Session {
  readonly db: OpenedDb;
  /** Throws AppError when no copy could be made; the problem stands until one can. */
  snapshot(protect?: string): Promise<SnapshotManifest>;
  /** Checks a copy that is not open. */
  examine(file: string): Promise<CopyFacts>;
  /** See Vault.lend. */
  lend(release: () => Promise<void>): ReaderData;
  close(): Promise<void>;
}

const WARM_READER_AFTER_MS = 1000;

export function beginSession(deps: SessionDeps): Session {
  const { connection, paths, problems, log } = deps;
  const data = { file: paths.database, key: deps.key };
  const keeper = createKeeper(data);
  const reader = createReader(data);
  const lent = new Set<() => Promise<void>>();
  let closed = false;
  const checkpoints = createCheckpoints(keeper, (error) =>
    log('warn', 'checkpoint_failed', { error: errorLabel(error) }),
  );
  const db = openOrClose(connection, () =>
    openDb({
      connection,
      reader,
      clock: deps.clock,
      random: deps.random,
      note: problems.note,
      writeSeqFloor: Math.max(0, ...listSnapshots(paths.snapshots).map((each) => each.writeSeq)),
      emptyLog: keeper.emptyLog,
      onCommit: checkpoints.onCommit,
    }),
  );

  // So that the first search does not wait for a thread to start.
  const warming = setTimeout(() => {
    void reader
      .all(sql`SELECT 1`)
      .catch((error: unknown) => log('warn', 'reader_not_warm', { error: errorLabel(error) }));
  }, WARM_READER_AFTER_MS);
  warming.unref();

  const check = async (): Promise<void> => {
    try {
      const fault = await keeper.check();
      problems.note('integrity', fault !== undefined);
      if (fault !== undefined) log('error', 'integrity_check_failed');
    } catch (error) {
      if (closed) return;
      if (storageFault(error) === 'damaged') problems.note('integrity', true);
      log('warn', 'integrity_check_stopped', { error: errorLabel(error) });
    }
  };

  const snapshot = async (protect?: string): Promise<SnapshotManifest> => {
    try {
      const made = await takeSnapshot({
        folder: paths.snapshots,
        keeper,
        now: deps.clock(),
        keyId: keyId(deps.key),
        ...(protect === undefined ? {} : { protect }),
      });
      problems.note('snapshot_failed', !made.good);
      deps.onSnapshot();
      return made;
    } catch (error) {
      if (!closed) {
        problems.note('snapshot_failed', true);
        if (storageFault(error) === 'damaged') problems.note('integrity', true);
      }
      throw asAppError(error);
    }
  };

  const schedule = createSnapshotSchedule({
    clock: deps.clock,
    startDelayMs: deps.longWorkDelayMs,
    check,
    newest: () => listSnapshots(paths.snapshots)[0],
    changed: (newest) => newest.writeSeq !== db.writeSeq(),
    take: async () => {
      await deps
        .inTurn(() => (closed ? Promise.resolve() : snapshot().then(() => undefined)))
        .catch((error: unknown) => {
          if (!closed) log('warn', 'snapshot_failed', { error: errorLabel(error) });
        });
    },
  });

  return {
    db,
    snapshot,
    examine: (file) => keeper.examine(file),
    lend(release) {
      lent.add(release);
      return { file: data.file, key: new Uint8Array(data.key) };
    },
    async close() {
      closed = true;
      clearTimeout(warming);
      schedule.close();
      checkpoints.close();
      await Promise.all([...lent].map((release) => release()));
      await keeper.close();
      await db.close();
    },
  };
}

function openOrClose(connection: Connection, open: () => OpenedDb): OpenedDb {
  try {
    return open();
  } catch (error) {
    connection.close();
    throw error;
  }
}
