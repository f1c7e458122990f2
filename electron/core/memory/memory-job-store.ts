import type { EpochMs } from '#shared/base/time.ts';
import type { ConversationId } from '#shared/entities.ts';
import type { Db, ReadTx, WriteTx } from '../db/db.ts';
import { sql } from '../db/sql.ts';

/** Attempts after which a message waits for the person to say "again". */
const MAX_ATTEMPTS = 5;
const RETRY_AFTER_MS = 30_000;
/** Waiting messages are counted up to here. */
const MAX_COUNT = 10_000;

export function finishJobs(tx: WriteTx, messageSeqs: readonly number[]): void {
  for (const seq of messageSeqs) tx.run('memory_job', sql`DELETE FROM memory_job WHERE message_seq = ${seq}`);
}

/** Notes a failed attempt; later ones wait twice as long each. `error` is a label, never a person's words. */
export function failJobs(tx: WriteTx, messageSeqs: readonly number[], error: string, nowMs: EpochMs): void {
  for (const seq of messageSeqs) {
    tx.run(
      'memory_job',
      sql`UPDATE memory_job SET attempts = attempts + 1, error = ${error},
            due_at_ms = CASE WHEN attempts + 1 >= ${MAX_ATTEMPTS} THEN NULL
              ELSE ${nowMs} + ${RETRY_AFTER_MS} * (1 << attempts) END
          WHERE message_seq = ${seq}`,
    );
  }
}

/** Puts what failed at the front again. Answers how many messages that are. */
export function retryJobs(tx: WriteTx): number {
  return tx.run('memory_job', sql`UPDATE memory_job SET attempts = 0, due_at_ms = 0, error = NULL WHERE attempts > 0`)
    .changes;
}

/** When the next message that failed before is to be tried again; null when none is. */
export function nextRetryMs(tx: ReadTx): EpochMs | null {
  const next = tx.get(
    sql`SELECT MIN(due_at_ms) AS next FROM memory_job WHERE attempts > 0 AND due_at_ms IS NOT NULL`,
  )?.['next'];
  return next === null || next === undefined ? null : Number(next);
}

export async function countJobs(db: Db): Promise<{ waiting: number; failed: number; lastError: string | null }> {
  const rows = await db.readAside(
    sql`SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM memory_job WHERE due_at_ms IS NOT NULL LIMIT ${MAX_COUNT})) AS waiting,
          (SELECT COUNT(*) FROM memory_job WHERE attempts > 0 AND due_at_ms IS NULL) AS failed,
          (SELECT error FROM memory_job WHERE attempts > 0 ORDER BY message_seq DESC LIMIT 1) AS error`,
  );
  const error = rows[0]?.['error'];
  return {
    waiting: Number(rows[0]?.['waiting'] ?? 0),
    failed: Number(rows[0]?.['failed'] ?? 0),
    lastError: typeof error === 'string' ? error : null,
  };
}

/** Notes every message of a conversation to be read again. For tests and repairs. */
export function requeueConversation(tx: WriteTx, conversationId: ConversationId): void {
  tx.run(
    'memory_job',
    sql`INSERT OR REPLACE INTO memory_job (message_seq)
          SELECT seq FROM message WHERE conversation_id = ${conversationId} AND state <> 'partial'
            AND author IN ('person', 'character')`,
  );
}
