import type { CharacterId } from '#shared/entities.ts';
import type { ReadTx, Row, WriteTx } from '../db/db.ts';
import { sql, type Sql } from '../db/sql.ts';
import type { ByteVector } from './quantise.ts';
import type { StoredVector } from './vector-matrix.ts';

/** What is searched: messages as they were said, or memories. */
export type Space = 'message' | 'memory';

/** A model whose vectors are kept, all or in the making. */
export interface StoredModel {
  readonly id: number;
  readonly name: string;
  readonly dimensions: number;
  /** The endpoint that makes them, and its own name for the model; null for the bundled one. */
  readonly endpoint: { readonly providerId: string; readonly model: string } | null;
  /** Everything there was has a vector: search may rely on it. */
  readonly complete: boolean;
}

/** A text that waits for its vectors. */
export interface Job {
  readonly seq: number;
  readonly space: Space;
  readonly itemSeq: number;
  readonly attempts: number;
  readonly characterId: CharacterId;
  readonly text: string;
  /** The models it has vectors of. */
  readonly modelIds: readonly number[];
}

/** Places of one partition: [first, first + PARTITION_PLACES). */
const PARTITION_PLACES = 2 ** 32;

export function listModels(tx: ReadTx): StoredModel[] {
  return tx
    .all(sql`SELECT id, name, dimensions, provider_id, provider_model, complete FROM embedding_model ORDER BY id`)
    .map((row) => ({
      id: Number(row['id']),
      name: String(row['name']),
      dimensions: Number(row['dimensions']),
      endpoint:
        row['provider_id'] === null
          ? null
          : { providerId: String(row['provider_id']), model: String(row['provider_model']) },
      complete: row['complete'] === 1,
    }));
}

export function addModel(tx: WriteTx, model: Omit<StoredModel, 'id' | 'complete'>): void {
  tx.run(
    'embedding_model',
    sql`INSERT INTO embedding_model (name, dimensions, provider_id, provider_model, complete, message_cursor, memory_cursor)
        VALUES (${model.name}, ${model.dimensions}, ${model.endpoint?.providerId ?? null}, ${model.endpoint?.model ?? null}, 0, 0, 0)`,
  );
}

/** How far a model in the making has come: rows that have a vector of it or a job, of all rows. Either may count deleted ones. */
export function readProgress(tx: ReadTx, modelId: number): { readonly done: number; readonly total: number } {
  const row = tx.get(
    sql`SELECT message_cursor + memory_cursor AS done,
          COALESCE((SELECT MAX(seq) FROM message), 0) + COALESCE((SELECT MAX(seq) FROM memory), 0) AS total
        FROM embedding_model WHERE id = ${modelId}`,
  );
  return { done: Number(row?.['done'] ?? 0), total: Number(row?.['total'] ?? 0) };
}

/**
 * Makes jobs for the next texts that were there before the model and have no vector of it. Answers with how many; when there
 * are no more and nothing waits, the model becomes complete and the answer is `complete`.
 */
export function advance(tx: WriteTx, modelId: number, limit: number): number | 'complete' {
  let made = 0;
  for (const space of ['message', 'memory'] as const) {
    const cursor = cursorOf(tx, modelId, space);
    const rows = tx.all(
      sql`SELECT t.seq, EXISTS (
            SELECT 1 FROM embedding e WHERE e.space = ${space} AND e.item_seq = t.seq AND e.model_id = ${modelId}
          ) AS has FROM ${space === 'message' ? sql`message` : sql`memory`} t WHERE t.seq > ${cursor} ORDER BY t.seq LIMIT ${limit - made}`,
    );
    const last = rows.at(-1);
    if (last === undefined) continue;
    for (const row of rows) {
      if (row['has'] === 1) continue;
      tx.runDerived(
        sql`INSERT OR IGNORE INTO embedding_job (space, item_seq) VALUES (${space}, ${Number(row['seq'])})`,
      );
    }
    setCursor(tx, modelId, space, Number(last['seq']));
    made += rows.length;
    if (made >= limit) return made;
  }
  if (made > 0) return made;
  if (tx.get(sql`SELECT 1 AS yes FROM embedding_job WHERE due_at_ms IS NOT NULL LIMIT 1`) !== undefined) return 0;
  tx.run('embedding_model', sql`UPDATE embedding_model SET complete = 1 WHERE id = ${modelId}`);
  return 'complete';
}

