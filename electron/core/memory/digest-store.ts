import type { EpochMs, Hlc } from '#shared/base/time.ts';
import type { CharacterId, DigestId, MemoryId, MessageId } from '#shared/entities.ts';
import type { Digest, DigestSpan } from '#shared/memory/contract.ts';
import type { ReadTx, Row, WriteTx } from '../db/db.ts';
import { sql, sqlList } from '../db/sql.ts';

/** Which digest: one a character and day, one a character and week. */
export interface DigestKey {
  readonly characterId: CharacterId;
  readonly span: DigestSpan;
  /** Local date of the day, or of the week's Monday. */
  readonly startsOn: string;
}

export interface DigestSource {
  readonly kind: 'message' | 'memory';
  readonly id: string;
}

/** Notes that a digest must be written, anew if it is there. */
export function noteDigestDue(tx: WriteTx, key: DigestKey): void {
  tx.runDerived(
    sql`INSERT INTO digest_due (character_id, span, starts_on) VALUES (${key.characterId}, ${key.span}, ${key.startsOn})
        ON CONFLICT DO NOTHING`,
  );
}

export function digestsDue(tx: ReadTx, limit: number): DigestKey[] {
  return tx
    .all(sql`SELECT character_id, span, starts_on FROM digest_due ORDER BY starts_on LIMIT ${limit}`)
    .map(keyFromRow);
}

export function countDigestsDue(tx: ReadTx, characterId: CharacterId): number {
  return Number(
    tx.get(sql`SELECT COUNT(*) AS count FROM digest_due WHERE character_id = ${characterId}`)?.['count'] ?? 0,
  );
}

export function countDigests(tx: ReadTx, characterId: CharacterId): number {
  return Number(
    tx.get(sql`SELECT COUNT(*) AS count FROM digest WHERE character_id = ${characterId} AND deleted_hlc IS NULL`)?.[
      'count'
    ] ?? 0,
  );
}

/** Writes a digest in place of the one there was, and ends its being due. */
export function writeDigestRow(
  tx: WriteTx,
  id: DigestId,
  key: DigestKey,
  written: {
    readonly text: string;
    readonly writer: string;
    readonly messageCount: number;
    readonly sources: readonly DigestSource[];
    readonly createdAtMs: EpochMs;
  },
  hlc: Hlc,
): void {
  tx.run(
    'digest',
    sql`INSERT INTO digest (id, character_id, span, starts_on, text, writer, message_count, created_at_ms, updated_hlc)
        VALUES (${id}, ${key.characterId}, ${key.span}, ${key.startsOn}, ${written.text}, ${written.writer},
          ${written.messageCount}, ${written.createdAtMs}, ${hlc})
        ON CONFLICT (character_id, span, starts_on) DO UPDATE SET text = excluded.text, writer = excluded.writer,
          message_count = excluded.message_count, updated_hlc = excluded.updated_hlc, deleted_hlc = NULL`,
  );
  const kept = findDigestId(tx, key) ?? id;
  tx.run('digest_source', sql`DELETE FROM digest_source WHERE digest_id = ${kept}`);
  written.sources.forEach((source, position) => {
    tx.run(
      'digest_source',
      sql`INSERT INTO digest_source (digest_id, source_kind, source_id, position)
          VALUES (${kept}, ${source.kind}, ${source.id}, ${position}) ON CONFLICT DO NOTHING`,
    );
  });
  tx.noteChange('digest', kept, ['text', 'writer', 'message_count', 'sources', 'deleted_hlc'], hlc);
  endDue(tx, key);
}

/** Empties a digest that there is nothing left to write from, and ends its being due. */
export function removeDigest(tx: WriteTx, key: DigestKey, hlc: Hlc): void {
  const id = findDigestId(tx, key);
  if (id !== undefined) {
    emptyDigest(tx, id, hlc);
    tx.run('digest', sql`UPDATE digest SET deleted_hlc = ${hlc} WHERE id = ${id}`);
  }
  endDue(tx, key);
}

