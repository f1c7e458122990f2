import { assert } from '#shared/base/assert.ts';
import type { Random } from '#shared/base/random.ts';
import { AppError } from '#shared/rpc/errors.ts';
import { createHlcClock, parseHlc, type Clock, type Hlc } from '#shared/base/time.ts';
import type { Entity } from '#shared/entities.ts';
import { asAppError, storageFault, type Connection } from './connection.ts';
import type { Db, ReadTx, WriteTx } from './db.ts';
import { hasAccount, openLocalState, saveProgress } from './local-state.ts';
import type { ProblemKind } from './problems.ts';
import type { Reader } from './reader.ts';
import { createStatements } from './statements.ts';
import { derivedFault, entityFault } from './statement-check.ts';
import { sql } from './sql.ts';

export interface DbDeps {
  /** Migrated. `close` closes it. */
  readonly connection: Connection;
  readonly reader: Reader;
  readonly clock: Clock;
  readonly random: Random;
  readonly note: (kind: ProblemKind, stands: boolean) => void;
  /** Cuts the write-ahead log to nothing; false when a reader stood in the way. */
  readonly emptyLog: () => Promise<boolean>;
  /** Called after each commit, for whoever keeps the write-ahead log short. */
  readonly onCommit: () => void;
  /** The greatest write count any snapshot holds: a restored file counts on from there, so that no count is used twice. */
  readonly writeSeqFloor: number;
}

export interface OpenedDb extends Db {
  /** Counts committed transactions over the file's life; equal means that nothing changed. */
  writeSeq(): number;
}

/** How far behind its own last stamp the wall clock may fall before the person is told. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/**
 * Db over one connection. Reads and writes share it: both are synchronous on this thread, so a read can never meet a half
 * written transaction, and decrypted pages are kept once.
 */
export function openDb(deps: DbDeps): OpenedDb {
  const { connection, clock, note } = deps;
  const statements = createStatements(connection);
  const state = connection.transaction(() => openLocalState(statements, deps.random)).immediate();
  const hlcClock = createHlcClock(clock, state.deviceId, state.lastHlc);
  const listeners = new Set<(entities: readonly Entity[]) => void>();
  let writeSeq = Math.max(state.writeSeq, deps.writeSeqFloor + (state.writeSeq < deps.writeSeqFloor ? 1 : 0));
  let writing = false;
  let closed = false;

  const noteClock = (stamp: Hlc | undefined): void => {
    if (stamp !== undefined) note('clock_set_back', parseHlc(stamp).wallMs - clock() > CLOCK_TOLERANCE_MS);
  };
  noteClock(state.lastHlc);

  const noteFault = (error: unknown): void => {
    const fault = storageFault(error);
    if (fault === 'disk_full') note('disk_full', true);
    if (fault === 'disk_error' || fault === 'read_only') note('disk_error', true);
    if (fault === 'damaged') note('integrity', true);
  };

  const guard = <T>(work: () => T): T => {
    assert(!closed, 'the database is closed');
    try {
      return work();
    } catch (error) {
      noteFault(error);
      throw asAppError(error);
    }
  };

  const readTx: ReadTx = { all: statements.all, get: statements.get };

  const tell = (entities: readonly Entity[]): void => {
    for (const listener of [...listeners]) listener(entities);
  };

  const write: Db['write'] = (work) => {
    assert(!writing, 'a write inside a write: pass the transaction on');
    const changed = new Set<Entity>();
    let stamp: Hlc | undefined;
    let wrote = false;
    const run = (...args: Parameters<typeof statements.run>): { changes: number } => {
      const result = statements.run(...args);
      wrote = true;
      return result;
    };
    const tx: WriteTx = {
      ...readTx,
      run(entity, statement) {
        const result = run(statement, (table) => entityFault(entity, table));
        if (result.changes > 0) changed.add(entity);
        return result;
      },
      runDerived: (statement) => run(statement, derivedFault),
      hlc: () => (stamp = hlcClock.next()),
      noteChange(entity, rowId, columns, hlc) {
        if (!hasAccount(statements)) return;
        run(
          sql`INSERT INTO outbox (mutation_id, entity, row_id, columns_json, hlc, created_at_ms)
              VALUES (${mutationId(deps.random)}, ${entity}, ${rowId}, ${JSON.stringify(columns)}, ${hlc}, ${clock()})`,
          derivedFault,
        );
      },
    };
    const result = guard(() => {
      writing = true;
      try {
        connection.exec('BEGIN IMMEDIATE');
        const value = work(tx);
        assert(!isPromise(value), 'a transaction returned a promise');
        if (wrote || stamp !== undefined) saveProgress(statements, writeSeq + 1, stamp);
        connection.exec('COMMIT');
        return value;
      } catch (error) {
        if (connection.inTransaction) connection.exec('ROLLBACK');
        throw error;
      } finally {
        writing = false;
      }
    });
    if (wrote || stamp !== undefined) {
      writeSeq += 1;
      note('disk_full', false);
      note('disk_error', false);
      noteClock(stamp);
      deps.onCommit();
    }
    if (changed.size > 0) tell([...changed]);
    return result;
  };

  return {
    read(work) {
      assert(!writing, 'a read inside a write: read through the transaction');
      const value = guard(() => work(readTx));
      assert(!isPromise(value), 'a read returned a promise');
      return value;
    },
    async readAside(statement) {
      assert(!closed, 'the database is closed');
      try {
        return await deps.reader.all(statement);
      } catch (error) {
        noteFault(error);
        throw asAppError(error);
      }
    },
    write,
    async emptyLog() {
      assert(!closed, 'the database is closed');
      if (!(await deps.emptyLog())) throw new AppError('unavailable', 'log_in_use');
    },
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    writeSeq: () => writeSeq,
    async close() {
      if (closed) return;
      closed = true;
      await deps.reader.close();
      connection.close();
    },
  };
}

function isPromise(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** 128 bits as hex: the server applies each mutation once by it. */
function mutationId(random: Random): string {
  let id = '';
  while (id.length < 32) id += Math.floor(random() * 16).toString(16);
  return id;
}
