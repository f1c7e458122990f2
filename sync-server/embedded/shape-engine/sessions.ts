import pg from 'pg';
import { Unavailable } from './invalid-request.ts';

/**
 * How Postgres writes values as text. The stream and the snapshots must agree to the letter, or a key would have two spellings.
 * Filters of many shapes are one big, cheap expression, which compiling would only slow down. Row-level security must not thin a
 * snapshot out in silence: a login that is subject to it is refused.
 */
const OPTIONS = [
  'TimeZone=UTC',
  'DateStyle=ISO,DMY',
  'IntervalStyle=iso_8601',
  'bytea_output=hex',
  'extra_float_digits=1',
  'jit=off',
  'row_security=off',
]
  .map((option) => `-c ${option.replace(' ', '\\ ')}`)
  .join(' ');

export function clientConfig(databaseUrl: string, name: string): pg.ClientConfig {
  return {
    connectionString: databaseUrl,
    options: OPTIONS,
    application_name: `shape-engine ${name}`,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  };
}

/** Connections that are replaced when they die: whoever uses one then is told by the query, and nobody else need be. */
export function createPool(databaseUrl: string, size: number): pg.Pool {
  const pool = new pg.Pool({ ...clientConfig(databaseUrl, 'pool'), max: size, idleTimeoutMillis: 30_000 });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** The SQLSTATE of an error from Postgres, or undefined. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/** True when it was Postgres that could not be reached or went away, not the question that was wrong. */
export function isUnreachable(error: unknown): boolean {
  if (error instanceof Unavailable) return true;
  const state = sqlState(error);
  if (state !== undefined) return /^(08|53|57P|55P03|40)/.test(state);
  return error instanceof Error && /ECONN|ETIMEDOUT|EPIPE|terminat|timeout|closed|not queryable/i.test(error.message);
}
