import type { EpochMs, Hlc } from '#shared/base/time.ts';
import type { Conversation } from '#shared/chat/contract.ts';
import type { CharacterId, ConversationId, MessageId } from '#shared/entities.ts';
import type { ReadTx, Row, WriteTx } from '../db/db.ts';
import { sql, type Sql } from '../db/sql.ts';

/** Unread messages are counted up to here: more is only "many". */
export const MAX_UNREAD_COUNT = 99;

const PREVIEW_LENGTH = 120;

/** A conversation without what only the running core knows (`replying`). */
export type StoredConversation = Omit<Conversation, 'replying'>;

const COLUMNS = sql`c.id, c.character_id, c.title, c.active_leaf_id, c.draft, c.pinned, c.archived, c.created_at_ms,
  c.last_message_at_ms,
  COALESCE((SELECT substr(CASE WHEN m.edited THEN (
      SELECT r.text FROM message_revision r WHERE r.message_id = m.id ORDER BY r.created_hlc DESC LIMIT 1
    ) ELSE m.text END, 1, ${PREVIEW_LENGTH})
    FROM message m WHERE m.id = c.active_leaf_id AND m.deleted_hlc IS NULL), '') AS preview,
  (SELECT COUNT(*) FROM (
    SELECT 1 FROM message u WHERE u.conversation_id = c.id
      AND u.created_hlc > COALESCE((SELECT read_hlc FROM read_mark WHERE conversation_id = c.id), '')
      AND u.author = 'character' AND u.deleted_hlc IS NULL LIMIT ${MAX_UNREAD_COUNT})) AS unread_count`;

export function listConversations(
  tx: ReadTx,
  filter: { readonly characterId?: CharacterId | undefined; readonly archived: boolean },
): StoredConversation[] {
  const ofCharacter = filter.characterId === undefined ? sql`` : sql`AND c.character_id = ${filter.characterId}`;
  return tx
    .all(
      sql`SELECT ${COLUMNS} FROM conversation c JOIN character ON character.id = c.character_id
          WHERE c.deleted_hlc IS NULL AND character.deleted_hlc IS NULL AND c.archived = ${filter.archived} ${ofCharacter}
          ORDER BY c.pinned DESC, c.last_message_at_ms DESC`,
    )
    .map(fromRow);
}

export function findConversation(tx: ReadTx, id: ConversationId): StoredConversation | undefined {
  const row = tx.get(sql`SELECT ${COLUMNS} FROM conversation c WHERE c.id = ${id} AND c.deleted_hlc IS NULL`);
  return row && fromRow(row);
}

/** Whether there is a conversation with this character besides one. */
export function hasMet(tx: ReadTx, characterId: CharacterId, besides: ConversationId): boolean {
  return (
    tx.get(sql`SELECT 1 FROM conversation WHERE character_id = ${characterId} AND id <> ${besides} LIMIT 1`) !==
    undefined
  );
}

export function insertConversation(
  tx: WriteTx,
  conversation: { readonly id: ConversationId; readonly characterId: CharacterId; readonly createdAtMs: EpochMs },
  hlc: Hlc,
): void {
  tx.run(
    'conversation',
    sql`INSERT INTO conversation (id, character_id, title, title_hlc, active_leaf_id, leaf_hlc, draft, draft_hlc,
          pinned, pinned_hlc, archived, archived_hlc, created_at_ms, last_message_at_ms)
        VALUES (${conversation.id}, ${conversation.characterId}, '', ${hlc}, NULL, ${hlc}, '', ${hlc},
          0, ${hlc}, 0, ${hlc}, ${conversation.createdAtMs}, ${conversation.createdAtMs})`,
  );
  tx.noteChange('conversation', conversation.id, ['character_id', 'created_at_ms'], hlc);
}

/** Moves the end of the visible thread. */
export function setActiveLeaf(tx: WriteTx, id: ConversationId, leafId: MessageId | null, hlc: Hlc): void {
  set(tx, id, sql`active_leaf_id = ${leafId}, leaf_hlc = ${hlc}`, 'active_leaf_id', hlc);
}

export function touchConversation(tx: WriteTx, id: ConversationId, atMs: EpochMs): void {
  tx.run('conversation', sql`UPDATE conversation SET last_message_at_ms = ${atMs} WHERE id = ${id}`);
}

export function setTitle(tx: WriteTx, id: ConversationId, title: string, hlc: Hlc): void {
  set(tx, id, sql`title = ${title}, title_hlc = ${hlc}`, 'title', hlc);
}

export function setPinned(tx: WriteTx, id: ConversationId, pinned: boolean, hlc: Hlc): void {
  set(tx, id, sql`pinned = ${pinned}, pinned_hlc = ${hlc}`, 'pinned', hlc);
}

export function setArchived(tx: WriteTx, id: ConversationId, archived: boolean, hlc: Hlc): void {
  set(tx, id, sql`archived = ${archived}, archived_hlc = ${hlc}`, 'archived', hlc);
}

export function setDraft(tx: WriteTx, id: ConversationId, draft: string, hlc: Hlc): void {
  set(tx, id, sql`draft = ${draft}, draft_hlc = ${hlc}`, 'draft', hlc);
}

export function setConversationDeleted(tx: WriteTx, id: ConversationId, deleted: boolean, hlc: Hlc): void {
  set(tx, id, sql`deleted_hlc = ${deleted ? hlc : null}`, 'deleted_hlc', hlc);
}

/** Read up to and including a message: the mark only moves forward. */
export function markReadThrough(tx: WriteTx, conversationId: ConversationId, messageId: MessageId): void {
  const mark = tx.get(
    sql`SELECT created_hlc FROM message WHERE id = ${messageId} AND conversation_id = ${conversationId}`,
  )?.['created_hlc'];
  const current = tx.get(sql`SELECT read_hlc FROM read_mark WHERE conversation_id = ${conversationId}`)?.['read_hlc'];
  if (typeof mark !== 'string' || (typeof current === 'string' && current >= mark)) return;
  tx.run(
    'read_mark',
    sql`INSERT INTO read_mark (conversation_id, read_hlc) VALUES (${conversationId}, ${mark})
        ON CONFLICT (conversation_id) DO UPDATE SET read_hlc = excluded.read_hlc`,
  );
  tx.noteChange('read_mark', conversationId, ['read_hlc'], mark as Hlc);
}

function set(tx: WriteTx, id: ConversationId, change: Sql, column: string, hlc: Hlc): void {
  tx.run('conversation', sql`UPDATE conversation SET ${change} WHERE id = ${id}`);
  tx.noteChange('conversation', id, [column], hlc);
}

function fromRow(row: Row): StoredConversation {
  return {
    id: row['id'] as ConversationId,
    characterId: row['character_id'] as CharacterId,
    title: String(row['title']),
    activeLeafId: row['active_leaf_id'] as MessageId | null,
    draft: String(row['draft']),
    pinned: row['pinned'] === 1,
    archived: row['archived'] === 1,
    createdAtMs: Number(row['created_at_ms']),
    lastMessageAtMs: Number(row['last_message_at_ms']),
    preview: String(row['preview']).replace(/\s+/gu, ' ').trim(),
    unreadCount: Number(row['unread_count']),
  };
}
