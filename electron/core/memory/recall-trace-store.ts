import type { MessageId } from '#shared/entities.ts';
import type { ReadTx, WriteTx } from '../db/db.ts';
import { sql, sqlList } from '../db/sql.ts';

/** Why something was recalled. Ids and numbers, no words. */
export interface TracedItem {
  readonly kind: 'memory' | 'message';
  readonly id: string;
  readonly score: number;
  readonly parts: Readonly<Record<string, number>>;
}

/** Stores what a reply was given, in place of what an earlier attempt at the same reply was. */
export function writeTrace(tx: WriteTx, replyId: MessageId, items: readonly TracedItem[]): void {
  tx.run('recall_trace', sql`DELETE FROM recall_trace WHERE reply_id = ${replyId}`);
  items.forEach((item, position) => {
    tx.run(
      'recall_trace',
      sql`INSERT INTO recall_trace (reply_id, position, source_kind, source_id, score, parts_json)
          VALUES (${replyId}, ${position}, ${item.kind}, ${item.id}, ${item.score}, ${JSON.stringify(item.parts)})`,
    );
  });
}

export function readTrace(tx: ReadTx, replyId: MessageId): TracedItem[] {
  return tx
    .all(
      sql`SELECT source_kind, source_id, score, parts_json FROM recall_trace WHERE reply_id = ${replyId}
          ORDER BY position`,
    )
    .map((row) => ({
      kind: row['source_kind'] as TracedItem['kind'],
      id: String(row['source_id']),
      score: Number(row['score']),
      parts: JSON.parse(String(row['parts_json'])) as Record<string, number>,
    }));
}

export function tracedAmong(tx: ReadTx, replyIds: readonly MessageId[]): MessageId[] {
  return tx
    .all(sql`SELECT DISTINCT reply_id FROM recall_trace WHERE reply_id IN (${sqlList(replyIds)})`)
    .map((row) => row['reply_id'] as MessageId);
}

/** Of something that was forgotten, not even that it was once recalled is kept. */
export function forgetTraces(tx: WriteTx, sourceId: string): void {
  tx.run('recall_trace', sql`DELETE FROM recall_trace WHERE source_id = ${sourceId} OR reply_id = ${sourceId}`);
}
