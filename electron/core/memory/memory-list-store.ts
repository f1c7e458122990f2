import type { EpochMs } from '#shared/base/time.ts';
import { queryTokens } from '#shared/chat/search-tokens.ts';
import type { CharacterId, MemoryId } from '#shared/entities.ts';
import type { memoryContract } from '#shared/memory/contract.ts';
import type { z } from 'zod';
import type { Db, ReadTx, Row } from '../db/db.ts';
import { sql, sqlList, type Sql } from '../db/sql.ts';
import { MEMORY_COLUMNS, memoryFromRow, ownerToken, type StoredMemory } from './memory-store.ts';

type ListInput = z.output<typeof memoryContract.list.input>;

/** Not superseded, ended, expired or forgotten. */
function isCurrent(nowMs: EpochMs): Sql {
  return sql`memory.deleted_hlc IS NULL AND NOT COALESCE(${isPast(nowMs)}, 0)
    AND (memory.expires_at_ms IS NULL OR memory.expires_at_ms > ${nowMs} OR memory.pinned = 1)`;
}

function isExpired(nowMs: EpochMs): Sql {
  return sql`memory.deleted_hlc IS NULL AND memory.superseded_by IS NULL AND memory.expires_at_ms <= ${nowMs}
    AND memory.pinned = 0`;
}

/** Another memory took its place, or its time is over. */
function isPast(nowMs: EpochMs): Sql {
  return sql`(memory.superseded_by IS NOT NULL
    OR (memory.valid_to_ms <= ${nowMs} AND memory.kind NOT IN ('event', 'significant')))`;
}

const ORDER: Record<ListInput['order'], Sql> = {
  newest: sql`memory.told_at_ms DESC, memory.seq DESC`,
  oldest: sql`memory.told_at_ms, memory.seq`,
  importance: sql`memory.pinned DESC, memory.importance DESC, memory.told_at_ms DESC`,
  recalled: sql`memory.last_recalled_at_ms DESC, memory.told_at_ms DESC`,
};

/** A page of memories, read on the reading thread. */
export async function listMemories(
  db: Db,
  input: ListInput,
  nowMs: EpochMs,
): Promise<{ readonly memories: StoredMemory[]; readonly total: number }> {
  const where = conditionsOf(input, nowMs);
  if (where === null) return { memories: [], total: 0 };
  const [rows, counts] = await Promise.all([
    db.readAside(
      sql`SELECT ${MEMORY_COLUMNS} FROM memory WHERE ${where} ORDER BY ${ORDER[input.order]}
          LIMIT ${input.limit} OFFSET ${input.offset}`,
    ),
    db.readAside(sql`SELECT COUNT(*) AS total FROM memory WHERE ${where}`),
  ]);
  return { memories: rows.map(memoryFromRow), total: Number(counts[0]?.['total'] ?? 0) };
}

/** Every current memory of a character, the newest `limit`. */
export async function currentMemories(
  db: Db,
  characterId: CharacterId,
  nowMs: EpochMs,
  limit: number,
): Promise<StoredMemory[]> {
  const rows = await db.readAside(
    sql`SELECT ${MEMORY_COLUMNS} FROM memory WHERE memory.character_id = ${characterId} AND ${isCurrent(nowMs)}
        ORDER BY memory.told_at_ms DESC LIMIT ${limit}`,
  );
  return rows.map(memoryFromRow);
}

/** Current facts and relationships that stay, and whatever is pinned: pinned first, then the most important. */
export function profileOf(tx: ReadTx, characterId: CharacterId, nowMs: EpochMs, limit: number): StoredMemory[] {
  return tx
    .all(
      sql`SELECT ${MEMORY_COLUMNS} FROM memory INDEXED BY memory_standing
          WHERE memory.character_id = ${characterId} AND ${isCurrent(nowMs)}
            AND (memory.pinned = 1 OR (memory.term = 'forever' AND memory.kind IN ('fact', 'relationship')))
          ORDER BY memory.pinned DESC, memory.importance DESC, memory.told_at_ms DESC LIMIT ${limit}`,
    )
    .map(memoryFromRow);
}

/** Memories told, or happening, within [from, to); oldest first. */
export function memoriesBetween(
  tx: ReadTx,
  characterId: CharacterId,
  fromMs: EpochMs,
  toMs: EpochMs,
  limit: number,
): StoredMemory[] {
  return tx
    .all(
      sql`SELECT ${MEMORY_COLUMNS} FROM memory
          WHERE memory.character_id = ${characterId} AND memory.deleted_hlc IS NULL
            AND memory.told_at_ms >= ${fromMs} AND memory.told_at_ms < ${toMs}
          ORDER BY memory.told_at_ms LIMIT ${limit}`,
    )
    .map(memoryFromRow);
}

/** When the newest memory told before a time was told. */
export function lastToldBefore(tx: ReadTx, characterId: CharacterId, beforeMs: EpochMs): EpochMs | null {
  const row = tx.get(
    sql`SELECT told_at_ms FROM memory INDEXED BY memory_by_character
        WHERE character_id = ${characterId} AND deleted_hlc IS NULL AND told_at_ms < ${beforeMs}
        ORDER BY told_at_ms DESC LIMIT 1`,
  );
  return row === undefined ? null : Number(row['told_at_ms']);
}

