import type { EpochMs } from '#shared/base/time.ts';
import { numberOf } from '../db/row.ts';
import type { Tx } from '../db/db.ts';
import { json, sql } from '../db/sql.ts';

export interface Enqueue {
  /** Default: now. */
  readonly runAtMs?: EpochMs;
  /** Lower runs first; default 0. */
  readonly priority?: number;
  /** Default 8: with growing pauses about an hour. */
  readonly maxAttempts?: number;
  /** A job with the same key that has not begun is replaced. */
  readonly key?: string;
}

const MAX_ATTEMPTS = 8;

export async function addJob(
  tx: Tx,
  task: string,
  payload: Readonly<Record<string, unknown>>,
  options: Enqueue,
): Promise<void> {
  const runAt = options.runAtMs === undefined ? null : new Date(options.runAtMs).toISOString();
  await tx.run(
    sql`SELECT enqueue_job(${task}, ${json(payload)}::json, ${runAt}::timestamptz, ${options.maxAttempts ?? MAX_ATTEMPTS}::int,
          ${options.key ?? null}::text, ${options.priority ?? 0}::int)`,
  );
}

export async function countQueued(tx: Tx): Promise<number> {
  const row = await tx.get(sql`SELECT queued_jobs() AS n`);
  return row === undefined ? 0 : numberOf(row, 'n');
}

/** A job that failed for the last time, kept until somebody has looked at it. */
export async function keepDeadLetter(
  tx: Tx,
  task: string,
  payload: Readonly<Record<string, unknown>>,
  attempts: number,
  error: string,
  atMs: EpochMs,
): Promise<void> {
  await tx.run(
    sql`INSERT INTO dead_letter (task, payload, attempts, error, died_at_ms)
        VALUES (${task}, ${json(payload)}, ${attempts}, ${error.slice(0, 1000)}, ${atMs})`,
  );
}
