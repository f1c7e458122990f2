import type { Entity } from '#shared/entities.ts';
import type { Hlc } from '#shared/base/time.ts';
import type { Sql, SqlValue } from './sql.ts';

/** A row as SQLite gives it. `fromRow` of a store is the only place where it becomes an object. */
export type Row = Readonly<Record<string, SqlValue>>;

/** A consistent view: everything read through one ReadTx is of one moment. */
export interface ReadTx {
  all(statement: Sql): Row[];
  get(statement: Sql): Row | undefined;
}

/** The only way to change rows. */
export interface WriteTx extends ReadTx {
  /** Runs one INSERT, UPDATE or DELETE on the table of `entity`; live queries that read it run again after the commit. */
  run(entity: Entity, statement: Sql): { readonly changes: number };
  /** Writes a table that no query of the contract reads (indexes, queues, local state). */
  runDerived(statement: Sql): { readonly changes: number };
  /** This transaction's next clock stamp. */
  hlc(): Hlc;
  /**
   * Notes for the outbox that these columns of a synced row changed. Without a linked account it writes nothing.
   * The columns' values are read from the row when it is pushed.
   */
  noteChange(entity: Entity, rowId: string, columns: readonly string[], hlc: Hlc): void;
}

/** Not a promise: a transaction that waits would hold the file's lock across other people's work. */
export type Synchronous<T> = T extends PromiseLike<unknown> ? never : T;

export interface Db {
  /** Reads at once, on this thread: for lookups by key and pages (milliseconds). */
  read<T>(work: (tx: ReadTx) => Synchronous<T>): T;
  /** Reads on another thread, for what may be long (search, counts): never blocks writes or streaming. */
  readAside(statement: Sql): Promise<Row[]>;
  /** One transaction: all of it or nothing. Throws AppError `unavailable`/`disk_full` when the disk is full. */
  write<T>(work: (tx: WriteTx) => Synchronous<T>): T;
  /**
   * Writes the log back into the file and empties it: what was deleted before is then in neither. Rejects with AppError
   * `unavailable`/`log_in_use` while a reader needs it.
   */
  emptyLog(): Promise<void>;
  /** Hears, after each commit, which entities changed. */
  onChanged(listener: (entities: readonly Entity[]) => void): () => void;
  close(): Promise<void>;
}