export interface MemoryCounts {
  readonly current: number;
  readonly superseded: number;
  readonly expired: number;
  readonly pinned: number;
  readonly byKind: ReadonlyMap<string, number>;
  readonly orphans: number;
}

/** Counted on the reading thread. */
export async function countMemories(db: Db, characterId: CharacterId, nowMs: EpochMs): Promise<MemoryCounts> {
  const ofCharacter = sql`memory.character_id = ${characterId}`;
  const [kinds, others] = await Promise.all([
    db.readAside(
      sql`SELECT kind, COUNT(*) AS count FROM memory WHERE ${ofCharacter} AND ${isCurrent(nowMs)} GROUP BY kind`,
    ),
    db.readAside(
      sql`SELECT COUNT(*) FILTER (WHERE ${isPast(nowMs)}) AS superseded,
            COUNT(*) FILTER (WHERE ${isExpired(nowMs)}) AS expired,
            COUNT(*) FILTER (WHERE pinned = 1) AS pinned,
            COUNT(*) FILTER (WHERE NOT EXISTS (
              SELECT 1 FROM memory_source s JOIN message m ON m.id = s.message_id
              WHERE s.memory_id = memory.id AND m.deleted_hlc IS NULL)) AS orphans
          FROM memory WHERE ${ofCharacter} AND deleted_hlc IS NULL`,
    ),
  ]);
  const byKind = new Map(kinds.map((row): [string, number] => [String(row['kind']), Number(row['count'])]));
  const count = (name: string): number => Number(others[0]?.[name] ?? 0);
  return {
    current: [...byKind.values()].reduce((sum, each) => sum + each, 0),
    superseded: count('superseded'),
    expired: count('expired'),
    pinned: count('pinned'),
    orphans: count('orphans'),
    byKind,
  };
}

export interface Facet {
  readonly value: string;
  readonly count: number;
}

/** The most used subjects and tags of current memories. */
export async function memoryFacets(
  db: Db,
  characterId: CharacterId,
  nowMs: EpochMs,
  limit: number,
): Promise<{ readonly subjects: Facet[]; readonly tags: Facet[] }> {
  const [subjects, tags] = await Promise.all([
    db.readAside(
      sql`SELECT subject AS value, COUNT(*) AS count FROM memory
          WHERE memory.character_id = ${characterId} AND ${isCurrent(nowMs)}
          GROUP BY subject ORDER BY count DESC, subject LIMIT ${limit}`,
    ),
    db.readAside(
      sql`SELECT tag.value AS value, COUNT(*) AS count FROM memory, json_each(memory.tags_json) AS tag
          WHERE memory.character_id = ${characterId} AND ${isCurrent(nowMs)}
          GROUP BY tag.value ORDER BY count DESC, tag.value LIMIT ${limit}`,
    ),
  ]);
  const facet = (row: Row): Facet => ({ value: String(row['value']), count: Number(row['count']) });
  return { subjects: subjects.map(facet), tags: tags.map(facet) };
}

/** Which of these ids are current. */
export function currentAmong(tx: ReadTx, ids: readonly MemoryId[], nowMs: EpochMs): StoredMemory[] {
  if (ids.length === 0) return [];
  return tx
    .all(
      sql`SELECT ${MEMORY_COLUMNS} FROM memory
          WHERE memory.id IN (${sqlList(ids)}) AND ${isCurrent(nowMs)}`,
    )
    .map(memoryFromRow);
}

/** Which of these are current, by their `seq`. */
export function currentBySeq(tx: ReadTx, seqs: readonly number[], nowMs: EpochMs): Map<number, StoredMemory> {
  const rows = tx.all(
    sql`SELECT memory.seq AS seq, ${MEMORY_COLUMNS} FROM json_each(${JSON.stringify(seqs)}) j
        CROSS JOIN memory ON memory.seq = j.value WHERE ${isCurrent(nowMs)}`,
  );
  return new Map(rows.map((row) => [Number(row['seq']), memoryFromRow(row)]));
}

function conditionsOf(input: ListInput, nowMs: EpochMs): Sql | null {
  const parts: Sql[] = [sql`memory.character_id = ${input.characterId}`];
  if (input.state === 'current') parts.push(isCurrent(nowMs));
  else if (input.state === 'expired') parts.push(isExpired(nowMs));
  else parts.push(sql`memory.deleted_hlc IS NULL`);
  if (input.state === 'superseded') parts.push(isPast(nowMs));
  if (input.kinds.length > 0) parts.push(sql`memory.kind IN (${sqlList(input.kinds)})`);
  if (input.subject !== undefined) parts.push(sql`memory.subject = ${input.subject}`);
  if (input.tag !== undefined)
    parts.push(sql`EXISTS (SELECT 1 FROM json_each(memory.tags_json) AS tag WHERE tag.value = ${input.tag})`);
  if (input.pinned !== undefined) parts.push(sql`memory.pinned = ${input.pinned}`);
  if (input.text.trim() !== '') {
    const { words, tokens } = queryTokens(input.text);
    if (tokens.length === 0) return null;
    const match = [...tokens, ownerToken(input.characterId)].map((token) => `"${token}"`).join(' AND ');
    parts.push(
      sql`memory.seq IN (SELECT rowid FROM memory_index WHERE memory_index MATCH ${match})
        AND search_match(memory.text || char(10) || memory.subject || char(10) || memory.tags_json, ${words.join('\n')})`,
    );
  }
  return parts.reduce((all, part) => sql`${all} AND ${part}`);
}
