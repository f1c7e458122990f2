import { present } from '#shared/base/assert.ts';
import type { EpochMs, Hlc } from '#shared/base/time.ts';
import type { Expression } from '#shared/avatar/expression.ts';
import type { Attachment, Author, Message, Rung, TokenUsage } from '#shared/chat/contract.ts';
import type { ConversationId, MessageId, RevisionId } from '#shared/entities.ts';
import type { ReadTx, Row, WriteTx } from '../db/db.ts';
import { sql, sqlList, type Sql } from '../db/sql.ts';

/** A message's place in the tree. */
export interface Node {
  readonly id: MessageId;
  readonly conversationId: ConversationId;
  readonly parentId: MessageId | null;
  readonly jumpId: MessageId | null;
  readonly depth: number;
}

/** A message as stored, without what other tables say of it. */
export type StoredMessage = Omit<Message, 'attachments' | 'siblingIds'> & { readonly seq: number };

export interface NewMessage {
  readonly id: MessageId;
  readonly conversationId: ConversationId;
  readonly parentId: MessageId | null;
  readonly author: Author;
  readonly kind: Message['kind'];
  readonly text: string;
  readonly state: Message['state'];
  readonly expression: Expression | null;
  readonly rung: Rung | null;
  readonly model: string | null;
  readonly createdAtMs: EpochMs;
}

const COLUMNS = sql`m.seq, m.id, m.conversation_id, m.parent_id, m.author, m.kind, m.state, m.expression, m.rung, m.model,
  m.prompt_tokens, m.cached_tokens, m.completion_tokens, m.cost_micro_usd, m.edited, m.created_at_ms, m.deleted_hlc, m.depth,
  CASE WHEN m.edited THEN (
    SELECT r.text FROM message_revision r WHERE r.message_id = m.id ORDER BY r.created_hlc DESC LIMIT 1
  ) ELSE m.text END AS newest_text`;

export function findMessage(tx: ReadTx, id: MessageId): StoredMessage | undefined {
  const row = tx.get(sql`SELECT ${COLUMNS} FROM message m WHERE m.id = ${id}`);
  return row && fromRow(row);
}

export function findNode(tx: ReadTx, id: MessageId): Node | undefined {
  const row = tx.get(sql`SELECT id, conversation_id, parent_id, jump_id, depth FROM message WHERE id = ${id}`);
  return row && nodeFromRow(row);
}

/**
 * The ancestor at `depth` (itself included) of a message, in O(log n) look-ups along jump pointers.
 * `depth` is within 0 … the message's own.
 */
export function ancestorAt(tx: ReadTx, id: MessageId, depth: number): Node {
  let node = present(findNode(tx, id), 'message');
  while (node.depth > depth) {
    const jump = node.jumpId === null ? undefined : findNode(tx, node.jumpId);
    node = jump && jump.depth >= depth ? jump : present(findNode(tx, present(node.parentId, 'parent')), 'parent');
  }
  return node;
}

/** The first message on the path to `leafId` made at or after `atMs`, or the leaf when all are earlier: O(log n). */
export function firstOnPathSince(tx: ReadTx, leafId: MessageId, atMs: EpochMs): Node {
  const madeAt = (id: MessageId): number =>
    Number(present(tx.get(sql`SELECT created_at_ms FROM message WHERE id = ${id}`), 'message')['created_at_ms']);
  let node = present(findNode(tx, leafId), 'message');
  while (node.parentId !== null) {
    const next = node.jumpId !== null && madeAt(node.jumpId) >= atMs ? node.jumpId : node.parentId;
    if (madeAt(next) < atMs) break;
    node = present(findNode(tx, next), 'message');
  }
  return node;
}

/** Up to `limit` messages that end with `lastId` on its path, oldest first. */
export function pathEndingAt(tx: ReadTx, lastId: MessageId, limit: number): StoredMessage[] {
  return tx
    .all(
      sql`WITH RECURSIVE path (id, count) AS (
            SELECT ${lastId}, 1
            UNION ALL
            SELECT p.parent_id, path.count + 1 FROM path CROSS JOIN message p ON p.id = path.id
            WHERE p.parent_id IS NOT NULL AND path.count < ${limit}
          )
          SELECT ${COLUMNS} FROM path CROSS JOIN message m ON m.id = path.id ORDER BY m.depth`,
    )
    .map(fromRow);
}

/**
 * Living children by age of each of these parents. The index is named: with statistics on the file SQLite would rather walk a
 * whole conversation in the order of its clock than sort three rows.
 */
