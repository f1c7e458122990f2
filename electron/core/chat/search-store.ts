import { AppError } from '#shared/rpc/errors.ts';
import type { chatContract, SearchHit } from '#shared/chat/contract.ts';
import { excerptAround, indexTokens, queryTokens } from '#shared/chat/search-tokens.ts';
import type { CharacterId, ConversationId, MessageId } from '#shared/entities.ts';
import type { z } from 'zod';
import type { Db, ReadTx, Row, WriteTx } from '../db/db.ts';
import { sql, type Sql } from '../db/sql.ts';

type SearchInput = z.output<typeof chatContract.search.input>;
type SearchOutput = z.input<typeof chatContract.search.output>;

/** Brings the index of one message in line with its rows: after it was written, edited, deleted or restored. */
export function indexMessage(tx: WriteTx, id: MessageId): void {
  const row = tx.get(sql`${INDEXED} WHERE m.id = ${id}`);
  if (row === undefined) return;
  tx.runDerived(sql`DELETE FROM message_index WHERE rowid = ${Number(row['seq'])}`);
  if (row['deleted_hlc'] === null && row['state'] !== 'partial') insertIndexRow(tx, row);
}

/**
 * Messages that hold all words, newest first, found on the reading thread. Words of scripts without spaces are found
 * anywhere, others from their beginnings (search-tokens.ts).
 */
export async function searchMessages(db: Db, input: SearchInput): Promise<SearchOutput> {
  const { words, tokens } = queryTokens(input.text);
  if (tokens.length === 0) return { hits: [], nextCursor: null };
  const required = [...tokens];
  if (input.conversationId !== undefined) required.push(conversationToken(input.conversationId));
  if (input.characterId !== undefined) required.push(characterToken(input.characterId));
  const rows = await db.readAside(searchStatement(required, words, beforeSeq(input.cursor), input.limit + 1));
  const hits = rows.slice(0, input.limit);
  const last = hits.at(-1);
  return {
    hits: hits.map((row) => hitFromRow(row, words)),
    nextCursor: rows.length > input.limit && last !== undefined ? String(last['seq']) : null,
  };
}

/**
 * The statement behind `searchMessages`. `search_match` (connection.ts) sees each candidate's text, so the scan ends as soon as
 * there are enough; CROSS JOIN keeps SQLite from starting at the wrong end.
 */
export function searchStatement(
  tokens: readonly string[],
  words: readonly string[],
  before: number,
  limit: number,
): Sql {
  return sql`SELECT m.seq, m.id, m.conversation_id, c.character_id, m.author, m.created_at_ms, ${NEWEST_TEXT} AS newest_text
    FROM message_index
    CROSS JOIN message m ON m.seq = message_index.rowid
    CROSS JOIN conversation c ON c.id = m.conversation_id
    CROSS JOIN character h ON h.id = c.character_id
    WHERE message_index MATCH ${tokens.map((token) => `"${token}"`).join(' AND ')} AND message_index.rowid < ${before}
      AND m.deleted_hlc IS NULL AND c.deleted_hlc IS NULL AND h.deleted_hlc IS NULL
      AND search_match(newest_text, ${words.join('\n')})
    ORDER BY message_index.rowid DESC LIMIT ${limit}`;
}

/** How many messages one transaction of a rebuild indexes: other writes wait no longer than that takes. */
const REBUILD_BATCH = 500;

/** Makes the index again from the rows, in steps between which others may write. For repairs and for tests. */
export async function rebuildIndex(db: Db, pause: () => Promise<void> = soon): Promise<void> {
  db.write((tx) => tx.runDerived(sql`INSERT INTO message_index (message_index) VALUES ('delete-all')`));
  let after = 0;
  for (;;) {
    const last = db.write((tx) => rebuildBatch(tx, after));
    if (last === undefined) return;
    after = last;
    await pause();
  }
}

/** Pages of the index that one transaction of a sweep writes at most. */
const SWEEP_PAGES = 64;

/**
 * Merges all of the index into one, as deletion alone only marks what it holds: after this nothing of a message deleted
 * before is in it. In steps between which others may write.
 */
export async function sweepIndex(db: Db, pause: () => Promise<void> = soon): Promise<void> {
  for (let pages = -SWEEP_PAGES; ; pages = SWEEP_PAGES) {
    const changes = db.write((tx) => {
      const count = (): number => Number(tx.get(sql`SELECT total_changes() AS count`)?.['count'] ?? 0);
      const before = count();
      tx.runDerived(sql`INSERT INTO message_index (message_index, rank) VALUES ('merge', ${pages})`);
      return count() - before;
    });
    // SQLite's own sign that there was nothing left to merge: only the command itself was counted.
    if (changes < 2 && pages > 0) return;
    await pause();
  }
}

function rebuildBatch(tx: WriteTx, after: number): number | undefined {
  const rows = batchAfter(tx, after);
  for (const row of rows) {
    if (row['deleted_hlc'] !== null || row['state'] === 'partial') continue;
    // A message written between two steps is there already.
    tx.runDerived(sql`DELETE FROM message_index WHERE rowid = ${Number(row['seq'])}`);
    insertIndexRow(tx, row);
  }
  const last = rows.at(-1);
  return last === undefined ? undefined : Number(last['seq']);
}

function batchAfter(tx: ReadTx, after: number): Row[] {
  return tx.all(sql`${INDEXED} WHERE m.seq > ${after} ORDER BY m.seq LIMIT ${REBUILD_BATCH}`);
}

const NEWEST_TEXT = sql`CASE WHEN m.edited THEN (
    SELECT r.text FROM message_revision r WHERE r.message_id = m.id ORDER BY r.created_hlc DESC LIMIT 1
  ) ELSE m.text END`;

const INDEXED = sql`SELECT m.seq, m.conversation_id, c.character_id, m.state, m.deleted_hlc, ${NEWEST_TEXT} AS newest_text
  FROM message m JOIN conversation c ON c.id = m.conversation_id`;

function insertIndexRow(tx: WriteTx, row: Row): void {
  const tokens = indexRowTokens(
    String(row['newest_text']),
    row['conversation_id'] as ConversationId,
    row['character_id'] as CharacterId,
  );
  tx.runDerived(sql`INSERT INTO message_index (rowid, tokens) VALUES (${Number(row['seq'])}, ${tokens})`);
}

/** What the index holds of one message. The filters' tokens begin with private characters, which no text's token holds. */
export function indexRowTokens(text: string, conversationId: ConversationId, characterId: CharacterId): string {
  return [...indexTokens(text), conversationToken(conversationId), characterToken(characterId)].join(' ');
}

function conversationToken(id: ConversationId): string {
  return `\u{E000}${id.replaceAll('-', '')}`;
}

function characterToken(id: CharacterId): string {
  return `\u{E001}${id.replaceAll('-', '')}`;
}

function beforeSeq(cursor: string | undefined): number {
  if (cursor === undefined) return Number.MAX_SAFE_INTEGER;
  if (!/^\d{1,15}$/.test(cursor)) throw new AppError('invalid', 'bad_cursor');
  return Number(cursor);
}

function hitFromRow(row: Row, words: readonly string[]): SearchHit {
  return {
    messageId: row['id'] as MessageId,
    conversationId: row['conversation_id'] as ConversationId,
    characterId: row['character_id'] as CharacterId,
    author: row['author'] as SearchHit['author'],
    createdAtMs: Number(row['created_at_ms']),
    ...excerptAround(String(row['newest_text']), words),
  };
}

/** Lets input and output that wait have their turn. */
function soon(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
