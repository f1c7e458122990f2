import type { EpochMs, Hlc } from '#shared/base/time.ts';
import { indexTokens } from '#shared/chat/search-tokens.ts';
import type { CharacterId, MemoryId } from '#shared/entities.ts';
import type { Memory } from '#shared/memory/contract.ts';
import { asksForName, relatedAttributes } from '#shared/memory/merge.ts';
import type { ReadTx, Row, WriteTx } from '../db/db.ts';
import { sql, sqlList, type Sql } from '../db/sql.ts';

/** A memory as stored: how vivid it is now is for whoever knows the time. */
export type StoredMemory = Omit<Memory, 'salience'>;

export const MEMORY_COLUMNS = sql`memory.id, memory.character_id, memory.kind, memory.text, memory.subject, memory.attribute,
  memory.emotion, memory.tags_json, memory.origin, memory.edited, memory.told_at_ms, memory.importance, memory.valid_from_ms,
  memory.valid_to_ms, memory.superseded_by, memory.term, memory.expires_at_ms, memory.pinned, memory.last_recalled_at_ms,
  memory.recall_count, memory.created_at_ms,
  (SELECT COUNT(*) FROM memory_source s WHERE s.memory_id = memory.id) AS source_count`;

/** Columns that change together and share a clock. */
const GROUPS = {
  content_hlc: ['kind', 'text', 'subject', 'attribute', 'emotion', 'tags', 'origin', 'edited', 'toldAtMs'],
  importance_hlc: ['importance'],
  validity_hlc: ['validFromMs', 'validToMs', 'supersededBy'],
  term_hlc: ['term', 'expiresAtMs'],
  pinned_hlc: ['pinned'],
} as const satisfies Record<string, readonly (keyof MemoryFields)[]>;

const COLUMN: Record<keyof MemoryFields, string> = {
  kind: 'kind',
  text: 'text',
  subject: 'subject',
  attribute: 'attribute',
  emotion: 'emotion',
  tags: 'tags_json',
  origin: 'origin',
  edited: 'edited',
  toldAtMs: 'told_at_ms',
  importance: 'importance',
  validFromMs: 'valid_from_ms',
  validToMs: 'valid_to_ms',
  supersededBy: 'superseded_by',
  term: 'term',
  expiresAtMs: 'expires_at_ms',
  pinned: 'pinned',
};

export type MemoryFields = Pick<
  Memory,
  | 'kind'
  | 'text'
  | 'subject'
  | 'attribute'
  | 'emotion'
  | 'tags'
  | 'origin'
  | 'edited'
  | 'toldAtMs'
  | 'importance'
  | 'validFromMs'
  | 'validToMs'
  | 'supersededBy'
  | 'term'
  | 'expiresAtMs'
  | 'pinned'
>;

/** A living memory: not forgotten, but perhaps superseded or expired. */
export function findMemory(tx: ReadTx, id: MemoryId): StoredMemory | undefined {
  const row = tx.get(sql`SELECT ${MEMORY_COLUMNS} FROM memory WHERE id = ${id} AND deleted_hlc IS NULL`);
  return row && memoryFromRow(row);
}

export function findMemories(tx: ReadTx, ids: readonly MemoryId[]): StoredMemory[] {
  return tx
    .all(sql`SELECT ${MEMORY_COLUMNS} FROM memory WHERE id IN (${sqlList(ids)}) AND deleted_hlc IS NULL`)
    .map(memoryFromRow);
}

/**
 * What a new telling is compared with: memories about the same subject whose attribute has to do with its own, or none when
 * it has none; what asks for a name is compared whoever it is about. Superseded ones included, the newest `limit` of each attribute, newest first.
 */