/** Deletes some of a model's vectors; false when none were left and the model itself is gone. */
export function purgeModel(tx: WriteTx, modelId: number, limit: number): boolean {
  const partition = tx.get(sql`SELECT id FROM embedding_partition WHERE model_id = ${modelId} LIMIT 1`);
  if (partition === undefined) {
    tx.run('embedding_model', sql`DELETE FROM embedding_model WHERE id = ${modelId}`);
    return false;
  }
  const first = Number(partition['id']) * PARTITION_PLACES;
  const { changes } = tx.runDerived(
    sql`DELETE FROM embedding WHERE place IN (
          SELECT place FROM embedding WHERE place >= ${first} AND place < ${first + PARTITION_PLACES} LIMIT ${limit}
        )`,
  );
  if (changes === 0) tx.runDerived(sql`DELETE FROM embedding_partition WHERE id = ${Number(partition['id'])}`);
  return true;
}

/** Jobs that are due, the newest first; only those that miss a vector of a model, when one is named. */
export function dueJobs(tx: ReadTx, nowMs: number, limit: number, missingModelId?: number): Job[] {
  const missing =
    missingModelId === undefined
      ? sql``
      : sql`AND NOT EXISTS (
          SELECT 1 FROM embedding e WHERE e.space = j.space AND e.item_seq = j.item_seq AND e.model_id = ${missingModelId}
        )`;
  return tx
    .all(
      sql`SELECT j.seq, j.space, j.item_seq, j.attempts FROM embedding_job j
          WHERE j.due_at_ms <= ${nowMs} ${missing} ORDER BY j.seq DESC LIMIT ${limit}`,
    )
    .map((row) => {
      const space = row['space'] as Space;
      const itemSeq = Number(row['item_seq']);
      const item = tx.get(itemStatement(space, itemSeq));
      return {
        seq: Number(row['seq']),
        space,
        itemSeq,
        attempts: Number(row['attempts']),
        characterId: (item?.['character_id'] ?? '') as CharacterId,
        text: String(item?.['text'] ?? '').trim(),
        modelIds: tx
          .all(sql`SELECT model_id FROM embedding WHERE space = ${space} AND item_seq = ${itemSeq}`)
          .map((each) => Number(each['model_id'])),
      };
    });
}

/** When the next job that is put off is due; null when none is. */
export function nextDueAt(tx: ReadTx, nowMs: number): number | null {
  const row = tx.get(sql`SELECT MIN(due_at_ms) AS due FROM embedding_job WHERE due_at_ms > ${nowMs}`);
  return row?.['due'] === null || row === undefined ? null : Number(row['due']);
}

/** Jobs that wait, and those that were given up. */
export function countJobs(tx: ReadTx): { readonly waiting: number; readonly failed: number } {
  const row = tx.get(sql`SELECT COUNT(*) AS all_jobs, COUNT(due_at_ms) AS waiting FROM embedding_job`);
  const waiting = Number(row?.['waiting'] ?? 0);
  return { waiting, failed: Number(row?.['all_jobs'] ?? 0) - waiting };
}

/** Whether the text is still as the job was made for: what changes or deletes it makes another job. */
export function jobStands(tx: ReadTx, { seq }: Job): boolean {
  return tx.get(sql`SELECT 1 AS yes FROM embedding_job WHERE seq = ${seq}`) !== undefined;
}

export function storeVector(tx: WriteTx, job: Job, modelId: number, { scale, bytes }: ByteVector): void {
  const place = nextPlace(tx, modelId, job.space, job.characterId);
  tx.runDerived(
    sql`INSERT OR REPLACE INTO embedding (place, space, item_seq, model_id, scale, vector)
        VALUES (${place}, ${job.space}, ${job.itemSeq}, ${modelId}, ${scale},
          ${new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)})`,
  );
}

export function finishJob(tx: WriteTx, { seq }: Job): void {
  tx.runDerived(sql`DELETE FROM embedding_job WHERE seq = ${seq}`);
}

/** Puts a job off, or (null) gives it up. */
export function postponeJob(tx: WriteTx, { seq }: Job, dueAtMs: number | null): void {
  tx.runDerived(sql`UPDATE embedding_job SET attempts = attempts + 1, due_at_ms = ${dueAtMs} WHERE seq = ${seq}`);
}

/** Jobs that were given up wait again. */
export function reviveJobs(tx: WriteTx): void {
  tx.runDerived(sql`UPDATE embedding_job SET attempts = 0, due_at_ms = 0 WHERE due_at_ms IS NULL`);
}

interface ItemVector extends StoredVector {
  readonly item: number;
}

export interface Partition {
  readonly id: number;
  readonly modelId: number;
  readonly dimensions: number;
}

export function findPartition(
  tx: ReadTx,
  model: string,
  space: Space,
  characterId: CharacterId,
): Partition | undefined {
  const row = tx.get(
    sql`SELECT p.id, p.model_id, m.dimensions FROM embedding_model m
        JOIN embedding_partition p ON p.model_id = m.id AND p.space = ${space} AND p.character_id = ${characterId}
        WHERE m.name = ${model}`,
  );
  return row && { id: Number(row['id']), modelId: Number(row['model_id']), dimensions: Number(row['dimensions']) };
}

