import type { EpochMs, Hlc } from '#shared/base/time.ts';
import type { Attachment } from '#shared/chat/contract.ts';
import type { AttachmentId, MessageId } from '#shared/entities.ts';
import type { ReadTx, Row, WriteTx } from '../db/db.ts';
import { sql, sqlList } from '../db/sql.ts';

/** An attachment and the hash under which its bytes are kept. */
export interface StoredAttachment extends Attachment {
  readonly contentHash: string;
}

const COLUMNS = sql`id, message_id, kind, content_hash, media_type, size_bytes, name, width, height`;

export function insertAttachment(tx: WriteTx, attachment: StoredAttachment, createdAtMs: EpochMs, hlc: Hlc): void {
  tx.run(
    'attachment',
    sql`INSERT INTO attachment (id, message_id, position, kind, content_hash, media_type, size_bytes, name, width, height,
          created_at_ms, created_hlc)
        VALUES (${attachment.id}, NULL, 0, ${attachment.kind}, ${attachment.contentHash}, ${attachment.mediaType},
          ${attachment.sizeBytes}, ${attachment.name}, ${attachment.width}, ${attachment.height}, ${createdAtMs}, ${hlc})`,
  );
}

/** Binds uploaded attachments to their message, in order. One that is bound already or unknown is left as it is. */
export function bindAttachments(tx: WriteTx, ids: readonly AttachmentId[], messageId: MessageId, hlc: Hlc): void {
  ids.forEach((id, position) => {
    const { changes } = tx.run(
      'attachment',
      sql`UPDATE attachment SET message_id = ${messageId}, position = ${position} WHERE id = ${id} AND message_id IS NULL`,
    );
    if (changes > 0) tx.noteChange('attachment', id, ['message_id', 'position', 'content_hash'], hlc);
  });
}

export function findAttachment(tx: ReadTx, id: AttachmentId): StoredAttachment | undefined {
  const row = tx.get(sql`SELECT ${COLUMNS} FROM attachment WHERE id = ${id} AND deleted_hlc IS NULL`);
  return row && fromRow(row);
}

/** Which of these exist and are not bound to a message yet. */
export function unboundAttachments(tx: ReadTx, ids: readonly AttachmentId[]): StoredAttachment[] {
  return tx
    .all(
      sql`SELECT ${COLUMNS} FROM attachment
          WHERE id IN (${sqlList(ids)}) AND message_id IS NULL AND deleted_hlc IS NULL`,
    )
    .map(fromRow);
}

export function attachmentsOf(tx: ReadTx, messageIds: readonly MessageId[]): Map<MessageId, Attachment[]> {
  const byMessage = new Map<MessageId, Attachment[]>();
  for (const row of tx.all(
    sql`SELECT ${COLUMNS} FROM attachment
        WHERE message_id IN (${sqlList(messageIds)}) AND deleted_hlc IS NULL ORDER BY position`,
  )) {
    const { contentHash: _contentHash, ...attachment } = fromRow(row);
    const messageId = row['message_id'] as MessageId;
    const known = byMessage.get(messageId);
    if (known) known.push(attachment);
    else byMessage.set(messageId, [attachment]);
  }
  return byMessage;
}

/** Takes the attachments of a message that is to be forgotten away: the hashes nobody needs any more come back. */
export function eraseAttachments(tx: WriteTx, messageId: MessageId, hlc: Hlc): string[] {
  const hashes = tx
    .all(sql`SELECT DISTINCT content_hash FROM attachment WHERE message_id = ${messageId}`)
    .map((row) => String(row['content_hash']));
  for (const row of tx.all(sql`SELECT id FROM attachment WHERE message_id = ${messageId}`)) {
    tx.run(
      'attachment',
      sql`UPDATE attachment SET name = '', content_hash = '', deleted_hlc = ${hlc} WHERE id = ${String(row['id'])}`,
    );
    tx.noteChange('attachment', String(row['id']), ['deleted_hlc'], hlc);
  }
  return hashes.filter((hash) => tx.get(sql`SELECT 1 FROM attachment WHERE content_hash = ${hash}`) === undefined);
}

/** Uploads that never became part of a message and are older than `beforeMs`: their rows go, and the hashes nobody needs any more come back. */
export function removeUnbound(tx: WriteTx, beforeMs: EpochMs): string[] {
  const hashes = tx
    .all(sql`SELECT DISTINCT content_hash FROM attachment WHERE message_id IS NULL AND created_at_ms < ${beforeMs}`)
    .map((row) => String(row['content_hash']));
  tx.run('attachment', sql`DELETE FROM attachment WHERE message_id IS NULL AND created_at_ms < ${beforeMs}`);
  return hashes.filter((hash) => tx.get(sql`SELECT 1 FROM attachment WHERE content_hash = ${hash}`) === undefined);
}

function fromRow(row: Row): StoredAttachment {
  return {
    id: row['id'] as AttachmentId,
    kind: row['kind'] as Attachment['kind'],
    contentHash: String(row['content_hash']),
    mediaType: String(row['media_type']),
    sizeBytes: Number(row['size_bytes']),
    name: String(row['name']),
    width: row['width'] === null ? null : Number(row['width']),
    height: row['height'] === null ? null : Number(row['height']),
  };
}
