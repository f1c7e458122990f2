import type { EpochMs } from '#shared/base/time.ts';
import type { ReadTx, WriteTx } from '../db/db.ts';
import { sql } from '../db/sql.ts';

export interface Erasure {
  readonly target: 'memory' | 'message';
  readonly id: string;
}

/** Notes that something is to be wiped at a time. What is noted already keeps the earlier time. */
export function planErasure(tx: WriteTx, erasure: Erasure, dueAtMs: EpochMs): void {
  tx.runDerived(
    sql`INSERT INTO erasure (target, target_id, due_at_ms) VALUES (${erasure.target}, ${erasure.id}, ${dueAtMs})
        ON CONFLICT (target, target_id) DO UPDATE SET due_at_ms = MIN(due_at_ms, excluded.due_at_ms)`,
  );
}

/** Takes a plan back. False when there is none: it was carried out, or never made. */
export function cancelErasure(tx: WriteTx, erasure: Erasure): boolean {
  return (
    tx.runDerived(sql`DELETE FROM erasure WHERE target = ${erasure.target} AND target_id = ${erasure.id}`).changes > 0
  );
}

export function dueErasures(tx: ReadTx, nowMs: EpochMs, limit: number): Erasure[] {
  return tx
    .all(
      sql`SELECT target, target_id FROM erasure WHERE due_at_ms <= ${nowMs} AND target <> 'sweep'
          ORDER BY due_at_ms LIMIT ${limit}`,
    )
    .map((row) => ({ target: row['target'] as Erasure['target'], id: String(row['target_id']) }));
}

/** When the next erasure is due, sweeping apart; null when none is planned. */
export function nextErasureMs(tx: ReadTx): EpochMs | null {
  const next = tx.get(sql`SELECT MIN(due_at_ms) AS next FROM erasure WHERE target <> 'sweep'`)?.['next'];
  return next === null || next === undefined ? null : Number(next);
}

export function countErasures(tx: ReadTx): number {
  return Number(tx.get(sql`SELECT COUNT(*) AS count FROM erasure`)?.['count'] ?? 0);
}

/** Notes that wiped rows still have traces: in the full-text index, and in the write-ahead log. */
export function planSweep(tx: WriteTx, id: string): void {
  tx.runDerived(
    sql`INSERT INTO erasure (target, target_id, due_at_ms) VALUES ('sweep', ${id}, 0) ON CONFLICT DO NOTHING`,
  );
}

export function plannedSweeps(tx: ReadTx): string[] {
  return tx.all(sql`SELECT target_id FROM erasure WHERE target = 'sweep'`).map((row) => String(row['target_id']));
}

export function finishSweeps(tx: WriteTx, ids: readonly string[]): void {
  for (const id of ids) tx.runDerived(sql`DELETE FROM erasure WHERE target = 'sweep' AND target_id = ${id}`);
}