/** The partition's vectors after a place (-1: from the first), in their order. */
export function vectorsAfter(tx: ReadTx, partitionId: number, place: number, limit: number): ItemVector[] {
  const first = partitionId * PARTITION_PLACES;
  return tx
    .all(
      sql`SELECT place, item_seq, scale, vector FROM embedding
          WHERE place > ${Math.max(place, first - 1)} AND place < ${first + PARTITION_PLACES} ORDER BY place LIMIT ${limit}`,
    )
    .map((row) => ({
      place: Number(row['place']),
      item: Number(row['item_seq']),
      scale: Number(row['scale']),
      bytes: row['vector'] as Uint8Array,
    }));
}

/** Place → id of the item whose vector stands there. What was deleted, itself or what it is part of, is left out. */
export function livingItems(tx: ReadTx, space: Space, places: readonly number[]): Map<number, string> {
  const rows = tx.all(
    space === 'message'
      ? sql`SELECT e.place, m.id FROM json_each(${JSON.stringify(places)}) j CROSS JOIN embedding e ON e.place = j.value
            CROSS JOIN message m ON m.seq = e.item_seq CROSS JOIN conversation c ON c.id = m.conversation_id
            WHERE m.deleted_hlc IS NULL AND c.deleted_hlc IS NULL`
      : sql`SELECT e.place, m.id FROM json_each(${JSON.stringify(places)}) j CROSS JOIN embedding e ON e.place = j.value
            CROSS JOIN memory m ON m.seq = e.item_seq WHERE m.deleted_hlc IS NULL`,
  );
  return new Map(rows.map((row) => [Number(row['place']), String(row['id'])]));
}

/** Those of these places that hold no vector any more. */
export function emptyPlaces(tx: ReadTx, places: readonly number[]): number[] {
  return tx
    .all(
      sql`SELECT j.value AS place FROM json_each(${JSON.stringify(places)}) j
          WHERE NOT EXISTS (SELECT 1 FROM embedding e WHERE e.place = j.value)`,
    )
    .map((row) => Number(row['place']));
}

/** Item → place of its vector. */
export function placesOf(tx: ReadTx, space: Space, modelId: number, itemSeqs: readonly number[]): Map<number, number> {
  const rows = tx.all(
    sql`SELECT e.item_seq, e.place FROM json_each(${JSON.stringify(itemSeqs)}) j
        CROSS JOIN embedding e INDEXED BY embedding_by_item ON e.space = ${space} AND e.item_seq = j.value AND e.model_id = ${modelId}`,
  );
  return new Map(rows.map((row) => [Number(row['item_seq']), Number(row['place'])]));
}

/** The newest words of what may be embedded; no row when it is deleted, being written, or not said by either of the two. */
function itemStatement(space: Space, seq: number): Sql {
  return space === 'message'
    ? sql`SELECT c.character_id, CASE WHEN m.edited THEN (
            SELECT r.text FROM message_revision r WHERE r.message_id = m.id ORDER BY r.created_hlc DESC LIMIT 1
          ) ELSE m.text END AS text
          FROM message m JOIN conversation c ON c.id = m.conversation_id
          WHERE m.seq = ${seq} AND m.deleted_hlc IS NULL AND m.state <> 'partial' AND m.author IN ('person', 'character')`
    : sql`SELECT character_id, text FROM memory WHERE seq = ${seq} AND deleted_hlc IS NULL`;
}

function nextPlace(tx: WriteTx, modelId: number, space: Space, characterId: CharacterId): number {
  const find = (): Row | undefined =>
    tx.get(
      sql`SELECT id, next_place FROM embedding_partition
          WHERE model_id = ${modelId} AND space = ${space} AND character_id = ${characterId}`,
    );
  let row = find();
  if (row === undefined) {
    tx.runDerived(
      sql`INSERT INTO embedding_partition (model_id, space, character_id, next_place)
          VALUES (${modelId}, ${space}, ${characterId}, 0)`,
    );
    row = find();
  }
  const id = Number(row?.['id']);
  const next = Number(row?.['next_place']);
  tx.runDerived(sql`UPDATE embedding_partition SET next_place = ${next + 1} WHERE id = ${id}`);
  return id * PARTITION_PLACES + next;
}

function cursorOf(tx: ReadTx, modelId: number, space: Space): number {
  const row = tx.get(sql`SELECT message_cursor, memory_cursor FROM embedding_model WHERE id = ${modelId}`);
  return Number(row?.[`${space}_cursor`] ?? 0);
}

function setCursor(tx: WriteTx, modelId: number, space: Space, seq: number): void {
  tx.run(
    'embedding_model',
    space === 'message'
      ? sql`UPDATE embedding_model SET message_cursor = ${seq} WHERE id = ${modelId}`
      : sql`UPDATE embedding_model SET memory_cursor = ${seq} WHERE id = ${modelId}`,
  );
}