export function childrenOf(
  tx: ReadTx,
  conversationId: ConversationId,
  parentIds: readonly (MessageId | null)[],
): Map<MessageId | null, MessageId[]> {
  const children = new Map<MessageId | null, MessageId[]>();
  const collect = (row: Row): void => {
    const parentId = row['parent_id'] as MessageId | null;
    const known = children.get(parentId);
    if (known) known.push(row['id'] as MessageId);
    else children.set(parentId, [row['id'] as MessageId]);
  };
  const withParent = parentIds.filter((id) => id !== null);
  tx.all(
    sql`SELECT parent_id, id FROM message INDEXED BY message_by_parent
        WHERE conversation_id = ${conversationId} AND parent_id IN (${sqlList(withParent)}) AND deleted_hlc IS NULL
        ORDER BY created_hlc`,
  ).forEach(collect);
  if (withParent.length < parentIds.length) {
    tx.all(
      sql`SELECT parent_id, id FROM message INDEXED BY message_by_parent
          WHERE conversation_id = ${conversationId} AND parent_id IS NULL AND deleted_hlc IS NULL ORDER BY created_hlc`,
    ).forEach(collect);
  }
  return children;
}

/** Messages whole, in the given order: with their attachments and living siblings. */
export function completeMessages(
  tx: ReadTx,
  stored: readonly StoredMessage[],
  attachments: ReadonlyMap<MessageId, Attachment[]>,
): Message[] {
  const first = stored[0];
  if (!first) return [];
  const siblings = childrenOf(tx, first.conversationId, [...new Set(stored.map((message) => message.parentId))]);
  return stored.map(({ seq: _seq, ...message }) => ({
    ...message,
    attachments: attachments.get(message.id) ?? [],
    siblingIds: siblings.get(message.parentId) ?? [],
  }));
}

/** Adds a message under its parent. The caller has made sure the parent is of the same conversation. */
export function insertMessage(
  tx: WriteTx,
  message: NewMessage,
  hlc: Hlc,
): { readonly seq: number; readonly depth: number } {
  const parent = message.parentId === null ? undefined : present(findNode(tx, message.parentId), 'parent');
  const depth = parent ? parent.depth + 1 : 0;
  const jumpId = parent ? jumpFor(tx, parent) : null;
  tx.run(
    'message',
    sql`INSERT INTO message (id, conversation_id, parent_id, author, kind, text, state, expression, rung, model,
          created_at_ms, created_hlc, state_hlc, depth, jump_id)
        VALUES (${message.id}, ${message.conversationId}, ${message.parentId}, ${message.author}, ${message.kind},
          ${message.text}, ${message.state}, ${message.expression}, ${message.rung}, ${message.model},
          ${message.createdAtMs}, ${hlc}, ${hlc}, ${depth}, ${jumpId})`,
  );
  const row = present(tx.get(sql`SELECT seq FROM message WHERE id = ${message.id}`), 'inserted message');
  if (message.state !== 'partial') noteNewMessage(tx, message.id, hlc);
  return { seq: Number(row['seq']), depth };
}

/** Saves what has been said so far of a message that is being written. */
export function savePartialText(tx: WriteTx, id: MessageId, text: string, expression: Expression | null): void {
  tx.run('message', sql`UPDATE message SET text = ${text}, expression = ${expression} WHERE id = ${id}`);
}

export function setState(tx: WriteTx, id: MessageId, state: Message['state'], hlc: Hlc): void {
  tx.run('message', sql`UPDATE message SET state = ${state}, state_hlc = ${hlc} WHERE id = ${id}`);
  if (state !== 'partial') noteNewMessage(tx, id, hlc);
}

/** Adds to a message's counts: a continued reply is paid for twice. */
export function addUsage(tx: WriteTx, id: MessageId, usage: TokenUsage): void {
  tx.run(
    'message',
    sql`UPDATE message SET prompt_tokens = COALESCE(prompt_tokens, 0) + ${usage.promptTokens},
          cached_tokens = COALESCE(cached_tokens, 0) + ${usage.cachedTokens},
          completion_tokens = COALESCE(completion_tokens, 0) + ${usage.completionTokens},
          cost_micro_usd = CASE WHEN ${usage.costMicroUsd} IS NULL THEN cost_micro_usd
            ELSE COALESCE(cost_micro_usd, 0) + ${usage.costMicroUsd} END
        WHERE id = ${id}`,
  );
}

export function setAnswerer(tx: WriteTx, id: MessageId, rung: Rung, model: string): void {
  tx.run('message', sql`UPDATE message SET rung = ${rung}, model = ${model} WHERE id = ${id}`);
}

/** An edit: the earlier words stay as earlier revisions. */
export function insertRevision(
  tx: WriteTx,
  revision: {
    readonly id: RevisionId;
    readonly messageId: MessageId;
    readonly text: string;
    readonly createdAtMs: EpochMs;
  },
  hlc: Hlc,
): void {
  tx.run(
    'message_revision',
    sql`INSERT INTO message_revision (id, message_id, text, created_at_ms, created_hlc)
        VALUES (${revision.id}, ${revision.messageId}, ${revision.text}, ${revision.createdAtMs}, ${hlc})`,
  );
  tx.run('message', sql`UPDATE message SET edited = 1 WHERE id = ${revision.messageId}`);
  tx.noteChange('message_revision', revision.id, ['text'], hlc);
}

/** Rewrites the newest revision: only for one that is still being written. */
export function savePartialRevision(tx: WriteTx, id: RevisionId, text: string): void {
  tx.run('message_revision', sql`UPDATE message_revision SET text = ${text} WHERE id = ${id}`);
}

