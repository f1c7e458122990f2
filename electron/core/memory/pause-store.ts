import type { EpochMs, Hlc } from '#shared/base/time.ts';
import type { ConversationId } from '#shared/entities.ts';
import type { ReadTx, WriteTx } from '../db/db.ts';
import { sql } from '../db/sql.ts';

export function isPaused(tx: ReadTx, conversationId: ConversationId): boolean {
  return (
    tx.get(sql`SELECT 1 FROM memory_pause WHERE conversation_id = ${conversationId} AND to_ms IS NULL`) !== undefined
  );
}

/** Whether a moment lies in a pause of the conversation. */
export function wasPausedAt(tx: ReadTx, conversationId: ConversationId, atMs: EpochMs): boolean {
  return (
    tx.get(
      sql`SELECT 1 FROM memory_pause WHERE conversation_id = ${conversationId} AND from_ms <= ${atMs}
            AND (to_ms IS NULL OR to_ms > ${atMs})`,
    ) !== undefined
  );
}

export function beginPause(tx: WriteTx, conversationId: ConversationId, atMs: EpochMs, hlc: Hlc): void {
  if (isPaused(tx, conversationId)) return;
  tx.run(
    'memory_pause',
    sql`INSERT INTO memory_pause (conversation_id, from_ms, to_ms, updated_hlc)
        VALUES (${conversationId}, ${atMs}, NULL, ${hlc})
        ON CONFLICT (conversation_id, from_ms) DO UPDATE SET to_ms = NULL, updated_hlc = excluded.updated_hlc`,
  );
  tx.noteChange('memory_pause', conversationId, ['from_ms', 'to_ms'], hlc);
}

export function endPause(tx: WriteTx, conversationId: ConversationId, atMs: EpochMs, hlc: Hlc): void {
  const { changes } = tx.run(
    'memory_pause',
    sql`UPDATE memory_pause SET to_ms = ${atMs}, updated_hlc = ${hlc}
        WHERE conversation_id = ${conversationId} AND to_ms IS NULL`,
  );
  if (changes > 0) tx.noteChange('memory_pause', conversationId, ['to_ms'], hlc);
}