/** Takes the words out of every digest written from this, and notes that they must be written anew. */
export function emptyDigestsFrom(tx: WriteTx, source: DigestSource, hlc: Hlc): void {
  const rows = tx.all(
    sql`SELECT d.id, d.character_id, d.span, d.starts_on FROM digest_source s JOIN digest d ON d.id = s.digest_id
        WHERE s.source_id = ${source.id} AND s.source_kind = ${source.kind}`,
  );
  for (const row of rows) {
    emptyDigest(tx, row['id'] as DigestId, hlc);
    noteDigestDue(tx, keyFromRow(row));
  }
}

export function listDigests(
  tx: ReadTx,
  filter: {
    readonly characterId: CharacterId;
    readonly span: DigestSpan;
    readonly before?: string | undefined;
    readonly limit: number;
  },
): Digest[] {
  const before = filter.before === undefined ? sql`` : sql`AND starts_on < ${filter.before}`;
  const rows = tx.all(
    sql`SELECT id, character_id, span, starts_on, text, writer, message_count FROM digest
        WHERE character_id = ${filter.characterId} AND span = ${filter.span} AND deleted_hlc IS NULL AND text <> '' ${before}
        ORDER BY starts_on DESC LIMIT ${filter.limit}`,
  );
  return withSources(tx, rows);
}

export function findDigests(
  tx: ReadTx,
  characterId: CharacterId,
  span: DigestSpan,
  days: readonly string[],
): Map<string, Digest> {
  const rows = tx.all(
    sql`SELECT id, character_id, span, starts_on, text, writer, message_count FROM digest
        WHERE character_id = ${characterId} AND span = ${span} AND starts_on IN (${sqlList(days)})
          AND deleted_hlc IS NULL AND text <> ''`,
  );
  return new Map(withSources(tx, rows).map((digest) => [digest.startsOn, digest]));
}

function emptyDigest(tx: WriteTx, id: DigestId, hlc: Hlc): void {
  tx.run('digest', sql`UPDATE digest SET text = '', message_count = 0, updated_hlc = ${hlc} WHERE id = ${id}`);
  tx.run('digest_source', sql`DELETE FROM digest_source WHERE digest_id = ${id}`);
  tx.noteChange('digest', id, ['text', 'message_count', 'sources'], hlc);
}

function endDue(tx: WriteTx, key: DigestKey): void {
  tx.runDerived(
    sql`DELETE FROM digest_due WHERE character_id = ${key.characterId} AND span = ${key.span}
          AND starts_on = ${key.startsOn}`,
  );
}

function findDigestId(tx: ReadTx, key: DigestKey): DigestId | undefined {
  return tx.get(
    sql`SELECT id FROM digest WHERE character_id = ${key.characterId} AND span = ${key.span}
          AND starts_on = ${key.startsOn}`,
  )?.['id'] as DigestId | undefined;
}

function withSources(tx: ReadTx, rows: readonly Row[]): Digest[] {
  const sources = new Map<string, Digest['sources']>();
  for (const row of tx.all(
    sql`SELECT digest_id, source_kind, source_id FROM digest_source
        WHERE digest_id IN (${sqlList(rows.map((row) => String(row['id'])))}) ORDER BY digest_id, position`,
  )) {
    const id = String(row['digest_id']);
    const source: Digest['sources'][number] =
      row['source_kind'] === 'message'
        ? { kind: 'message', messageId: row['source_id'] as MessageId }
        : { kind: 'memory', memoryId: row['source_id'] as MemoryId };
    const known = sources.get(id);
    if (known) known.push(source);
    else sources.set(id, [source]);
  }
  return rows.map((row) => ({
    id: row['id'] as DigestId,
    ...keyFromRow(row),
    text: String(row['text']),
    writer: String(row['writer']),
    messageCount: Number(row['message_count']),
    sources: sources.get(String(row['id'])) ?? [],
  }));
}

function keyFromRow(row: Row): DigestKey {
  return {
    characterId: row['character_id'] as CharacterId,
    span: row['span'] as DigestSpan,
    startsOn: String(row['starts_on']),
  };
}
