import type { EpochMs } from '#shared/base/time.ts';
import type { CharacterId, ConversationId, MessageId } from '#shared/entities.ts';
import type { ReadTx, Row } from '../db/db.ts';
import { sql } from '../db/sql.ts';

/** A message as memory reads it. */
export interface Said {
  readonly seq: number;
  readonly id: MessageId;
  readonly parentId: MessageId | null;
  readonly conversationId: ConversationId;
  readonly characterId: CharacterId;
  readonly author: 'person' | 'character';
  readonly text: string;
  readonly atMs: EpochMs;
  /** Still being written. */
  readonly partial: boolean;
  readonly deleted: boolean;
}

const COLUMNS = sql`m.seq, m.id, m.parent_id, m.conversation_id, c.character_id, m.author, m.created_at_ms, m.state,
  m.deleted_hlc, CASE WHEN m.edited THEN (
    SELECT r.text FROM message_revision r WHERE r.message_id = m.id ORDER BY r.created_hlc DESC LIMIT 1
  ) ELSE m.text END AS newest_text`;

export function findSaid(tx: ReadTx, id: MessageId): Said | undefined {
  const row = tx.get(
    sql`SELECT ${COLUMNS} FROM message m CROSS JOIN conversation c ON c.id = m.conversation_id
        WHERE m.id = ${id} AND m.author IN ('person', 'character')`,
  );
  return row && fromRow(row);
}

/** Messages whose turn to be read has come, oldest first, all of one conversation; one that failed before comes alone. */
export function saidInQueue(tx: ReadTx, nowMs: EpochMs, limit: number): Said[] {
  const rows = tx.all(
    sql`SELECT ${COLUMNS}, j.attempts FROM memory_job j CROSS JOIN message m ON m.seq = j.message_seq
          CROSS JOIN conversation c ON c.id = m.conversation_id
          WHERE j.due_at_ms <= ${nowMs} ORDER BY j.message_seq LIMIT ${limit}`,
  );
  const first = rows[0];
  if (first === undefined) return [];
  if (first['attempts'] !== 0) return [fromRow(first)];
  return rows
    .filter((row) => row['attempts'] === 0 && row['conversation_id'] === first['conversation_id'])
    .map(fromRow);
}

/** Living messages with a character said within [from, to), oldest first. */
export function saidBetween(
  tx: ReadTx,
  characterId: CharacterId,
  fromMs: EpochMs,
  toMs: EpochMs,
  limit: number,
): Said[] {
  // The clock of a conversation's messages is an index; its text begins with the wall time.
  const [from, to] = [fromMs, toMs].map((ms) => String(Math.max(0, ms)).padStart(15, '0'));
  return tx
    .all(
      sql`SELECT ${COLUMNS} FROM conversation c CROSS JOIN message m INDEXED BY message_by_clock ON m.conversation_id = c.id
          WHERE c.character_id = ${characterId} AND c.deleted_hlc IS NULL
            AND m.created_hlc >= ${from ?? ''} AND m.created_hlc < ${to ?? ''}
            AND m.deleted_hlc IS NULL AND m.state <> 'partial' AND m.author IN ('person', 'character')
          ORDER BY m.created_hlc LIMIT ${limit}`,
    )
    .map(fromRow);
}

function fromRow(row: Row): Said {
  return {
    seq: Number(row['seq']),
    id: row['id'] as MessageId,
    parentId: row['parent_id'] as MessageId | null,
    conversationId: row['conversation_id'] as ConversationId,
    characterId: row['character_id'] as CharacterId,
    author: row['author'] as Said['author'],
    text: String(row['newest_text']),
    atMs: Number(row['created_at_ms']),
    partial: row['state'] === 'partial',
    deleted: row['deleted_hlc'] !== null,
  };
}
