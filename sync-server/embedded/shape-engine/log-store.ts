import Database from 'better-sqlite3';
import { mkdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import type { Definition } from './definition.ts';
import type { LogEntry } from './messages.ts';
import type { Offset } from './offset.ts';
import type { SnapshotMark } from './snapshot.ts';

export interface StoredShape {
  readonly id: number;
  readonly handle: string;
  readonly definition: Definition;
  readonly signature: string;
  readonly mark: SnapshotMark;
  readonly chunkCount: number;
  /** The newest entry's place, or null when there is none. */
  readonly last: Offset | null;
  readonly logBytes: number;
  /** Bytes since the last chunk boundary. */
  readonly openBytes: number;
}

/** An entry on its way into the log. */
export interface NewEntry extends LogEntry {
  readonly shapeId: number;
  /** A response that reaches this entry ends with it. */
  readonly endsChunk: boolean;
}

export interface StoredEntry extends LogEntry {
  readonly endsChunk: boolean;
}

/**
 * Shapes, their snapshots and their logs, in one SQLite file. What was written survives the death of this process at once, and the
 * death of the machine after `sync()`: only then may Postgres forget it.
 */
export interface LogStore {
  /** Which database and slot the logs belong to; null when the file is new. */
  readonly origin: string | null;
  /** Where the newest stored transaction ends; the stream goes on from there. */
  readonly storedLsn: number;
  /** Throws away every shape and begins for that origin, from there. */
  reset(origin: string, storedLsn: number): void;
  /** Shapes whose snapshot is whole; the others are thrown away. */
  shapes(): readonly StoredShape[];
  addShape(handle: string, definition: Definition, signature: string, mark: SnapshotMark): number;
  addChunk(shapeId: number, index: number, body: Buffer): void;
  finishSnapshot(shapeId: number, chunkCount: number): void;
  chunk(shapeId: number, index: number): Buffer | undefined;
  /** All entries and the new place, or nothing. */
  append(entries: readonly NewEntry[], storedLsn: number): void;
  /** Entries after the offset, to the end or to a chunk boundary. */
  read(
    shapeId: number,
    after: Offset,
  ): { readonly bodies: readonly string[]; readonly last: Offset | null; readonly isEnd: boolean };
  entries(shapeId: number): readonly StoredEntry[];
  /** Puts other entries in place of all those up to the offset. */
  replace(shapeId: number, upTo: Offset, entries: readonly StoredEntry[]): void;
  /** Forgets the shape at once; its rows go in small steps. */
  drop(shapeId: number): Promise<void>;
  /** Gives the newest place that is safe on the disk. */
  sync(): Promise<number>;
  close(): void;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS origin (id INTEGER PRIMARY KEY CHECK (id = 1), name TEXT NOT NULL, stored_lsn INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS shape (
    id INTEGER PRIMARY KEY AUTOINCREMENT, handle TEXT NOT NULL UNIQUE, definition TEXT NOT NULL, signature TEXT NOT NULL,
    mark TEXT NOT NULL, chunk_count INTEGER, is_dropped INTEGER NOT NULL DEFAULT 0) STRICT;
  CREATE TABLE IF NOT EXISTS chunk (
    shape_id INTEGER NOT NULL, number INTEGER NOT NULL, body BLOB NOT NULL, UNIQUE (shape_id, number)) STRICT;
  CREATE TABLE IF NOT EXISTS entry (
    shape_id INTEGER NOT NULL, lsn INTEGER NOT NULL, op INTEGER NOT NULL, ends_chunk INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (shape_id, lsn, op)) STRICT, WITHOUT ROWID;
`;

const DROP_STEP = 2_000;
/** Entries read in one go; a chunk ends long before with any sensible size of chunk. */
const OP_MAX = Number.MAX_SAFE_INTEGER;

/** Opens or makes the file in `dir`; null keeps everything in memory. Throws when another engine has it open. */
export function openLogStore(dir: string | null): LogStore {
  if (dir !== null) mkdirSync(dir, { recursive: true });
  const file = dir === null ? ':memory:' : path.join(dir, 'shapes.sqlite');
  const db = new Database(file);
  // Alone in the file, so no shared memory is needed, and a second engine is refused at once.
  db.pragma('locking_mode = EXCLUSIVE');
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.pragma('cache_size = -65536');
  db.pragma('wal_autocheckpoint = 4000');
  db.exec(SCHEMA);

  const one = db.prepare('SELECT name, stored_lsn FROM origin').get() as
    { name: string; stored_lsn: number } | undefined;
  let origin = one?.name ?? null;
  let storedLsn = one?.stored_lsn ?? 0;
  let isClosed = false;

  const insertEntry = db.prepare('INSERT INTO entry (shape_id, lsn, op, ends_chunk, body) VALUES (?, ?, ?, ?, ?)');
  const setLsn = db.prepare('UPDATE origin SET stored_lsn = ?');
  const readEntries = db.prepare(
    `SELECT lsn, op, ends_chunk, body FROM entry WHERE shape_id = ? AND (lsn, op) > (?, ?) ORDER BY lsn, op`,
  );
  const readChunk = db.prepare('SELECT body FROM chunk WHERE shape_id = ? AND number = ?').pluck();
  const insertChunk = db.prepare('INSERT INTO chunk (shape_id, number, body) VALUES (?, ?, ?)');
  const insertShape = db.prepare('INSERT INTO shape (handle, definition, signature, mark) VALUES (?, ?, ?, ?)');
  const appendAll = db.transaction((entries: readonly NewEntry[], lsn: number) => {
    for (const entry of entries)
      insertEntry.run(entry.shapeId, entry.lsn, entry.op, entry.endsChunk ? 1 : 0, entry.body);
    setLsn.run(lsn);
  });

  interface EntryRow {
    readonly lsn: number;
    readonly op: number;
    readonly ends_chunk: number;
    readonly body: string;
  }

  async function removeRows(shapeId: number): Promise<void> {
    for (const table of ['entry', 'chunk'] as const) {
      const rest =
        table === 'entry'
          ? db.prepare(
              `DELETE FROM entry WHERE shape_id = ? AND (lsn, op) <= (SELECT lsn, op FROM (
                 SELECT lsn, op FROM entry WHERE shape_id = ? ORDER BY lsn, op LIMIT ${DROP_STEP}) ORDER BY lsn DESC, op DESC LIMIT 1)`,
            )
          : db.prepare(
              'DELETE FROM chunk WHERE shape_id = ? AND number IN (SELECT number FROM chunk WHERE shape_id = ? LIMIT 20)',
            );
      while (!isClosed && rest.run(shapeId, shapeId).changes > 0) await new Promise((resolve) => setImmediate(resolve));
    }
    if (!isClosed) db.prepare('DELETE FROM shape WHERE id = ?').run(shapeId);
  }

  return {
    get origin() {
      return origin;
    },
    get storedLsn() {
      return storedLsn;
    },
    reset(name, lsn) {
      db.transaction(() => {
        db.exec('DELETE FROM entry; DELETE FROM chunk; DELETE FROM shape; DELETE FROM origin');
        db.prepare('INSERT INTO origin (id, name, stored_lsn) VALUES (1, ?, ?)').run(name, lsn);
      })();
      origin = name;
      storedLsn = lsn;
    },
    shapes() {
      const stale = db
        .prepare('SELECT id FROM shape WHERE is_dropped OR chunk_count IS NULL')
        .pluck()
        .all() as number[];
      for (const id of stale) db.prepare('UPDATE shape SET is_dropped = 1 WHERE id = ?').run(id);
      for (const id of stale) void removeRows(id);
      const rows = db.prepare('SELECT * FROM shape WHERE NOT is_dropped').all() as {
        id: number;
        handle: string;
        definition: string;
        signature: string;
        mark: string;
        chunk_count: number;
      }[];
      const last = db.prepare('SELECT lsn, op FROM entry WHERE shape_id = ? ORDER BY lsn DESC, op DESC LIMIT 1');
      const bytes = db.prepare('SELECT coalesce(sum(length(body) + 1), 0) FROM entry WHERE shape_id = ?').pluck();
      const openBytes = db
        .prepare(
          `SELECT coalesce(sum(length(body) + 1), 0) FROM entry WHERE shape_id = ? AND (lsn, op) > (
             SELECT coalesce(max(lsn), -1), coalesce(max(op), -1) FROM (
               SELECT lsn, op FROM entry WHERE shape_id = ? AND ends_chunk ORDER BY lsn DESC, op DESC LIMIT 1))`,
        )
        .pluck();
      return rows.map((row) => ({
        id: row.id,
        handle: row.handle,
        definition: JSON.parse(row.definition) as Definition,
        signature: row.signature,
        mark: parseMark(row.mark),
        chunkCount: row.chunk_count,
        last: (last.get(row.id) as Offset | undefined) ?? null,
        logBytes: bytes.get(row.id) as number,
        openBytes: openBytes.get(row.id, row.id) as number,
      }));
    },
    addShape(handle, definition, signature, mark) {
      return Number(insertShape.run(handle, JSON.stringify(definition), signature, writeMark(mark)).lastInsertRowid);
    },
    addChunk(shapeId, index, body) {
      insertChunk.run(shapeId, index, body);
    },
    finishSnapshot(shapeId, chunkCount) {
      db.prepare('UPDATE shape SET chunk_count = ? WHERE id = ?').run(chunkCount, shapeId);
    },
    chunk: (shapeId, index) => readChunk.get(shapeId, index) as Buffer | undefined,
    append(entries, lsn) {
      if (entries.length > 0) appendAll(entries, lsn);
      storedLsn = lsn;
    },
    read(shapeId, after) {
      const bodies: string[] = [];
      let last: Offset | null = null;
      const op = after.op === Infinity ? OP_MAX : Math.min(after.op, OP_MAX);
      const lsn = Math.min(after.lsn, OP_MAX);
      for (const row of readEntries.iterate(shapeId, lsn, op) as IterableIterator<EntryRow>) {
        bodies.push(row.body);
        last = { lsn: row.lsn, op: row.op };
        if (row.ends_chunk === 1) return { bodies, last, isEnd: false };
      }
      return { bodies, last, isEnd: true };
    },
    entries(shapeId) {
      const rows = readEntries.all(shapeId, -1, -1) as EntryRow[];
      return rows.map((row) => ({ lsn: row.lsn, op: row.op, endsChunk: row.ends_chunk === 1, body: row.body }));
    },
    replace(shapeId, upTo, entries) {
      db.transaction(() => {
        db.prepare('DELETE FROM entry WHERE shape_id = ? AND (lsn, op) <= (?, ?)').run(shapeId, upTo.lsn, upTo.op);
        for (const entry of entries) insertEntry.run(shapeId, entry.lsn, entry.op, entry.endsChunk ? 1 : 0, entry.body);
      })();
    },
    async drop(shapeId) {
      db.prepare('UPDATE shape SET is_dropped = 1 WHERE id = ?').run(shapeId);
      await removeRows(shapeId);
    },
    async sync() {
      const lsn = storedLsn;
      if (origin !== null && !isClosed) setLsn.run(lsn);
      if (dir === null) return lsn;
      // Another descriptor of the same file: the disk does not mind who asks, and this thread need not wait.
      const wal = await open(`${file}-wal`, 'r+');
      try {
        await wal.datasync();
      } finally {
        await wal.close();
      }
      return lsn;
    },
    close() {
      isClosed = true;
      db.close();
    },
  };
}

function writeMark(mark: SnapshotMark): string {
  return JSON.stringify({ xmin: String(mark.xmin), xmax: String(mark.xmax), xip: mark.xip.map(String), lsn: mark.lsn });
}

function parseMark(text: string): SnapshotMark {
  const mark = JSON.parse(text) as { xmin: string; xmax: string; xip: string[]; lsn: number };
  return { xmin: BigInt(mark.xmin), xmax: BigInt(mark.xmax), xip: mark.xip.map(BigInt), lsn: mark.lsn };
}