export function memoriesLike(
  tx: ReadTx,
  characterId: CharacterId,
  telling: { readonly subject: string; readonly attribute: string | null },
  limit: number,
): StoredMemory[] {
  const where = (attribute: Sql): Row[] =>
    tx.all(
      sql`SELECT ${MEMORY_COLUMNS} FROM memory INDEXED BY memory_by_attribute
          WHERE character_id = ${characterId} AND subject = ${telling.subject} AND ${attribute} AND deleted_hlc IS NULL
          ORDER BY told_at_ms DESC LIMIT ${limit}`,
    );
  if (telling.attribute === null) return where(sql`attribute IS NULL`).map(memoryFromRow);
  if (asksForName(telling.attribute)) {
    return tx
      .all(
        sql`SELECT ${MEMORY_COLUMNS} FROM memory INDEXED BY memory_by_name
            WHERE character_id = ${characterId} AND attribute = ${telling.attribute} AND attribute LIKE '%:name'
              AND deleted_hlc IS NULL
            ORDER BY told_at_ms DESC LIMIT ${limit}`,
      )
      .map(memoryFromRow);
  }
  const { exact, within } = relatedAttributes(telling.attribute);
  const rows = [
    ...exact.flatMap((attribute) => where(sql`attribute = ${attribute}`)),
    // The sign after the colon ends what begins with it.
    ...where(sql`attribute >= ${within} AND attribute < ${`${within.slice(0, -1)};`}`),
  ];
  return rows.map(memoryFromRow).sort((one, other) => other.toldAtMs - one.toldAtMs);
}

/** What a memory took the place of, newest first. */
export function supersededBy(tx: ReadTx, id: MemoryId): StoredMemory[] {
  return tx
    .all(
      sql`SELECT ${MEMORY_COLUMNS} FROM memory WHERE superseded_by = ${id} AND deleted_hlc IS NULL
          ORDER BY told_at_ms DESC`,
    )
    .map(memoryFromRow);
}

export function insertMemory(
  tx: WriteTx,
  id: MemoryId,
  characterId: CharacterId,
  fields: MemoryFields,
  createdAtMs: EpochMs,
  hlc: Hlc,
): void {
  tx.run(
    'memory',
    sql`INSERT INTO memory (id, character_id, kind, text, subject, attribute, emotion, tags_json, origin, edited, told_at_ms,
          content_hlc, importance, importance_hlc, valid_from_ms, valid_to_ms, superseded_by, validity_hlc, term,
          expires_at_ms, term_hlc, pinned, pinned_hlc, created_at_ms, created_hlc)
        VALUES (${id}, ${characterId}, ${fields.kind}, ${fields.text}, ${fields.subject}, ${fields.attribute},
          ${fields.emotion}, ${JSON.stringify(fields.tags)}, ${fields.origin}, ${fields.edited}, ${fields.toldAtMs}, ${hlc},
          ${fields.importance}, ${hlc}, ${fields.validFromMs}, ${fields.validToMs}, ${fields.supersededBy}, ${hlc},
          ${fields.term}, ${fields.expiresAtMs}, ${hlc}, ${fields.pinned}, ${hlc}, ${createdAtMs}, ${hlc})`,
  );
  tx.noteChange('memory', id, ['character_id', 'created_at_ms', ...Object.values(COLUMN)], hlc);
  indexMemory(tx, id);
}

/** Writes the given fields; each group they belong to gets the stamp. */
export function updateMemory(tx: WriteTx, id: MemoryId, changes: Partial<MemoryFields>, hlc: Hlc): void {
  const fields = (Object.keys(changes) as (keyof MemoryFields)[]).filter((field) => changes[field] !== undefined);
  if (fields.length === 0) return;
  const values = fields.map((field) => sql`${named(COLUMN[field])} = ${storable(changes[field] ?? null)}`);
  const clocks = Object.entries(GROUPS)
    .filter(([, group]) => group.some((field) => changes[field] !== undefined))
    .map(([clock]) => sql`${named(clock)} = ${hlc}`);
  const assignments = [...values, ...clocks].reduce((all, one) => sql`${all}, ${one}`);
  tx.run('memory', sql`UPDATE memory SET ${assignments} WHERE id = ${id}`);
  tx.noteChange(
    'memory',
    id,
    fields.map((field) => COLUMN[field]),
    hlc,
  );
  if (changes.text !== undefined || changes.tags !== undefined || changes.subject !== undefined) indexMemory(tx, id);
}

/** Sets or (null) lifts the tombstone, and takes the memory out of the index or puts it back. */
export function setMemoryDeleted(tx: WriteTx, id: MemoryId, deleted: boolean, hlc: Hlc): boolean {
  const { changes } = tx.run(
    'memory',
    sql`UPDATE memory SET deleted_hlc = ${deleted ? hlc : null}
        WHERE id = ${id} AND ${deleted ? sql`deleted_hlc IS NULL` : sql`deleted_hlc IS NOT NULL`}`,
  );
  if (changes > 0) {
    tx.noteChange('memory', id, ['deleted_hlc'], hlc);
    indexMemory(tx, id);
  }
  return changes > 0;
}

