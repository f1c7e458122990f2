import pg from 'pg';
import { assert } from '#shared/base/assert.ts';
import { ProblemError } from '#shared/server/problem.ts';
import { openListener, type Listen } from './listener.ts';
import type { Row } from './row.ts';
import type { Sql, SqlValue } from './sql.ts';

/** One transaction. Statements may be sent without waiting for the one before: they run in order. */
export interface Tx {
  all(statement: Sql): Promise<Row[]>;
  get(statement: Sql): Promise<Row | undefined>;
  /** How many rows it touched. */
  run(statement: Sql): Promise<number>;
}

export interface Db {
  /**
   * One transaction that sees and changes only this account's rows: row-level security, not WHERE clauses, holds the line.
   * It is run again, up to twice, when Postgres asks for that (deadlock, serialisation), so `work` touches nothing but the database.
   */
  asAccount<T>(accountId: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** One transaction over all accounts: for what has no account yet (signing in), jobs and operations. */
  asSystem<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Hears NOTIFYs on a channel, also after the connection was lost and made again. Returns the unsubscriber. */
  readonly listen: Listen;
  /** Throws ProblemError `unavailable` when Postgres does not answer. */
  ping(): Promise<void>;
  /** Connections open, idle, and callers waiting for one. */
  pool(): { readonly total: number; readonly idle: number; readonly waiting: number };
  close(): Promise<void>;
}

export interface DbOptions {
  readonly url: string;
  /** Connections at most. Default 10. */
  readonly poolSize?: number;
  /** A statement that takes longer is ended. Default 10,000. */
  readonly statementTimeoutMs?: number;
  /** Told of what happens outside any call: a lost idle connection. */
  readonly onError?: (error: unknown) => void;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const CONNECT_TIMEOUT_MS = 5_000;
const LOCK_TIMEOUT_MS = 5_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 15_000;
const ATTEMPTS = 3;
/** Deadlock and serialisation failure: the same work may well succeed. */
const TRY_AGAIN = new Set(['40001', '40P01']);
const INT8_OID = 20;

/** Opens a pool on a database that `migrate` has brought up to date. */
export function openDb(options: DbOptions): Db {
  const statementTimeoutMs = options.statementTimeoutMs ?? 10_000;
  const onError = options.onError ?? (() => undefined);
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize ?? 10,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: statementTimeoutMs,
    // When Postgres itself is gone, nobody ends the statement but us.
    query_timeout: statementTimeoutMs + CONNECT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    application_name: 'tomoshibi',
    keepAlive: true,
    // A transaction's opening words travel with its first statement.
    pipeline: true,
    types: { getTypeParser },
  });
  pool.on('error', onError);
  const listener = openListener(options.url, onError);

  const transact = async <T>(opening: string, work: (tx: Tx) => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await once(pool, opening, work);
      } catch (error) {
        if (attempt < ATTEMPTS && TRY_AGAIN.has(codeOf(error))) continue;
        throw problemOf(error);
      }
    }
  };

  return {
    asAccount(accountId, work) {
      assert(UUID.test(accountId), 'an account id is a UUID');
      return transact(`BEGIN; SET LOCAL ROLE tomoshibi_account; SET LOCAL app.account_id = '${accountId}'`, work);
    },
    asSystem: (work) => transact('BEGIN; SET LOCAL ROLE tomoshibi_system', work),
    listen: listener.listen,
    async ping() {
      await pool.query('SELECT 1').catch((error: unknown) => {
        throw problemOf(error);
      });
    },
    pool: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    async close() {
      await listener.close();
      await pool.end();
    },
  };
}

async function once<T>(pool: pg.Pool, opening: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let failure: Error | undefined;
  const onError = (error: Error): void => void (failure = error);
  client.on('error', onError);
  try {
    // Not awaited: should it fail, the transaction is aborted and every statement after it fails too.
    const begun = client.query(opening);
    begun.catch(() => undefined);
    const result = await work(txOf(client));
    await begun;
    // A statement that failed unseen has aborted the transaction; COMMIT would then quietly roll back.
    const { command } = await client.query('COMMIT');
    if (command !== 'COMMIT') throw new Error('the transaction was rolled back: one of its statements failed');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((lost: unknown) => {
      failure = lost instanceof Error ? lost : new Error('lost');
    });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(failure);
  }
}

function txOf(client: pg.PoolClient): Tx {
  const query = async (statement: Sql): Promise<pg.QueryResult<Row>> => client.query<Row>(prepare(statement));
  return {
    all: async (statement) => (await query(statement)).rows,
    get: async (statement) => (await query(statement)).rows[0],
    run: async (statement) => (await query(statement)).rowCount ?? 0,
  };
}

/** Statements are templates of the code, so there are only so many texts: each is prepared once a connection. */
const names = new Map<string, string>();
const MAX_PREPARED = 2_000;

function prepare({ parts, values }: Sql): pg.QueryConfig {
  let text = parts[0] ?? '';
  for (let index = 1; index < parts.length; index += 1) text += `$${index}${parts[index] ?? ''}`;
  let name = names.get(text);
  if (name === undefined && names.size < MAX_PREPARED) {
    name = `s${names.size}`;
    names.set(text, name);
  }
  const config: pg.QueryConfig = { text, values: values.map(toPg) };
  if (name !== undefined) config.name = name;
  return config;
}

function toPg(value: SqlValue): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (typeof value === 'object' && value !== null && 'json' in value) return value.json;
  return value;
}

function getTypeParser(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  return oid === INT8_OID && format !== 'binary'
    ? int8
    : (pg.types.getTypeParser(oid, 'text') as (text: string) => unknown);
}

/** Times and counts fit a number; what does not must be read as text. */
function int8(text: string): number {
  const value = Number(text);
  assert(Number.isSafeInteger(value), 'a bigint fits a number');
  return value;
}

/** What went wrong in Postgres, as something a caller may be told; anything unforeseen stays as it is. */
function problemOf(error: unknown): unknown {
  const code = codeOf(error);
  // A null character: JSON has it, Postgres's text does not.
  if (code === '22021' || code === '22P05') return new ProblemError('invalid_request', { cause: error });
  if (code === '57014') return new ProblemError('database_slow', { cause: error });
  if (code === '53100') return new ProblemError('disk_full', { cause: error });
  if (isGone(error, code)) return new ProblemError('database_unavailable', { cause: error });
  return error;
}

/** Whether Postgres could not be reached, is going down or coming up, or has no room for another connection. */
function isGone(error: unknown, code: string): boolean {
  if (/^(08...|57P0[1-3]|53300|ECONN.*|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND)$/.test(code)) return true;
  return (
    error instanceof Error &&
    /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client (was closed|has encountered))/.test(
      error.message,
    )
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
