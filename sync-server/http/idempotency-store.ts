import { bytesOf, nullableNumberOf, numberOf } from '../db/row.ts';
import type { Tx } from '../db/db.ts';
import { sql } from '../db/sql.ts';

export interface StoredCall {
  readonly requestHash: Uint8Array;
  /** Null while the call is being answered. */
  readonly answer: Uint8Array | null;
  readonly startedAtMs: number;
}

/** Claims a key: true when it was free, or its claim is older than `staleBeforeMs` and was never answered. */
export async function claimKey(
  tx: Tx,
  keyHash: Uint8Array,
  requestHash: Uint8Array,
  nowMs: number,
  staleBeforeMs: number,
): Promise<boolean> {
  const touched = await tx.run(
    sql`INSERT INTO idempotent_call (key_hash, request_hash, started_at_ms) VALUES (${keyHash}, ${requestHash}, ${nowMs})
        ON CONFLICT (key_hash) DO UPDATE SET started_at_ms = excluded.started_at_ms
          WHERE idempotent_call.answer IS NULL AND idempotent_call.started_at_ms < ${staleBeforeMs}
            AND idempotent_call.request_hash = excluded.request_hash`,
  );
  return touched === 1;
}

export async function readCall(tx: Tx, keyHash: Uint8Array): Promise<StoredCall | undefined> {
  const row = await tx.get(
    sql`SELECT request_hash, answer, answer IS NULL AS is_open, started_at_ms FROM idempotent_call WHERE key_hash = ${keyHash}`,
  );
  if (!row) return undefined;
  return {
    requestHash: bytesOf(row, 'request_hash'),
    answer: row['is_open'] === true ? null : bytesOf(row, 'answer'),
    startedAtMs: numberOf(row, 'started_at_ms'),
  };
}

export async function keepAnswer(tx: Tx, keyHash: Uint8Array, answer: Uint8Array): Promise<void> {
  await tx.run(sql`UPDATE idempotent_call SET answer = ${answer} WHERE key_hash = ${keyHash}`);
}

/** The call failed without effect: the key may be used again. */
export async function releaseKey(tx: Tx, keyHash: Uint8Array): Promise<void> {
  await tx.run(sql`DELETE FROM idempotent_call WHERE key_hash = ${keyHash} AND answer IS NULL`);
}

/** Forgets calls begun before then; returns how many. */
export async function forgetCalls(tx: Tx, beforeMs: number): Promise<number> {
  const row = await tx.get(
    sql`WITH gone AS (DELETE FROM idempotent_call WHERE started_at_ms < ${beforeMs} RETURNING 1) SELECT count(*) AS n FROM gone`,
  );
  return row === undefined ? 0 : (nullableNumberOf(row, 'n') ?? 0);
}
