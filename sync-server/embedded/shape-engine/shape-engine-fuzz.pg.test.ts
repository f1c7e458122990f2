import { isChangeMessage, ShapeStream } from '@electric-sql/client';
import type { Offset } from '@electric-sql/client';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startPostgres } from '../postgres.ts';
import type { EmbeddedPostgres } from '../postgres.ts';
import { createEngineProcess } from './engine-process-harness.ts';
import type { EngineProcess } from './engine-process-harness.ts';

/** Seeds that once found a fault stay; SHAPE_FUZZ_SEED adds one. */
const SEEDS = [1, 20_260, Number(process.env['SHAPE_FUZZ_SEED'] ?? Date.now() % 1_000_000)];
const STEPS = 200;
const READERS = 6;
const KEYS = 40;

type Row = Record<string, string | null>;

describe('the shape engine against chance', () => {
  let dir: string;
  let postgres: EmbeddedPostgres;
  beforeAll(async () => {
    dir = await mkdtemp(path.join(os.tmpdir(), 'tomoshibi-shape-fuzz-'));
    postgres = await startPostgres({ dir, durable: false });
  });
  afterAll(async () => {
    await postgres.stop();
    await rm(dir, { recursive: true, force: true });
  });

  test.for(SEEDS)(
    'seed %i: engine and readers killed, every reader ends equal to Postgres',
    { timeout: 180_000 },
    async (seed) => {
      const dice = createDice(seed);
      // The client says aloud when a shape begins anew.
      vi.spyOn(console, 'warn').mockImplementation(() => undefined);
      const name = `fuzz_${seed}`;
      const db = new pg.Client(postgres.url());
      await db.connect();
      await db.query(
        `CREATE TABLE ${name} (id int PRIMARY KEY, title text, number int NOT NULL, owner text NOT NULL, long text)`,
      );
      const engine = await createEngineProcess({
        DATABASE_URL: postgres.url(),
        ELECTRIC_STORAGE_DIR: path.join(dir, name),
        ELECTRIC_REPLICATION_STREAM_ID: name,
        ELECTRIC_SHAPE_CHUNK_BYTES_THRESHOLD: '3000',
      });
      await engine.start();
      const readers = Array.from({ length: READERS }, (_, i) =>
        createReader(engine, name, randomFilter(dice), i % 2 === 0),
      );
      try {
        for (let step = 0; step < STEPS; step++) {
          await writeSomething(db, name, dice);
          if (dice(40) === 0) {
            await engine.kill();
            if (dice(2) === 0) await writeSomething(db, name, dice);
            await engine.start();
          }
          const reader = readers[dice(READERS * 3)];
          if (reader) reader.restart();
        }
        for (const reader of readers) {
          const { rows } = await db.query<Row>(
            `SELECT id::text, title, number::text, owner, long FROM ${name} WHERE ${reader.where} ORDER BY ${name}.id`,
          );
          expect(reader.problems).toEqual([]);
          await vi.waitFor(() => expect(reader.rows()).toEqual(rows), { timeout: 20_000, interval: 50 });
        }
      } finally {
        for (const reader of readers) reader.stop();
        await engine.kill();
        await db.query(`DROP TABLE ${name}`);
        await db.end();
      }
    },
  );
});

/** Gives whole numbers below `sides`, the same for the same seed. */
type Dice = (sides: number) => number;

function createDice(seed: number): Dice {
  let state = seed >>> 0;
  return (sides) => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
}

function randomFilter(dice: Dice): string {
  const filters = [
    'true',
    `owner = 'owner ${dice(3)}'`,
    `number > ${dice(50)}`,
    `owner = 'owner ${dice(3)}' AND number < ${30 + dice(50)}`,
    `title LIKE '%${dice(10)}%'`,
    `title IS NULL OR number IN (${dice(9)}, ${dice(99)})`,
    `id = ${dice(KEYS)}`,
  ];
  return filters[dice(filters.length)] ?? 'true';
}

async function writeSomething(db: pg.Client, table: string, dice: Dice): Promise<void> {
  await db.query('BEGIN');
  for (let left = 1 + dice(6); left > 0; left--) {
    const id = dice(KEYS);
    const values = [id, dice(5) === 0 ? null : `title ${dice(100)}`, dice(100), `owner ${dice(3)}`];
    const kind = dice(20);
    if (kind < 8)
      await db.query(
        `INSERT INTO ${table} VALUES ($1, $2, $3, $4, ${dice(8) === 0 ? `repeat(md5('${dice(9)}'), 200)` : 'NULL'})
         ON CONFLICT (id) DO UPDATE SET title = excluded.title, number = excluded.number`,
        values,
      );
    else if (kind < 12) await db.query(`UPDATE ${table} SET number = number + 1 WHERE owner = $1`, [values[3]]);
    else if (kind < 14) await db.query(`UPDATE ${table} SET owner = $2 WHERE id = $1`, [id, values[3]]);
    else if (kind < 16)
      await db.query(
        `UPDATE ${table} SET id = $2 WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM ${table} WHERE id = $2)`,
        [id, dice(KEYS)],
      );
    else if (kind < 19 || dice(10) > 0) await db.query(`DELETE FROM ${table} WHERE id = $1`, [id]);
    else await db.query(`TRUNCATE ${table}`);
  }
  await db.query(dice(8) === 0 ? 'ROLLBACK' : 'COMMIT');
}

interface Reader {
  readonly where: string;
  readonly problems: readonly unknown[];
  /** Dies, and goes on from what it had stored with its last whole batch. */
  restart(): void;
  stop(): void;
  rows(): Row[];
}

function createReader(engine: EngineProcess, table: string, where: string, liveSse: boolean): Reader {
  let stored: { rows: Map<string, Row>; handle: string | undefined; offset: Offset } = {
    rows: new Map(),
    handle: undefined,
    offset: '-1',
  };
  let gone = new AbortController();
  const problems: unknown[] = [];
  const start = (): void => {
    const mine = new AbortController();
    gone = mine;
    const stream = new ShapeStream<Record<string, string>>({
      url: `${engine.url}/v1/shape`,
      params: { table, where },
      ...(stored.handle === undefined ? {} : { handle: stored.handle, offset: stored.offset }),
      liveSse,
      signal: mine.signal,
      // Values as Postgres writes them, to be compared with Postgres.
      parser: { int4: (value: string) => value },
      backoffOptions: { initialDelay: 20, maxDelay: 200, multiplier: 1.5 },
    });
    stream.subscribe(
      (messages) => {
        if (mine.signal.aborted) return;
        const rows = new Map(stored.rows);
        for (const message of messages) {
          if (message.headers.control === 'must-refetch') rows.clear();
          if (!isChangeMessage(message)) continue;
          if (message.headers.operation === 'delete') rows.delete(message.key);
          else rows.set(message.key, { ...rows.get(message.key), ...message.value });
        }
        stored = { rows, handle: stream.shapeHandle, offset: stream.lastOffset };
      },
      (error) => {
        // A stream that gives up would be behind for ever.
        if (!mine.signal.aborted) problems.push(error);
      },
    );
  };
  start();
  return {
    where,
    problems,
    restart() {
      gone.abort();
      start();
    },
    stop: () => gone.abort(),
    rows: () => [...stored.rows.values()].sort((a, b) => Number(a['id']) - Number(b['id'])),
  };
}
