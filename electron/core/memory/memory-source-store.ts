import type { EpochMs, Hlc } from '#shared/base/time.ts';
import type { Author } from '#shared/chat/contract.ts';
import type { ConversationId, MemoryId, MessageId } from '#shared/entities.ts';
import type { MemorySource } from '#shared/memory/contract.ts';
import type { ReadTx, Row, WriteTx } from '../db/db.ts';
import { sql, sqlList } from '../db/sql.ts';

/** [start, end) of a message's newest text, in UTF-16 units. */
export interface Quote {
  readonly messageId: MessageId;
  readonly start: number;
  readonly end: number;
  readonly saidAtMs: EpochMs;
}

/** How much of a message is shown around a quote, in UTF-16 units. */
const AROUND = 60;

const NEWEST_TEXT = sql`CASE WHEN m.edited THEN (
    SELECT r.text FROM message_revision r WHERE r.message_id = m.id ORDER BY r.created_hlc DESC LIMIT 1
  ) ELSE m.text END`;

/** Adds sources to a memory; one that is there already is not added twice. Answers how many were new. */
export function addSources(tx: WriteTx, memoryId: MemoryId, quotes: readonly Quote[], hlc: Hlc): number {
  let added = 0;
  for (const quote of quotes) {
    added += tx.run(
      'memory_source',
      sql`INSERT INTO memory_source (memory_id, message_id, start_unit, end_unit, said_at_ms, created_hlc)
          VALUES (${memoryId}, ${quote.messageId}, ${quote.start}, ${quote.end}, ${quote.saidAtMs}, ${hlc})
          ON CONFLICT DO NOTHING`,
    ).changes;
  }
  if (added > 0) tx.noteChange('memory_source', memoryId, ['message_id', 'start_unit', 'end_unit'], hlc);
  return added;
}

/** The sources of a memory, forgotten or not. */
export function quotesOf(tx: ReadTx, memoryId: MemoryId): Quote[] {
  return tx
    .all(sql`SELECT message_id, start_unit, end_unit, said_at_ms FROM memory_source WHERE memory_id = ${memoryId}`)
    .map(quoteFromRow);
}

/** Living memories that were read out of a message, with where. */
export function memoriesFrom(
  tx: ReadTx,
  messageId: MessageId,
): { readonly memoryId: MemoryId; readonly quote: Quote }[] {
  return tx
    .all(
      sql`SELECT s.memory_id, s.message_id, s.start_unit, s.end_unit, s.said_at_ms
          FROM memory_source s CROSS JOIN memory ON memory.id = s.memory_id
          WHERE s.message_id = ${messageId} AND memory.deleted_hlc IS NULL`,
    )
    .map((row) => ({ memoryId: row['memory_id'] as MemoryId, quote: quoteFromRow(row) }));
}

/** What of a message the person had forgotten: it is not read out of the same words again. */
export function forgottenQuotes(tx: ReadTx, messageId: MessageId): Quote[] {
  return tx
    .all(
      sql`SELECT s.message_id, s.start_unit, s.end_unit, s.said_at_ms
          FROM memory_source s CROSS JOIN memory ON memory.id = s.memory_id
          WHERE s.message_id = ${messageId} AND memory.deleted_hlc IS NOT NULL`,
    )
    .map(quoteFromRow);
}

export function removeSource(tx: WriteTx, memoryId: MemoryId, quote: Quote, hlc: Hlc): void {
  tx.run(
    'memory_source',
    sql`DELETE FROM memory_source WHERE memory_id = ${memoryId} AND message_id = ${quote.messageId}
          AND start_unit = ${quote.start} AND end_unit = ${quote.end}`,
  );
  tx.noteChange('memory_source', memoryId, ['message_id', 'start_unit', 'end_unit'], hlc);
}

/** All messages that any of these memories was said in. */
export function messagesBehind(tx: ReadTx, memoryIds: readonly MemoryId[]): MessageId[] {
  return tx
    .all(sql`SELECT DISTINCT message_id FROM memory_source WHERE memory_id IN (${sqlList(memoryIds)})`)
    .map((row) => row['message_id'] as MessageId);
}

/** Where a memory was said, as the person is shown it, oldest first. */
export function shownSources(tx: ReadTx, memoryId: MemoryId): MemorySource[] {
  return tx
    .all(
      sql`SELECT s.message_id, s.start_unit, s.end_unit, s.said_at_ms, m.conversation_id, m.author, m.created_at_ms,
            m.deleted_hlc, c.deleted_hlc AS conversation_deleted, ${NEWEST_TEXT} AS newest_text
          FROM memory_source s CROSS JOIN message m ON m.id = s.message_id
          CROSS JOIN conversation c ON c.id = m.conversation_id
          WHERE s.memory_id = ${memoryId} ORDER BY m.created_at_ms, s.start_unit`,
    )
    .map((row) => shown(row, Number(row['start_unit']), Number(row['end_unit'])));
}

/** A whole message as the person is shown it; undefined when there is none. */
export function shownMessage(tx: ReadTx, id: MessageId): MemorySource | undefined {
  const row = tx.get(
    sql`SELECT m.id AS message_id, m.conversation_id, m.author, m.created_at_ms, m.deleted_hlc,
          c.deleted_hlc AS conversation_deleted, ${NEWEST_TEXT} AS newest_text
        FROM message m CROSS JOIN conversation c ON c.id = m.conversation_id WHERE m.id = ${id}`,
  );
  return row && shown(row, 0, Infinity);
}

function shown(row: Row, start: number, end: number): MemorySource {
  const gone = row['deleted_hlc'] !== null || row['conversation_deleted'] !== null;
  const text = gone ? '' : String(row['newest_text']);
  const line = (part: string): string => part.replaceAll(/\s+/gu, ' ');
  return {
    messageId: row['message_id'] as MessageId,
    conversationId: row['conversation_id'] as ConversationId,
    author: row['author'] as Author,
    atMs: Number(row['created_at_ms']),
    quote: text.slice(start, end),
    before: line(text.slice(Math.max(0, start - AROUND), start)),
    after: line(text.slice(end, end + AROUND)),
    gone,
  };
}

function quoteFromRow(row: Row): Quote {
  return {
    messageId: row['message_id'] as MessageId,
    start: Number(row['start_unit']),
    end: Number(row['end_unit']),
    saidAtMs: Number(row['said_at_ms']),
  };
}