/** Sets or (null) lifts the tombstone. */
export function setDeleted(tx: WriteTx, id: MessageId, deleted: boolean, hlc: Hlc): void {
  tx.run('message', sql`UPDATE message SET deleted_hlc = ${deleted ? hlc : null} WHERE id = ${id}`);
  tx.noteChange('message', id, ['deleted_hlc'], hlc);
}

/** Takes the words out of a deleted message and of its revisions; what they are hung on stays. */
export function eraseWords(tx: WriteTx, id: MessageId): void {
  tx.run('message', sql`UPDATE message SET text = '', expression = NULL WHERE id = ${id} AND deleted_hlc IS NOT NULL`);
  tx.run('message_revision', sql`UPDATE message_revision SET text = '' WHERE message_id = ${id}`);
}

/** Messages whose writing was cut off by the end of the process. */
export function unfinishedMessages(tx: ReadTx): StoredMessage[] {
  return tx.all(sql`SELECT ${COLUMNS} FROM message m WHERE m.state = 'partial'`).map(fromRow);
}

/** Selects the `id` of every living message that begins a branch (it has siblings, or no parent): a scan, to be read aside. */
export function branchStarts(conversationId: ConversationId): Sql {
  return sql`SELECT id FROM message WHERE conversation_id = ${conversationId} AND deleted_hlc IS NULL AND (
      parent_id IS NULL OR parent_id IN (
        SELECT parent_id FROM message WHERE conversation_id = ${conversationId} AND deleted_hlc IS NULL
        GROUP BY parent_id HAVING COUNT(*) > 1))`;
}

export function rememberBranchEnd(tx: WriteTx, messageId: MessageId, leafId: MessageId): void {
  tx.runDerived(
    sql`INSERT INTO branch_end (message_id, leaf_id) VALUES (${messageId}, ${leafId})
        ON CONFLICT (message_id) DO UPDATE SET leaf_id = excluded.leaf_id`,
  );
}

export function findBranchEnd(tx: ReadTx, messageId: MessageId): MessageId | undefined {
  return tx.get(sql`SELECT leaf_id FROM branch_end WHERE message_id = ${messageId}`)?.['leaf_id'] as
    MessageId | undefined;
}

export function sumUsage(tx: ReadTx, conversationId: ConversationId): TokenUsage {
  const row = present(
    tx.get(
      sql`SELECT COALESCE(SUM(prompt_tokens), 0) AS prompt, COALESCE(SUM(cached_tokens), 0) AS cached,
            COALESCE(SUM(completion_tokens), 0) AS completion, SUM(cost_micro_usd) AS cost
          FROM message WHERE conversation_id = ${conversationId} AND prompt_tokens IS NOT NULL`,
    ),
    'sum',
  );
  return {
    promptTokens: Number(row['prompt']),
    cachedTokens: Number(row['cached']),
    completionTokens: Number(row['completion']),
    costMicroUsd: row['cost'] === null ? null : Number(row['cost']),
  };
}

/** Jump pointers of a skew-binary tree: two jumps of equal length become one of twice the length (Myers, 1983). */
function jumpFor(tx: ReadTx, parent: Node): MessageId {
  const target = (node: Node): Node => (node.jumpId === null ? node : present(findNode(tx, node.jumpId), 'jump'));
  const jump = target(parent);
  const farther = target(jump);
  return parent.depth - jump.depth === jump.depth - farther.depth ? farther.id : parent.id;
}

function noteNewMessage(tx: WriteTx, id: MessageId, hlc: Hlc): void {
  tx.noteChange(
    'message',
    id,
    ['text', 'state', 'expression', 'rung', 'model', 'prompt_tokens', 'cost_micro_usd'],
    hlc,
  );
}

function nodeFromRow(row: Row): Node {
  return {
    id: row['id'] as MessageId,
    conversationId: row['conversation_id'] as ConversationId,
    parentId: row['parent_id'] as MessageId | null,
    jumpId: row['jump_id'] as MessageId | null,
    depth: Number(row['depth']),
  };
}

function fromRow(row: Row): StoredMessage {
  return {
    seq: Number(row['seq']),
    id: row['id'] as MessageId,
    conversationId: row['conversation_id'] as ConversationId,
    parentId: row['parent_id'] as MessageId | null,
    author: row['author'] as Author,
    kind: row['kind'] as Message['kind'],
    text: String(row['newest_text']),
    state: row['state'] as Message['state'],
    expression: row['expression'] as Expression | null,
    rung: row['rung'] as Rung | null,
    model: row['model'] as string | null,
    usage:
      row['prompt_tokens'] === null
        ? null
        : {
            promptTokens: Number(row['prompt_tokens']),
            cachedTokens: Number(row['cached_tokens']),
            completionTokens: Number(row['completion_tokens']),
            costMicroUsd: row['cost_micro_usd'] === null ? null : Number(row['cost_micro_usd']),
          },
    edited: row['edited'] === 1,
    deleted: row['deleted_hlc'] !== null,
    createdAtMs: Number(row['created_at_ms']),
    depth: Number(row['depth']),
  };
}