/** Leaves only ids and clocks of a memory that was forgotten. */
export function scrubMemory(tx: WriteTx, id: MemoryId): void {
  tx.run(
    'memory',
    sql`UPDATE memory SET text = '', subject = '', attribute = NULL, emotion = NULL, tags_json = '[]', importance = 0,
          valid_from_ms = NULL, valid_to_ms = NULL, expires_at_ms = NULL, last_recalled_at_ms = NULL, recall_count = 0
        WHERE id = ${id} AND deleted_hlc IS NOT NULL`,
  );
}

/** Counts a recall: the memory stays vivid, and its expiry moves on. */
export function noteRecalled(tx: WriteTx, id: MemoryId, atMs: EpochMs, expiresAtMs: EpochMs | null): void {
  tx.run(
    'memory',
    sql`UPDATE memory SET last_recalled_at_ms = ${atMs}, recall_count = recall_count + 1, expires_at_ms = ${expiresAtMs}
        WHERE id = ${id} AND deleted_hlc IS NULL`,
  );
}

/** Unpinned memories that expired before a time, the oldest first. */
export function expiredBefore(tx: ReadTx, beforeMs: EpochMs, limit: number): MemoryId[] {
  return tx
    .all(
      sql`SELECT id FROM memory WHERE deleted_hlc IS NULL AND expires_at_ms IS NOT NULL AND expires_at_ms < ${beforeMs}
            AND pinned = 0 ORDER BY expires_at_ms LIMIT ${limit}`,
    )
    .map((row) => row['id'] as MemoryId);
}

/** Makes the index of memories again from their rows. */
export function rebuildMemoryIndex(tx: WriteTx): void {
  tx.runDerived(sql`DELETE FROM memory_index`);
  for (const row of tx.all(sql`SELECT id FROM memory WHERE deleted_hlc IS NULL`))
    indexMemory(tx, row['id'] as MemoryId);
}

/** A token of its own for a character, which no text's token can be. */
export function ownerToken(characterId: CharacterId): string {
  return `\u{E001}${characterId.replaceAll('-', '')}`;
}

export function memoryFromRow(row: Row): StoredMemory {
  return {
    id: row['id'] as MemoryId,
    characterId: row['character_id'] as CharacterId,
    kind: row['kind'] as Memory['kind'],
    text: String(row['text']),
    subject: String(row['subject']),
    attribute: row['attribute'] as string | null,
    emotion: row['emotion'] as string | null,
    tags: JSON.parse(String(row['tags_json'])) as string[],
    origin: row['origin'] as Memory['origin'],
    edited: row['edited'] === 1,
    toldAtMs: Number(row['told_at_ms']),
    importance: Number(row['importance']),
    validFromMs: numberOrNull(row['valid_from_ms']),
    validToMs: numberOrNull(row['valid_to_ms']),
    supersededBy: row['superseded_by'] as MemoryId | null,
    term: row['term'] as Memory['term'],
    expiresAtMs: numberOrNull(row['expires_at_ms']),
    pinned: row['pinned'] === 1,
    lastRecalledAtMs: numberOrNull(row['last_recalled_at_ms']),
    recallCount: Number(row['recall_count']),
    createdAtMs: Number(row['created_at_ms']),
    sourceCount: Number(row['source_count']),
  };
}

function storable(value: MemoryFields[keyof MemoryFields]): string | number | boolean | null {
  return Array.isArray(value) ? JSON.stringify(value) : value;
}

/** A column by name; the names are ours, never a caller's text. */
function named(column: string): Sql {
  return { text: column, values: [] };
}

function indexMemory(tx: WriteTx, id: MemoryId): void {
  const row = tx.get(sql`SELECT seq, character_id, text, subject, tags_json, deleted_hlc FROM memory WHERE id = ${id}`);
  if (row === undefined) return;
  const seq = Number(row['seq']);
  tx.runDerived(sql`DELETE FROM memory_index WHERE rowid = ${seq}`);
  if (row['deleted_hlc'] !== null) return;
  const tags = JSON.parse(String(row['tags_json'])) as string[];
  const text = [String(row['text']), String(row['subject']), ...tags].join('\n');
  const tokens = [...indexTokens(text), ownerToken(row['character_id'] as CharacterId)].join(' ');
  tx.runDerived(sql`INSERT INTO memory_index (rowid, tokens) VALUES (${seq}, ${tokens})`);
}

function numberOrNull(value: Row[string] | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}
