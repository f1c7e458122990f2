import { isChangeMessage, Shape, ShapeStream } from '@electric-sql/client';
import type { Message, Offset, ShapeStreamInterface, ShapeStreamOptions } from '@electric-sql/client';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest';

/** What is tested: an engine that listens without a secret and allows deletion, on a database that may be written to. */
export interface Subject {
  readonly url: string;
  readonly databaseUrl: string;
  /** Bytes at which the engine was told to end an answer. */
  readonly chunkBytes: number;
}

/** A fresh table for every test of a suite, and ways to write to it and to read its shape. */
export interface SuiteTable {
  readonly schema: string;
  /** Quoted, of the connection's own schema. */
  readonly name: string;
  readonly db: pg.Client;
  readonly signal: AbortSignal;
  ask(params: Record<string, string>, init?: RequestInit): Promise<Response>;
  /** Makes the shape; where its reader is then. */
  start(params?: Record<string, string>): Promise<Place>;
  /** Inserts rows with these titles; their ids. */
  insert(...titles: string[]): Promise<string[]>;
  follow(options?: Partial<ShapeStreamOptions>, params?: Record<string, string | string[]>): ShapeStream;
  /** Everything the log holds now, from the beginning. */
  wholeLog(params?: Record<string, string>): Promise<readonly Message[]>;
  /** The log's changes, as soon as there are so many. */
  logOf(count: number, params?: Record<string, string>): Promise<readonly Message[]>;
}

export interface Place {
  readonly handle: string;
  readonly offset: Offset;
  readonly isUpToDate: boolean;
}

/** Waits until the check passes: a busy machine is no reason to fail. */
export function eventually<T>(
  check: () => T | Promise<T>,
  options: { interval?: number; timeout?: number } = {},
): Promise<T> {
  return vi.waitFor(check, { timeout: 15_000, interval: 20, ...options });
}

/** The package's own types do not fit each other when an optional member may not be `undefined`. */
export function shapeOf(stream: ShapeStream): Shape {
  return new Shape(stream as ShapeStreamInterface);
}

/** To be called inside `describe`. */
export function useSuiteTable(subject: () => Subject): SuiteTable {
  const schema = `suite_${randomUUID().slice(0, 8)}`;
  let db: pg.Client;
  let name = '';
  let gone = new AbortController();

  beforeAll(async () => {
    db = new pg.Client({ connectionString: subject().databaseUrl, options: `-c search_path=${schema}` });
    await db.connect();
    await db.query(`CREATE SCHEMA ${schema}`);
  });
  afterAll(async () => {
    await db.query(`DROP SCHEMA ${schema} CASCADE`);
    await db.end();
  });
  beforeEach(async () => {
    gone = new AbortController();
    name = `"Items ${randomUUID().slice(0, 8)}"`;
    await db.query(`CREATE TABLE ${name} (id uuid PRIMARY KEY, title text NOT NULL, priority int NOT NULL DEFAULT 10)`);
  });
  afterEach(async () => {
    gone.abort();
    await fetch(shapeUrl({}), { method: 'DELETE' });
    await db.query(`DROP TABLE IF EXISTS ${name}`);
  });

  const shapeUrl = (params: Record<string, string>): string =>
    `${subject().url}/v1/shape?${new URLSearchParams({ table: `${schema}.${name}`, ...params }).toString()}`;
  const ask = (params: Record<string, string>, init: RequestInit = {}): Promise<Response> =>
    fetch(shapeUrl(params), { ...init, signal: gone.signal });
  const wholeLog = async (params: Record<string, string> = {}): Promise<readonly Message[]> => {
    const all: Message[] = [];
    let place = await readInto(all, await ask({ offset: '-1', ...params }));
    while (!place.isUpToDate)
      place = await readInto(all, await ask({ offset: place.offset, handle: place.handle, ...params }));
    return all;
  };

  return {
    schema,
    get name() {
      return name;
    },
    get db() {
      return db;
    },
    get signal() {
      return gone.signal;
    },
    ask,
    start: async (params = {}) => placeOf(await ask({ offset: '-1', ...params })),
    async insert(...titles) {
      const ids = titles.map(() => randomUUID());
      await db.query(`INSERT INTO ${name} (id, title) SELECT * FROM unnest($1::uuid[], $2::text[])`, [ids, titles]);
      return ids;
    },
    follow: (options = {}, params = {}) =>
      new ShapeStream({
        url: `${subject().url}/v1/shape`,
        signal: gone.signal,
        ...options,
        params: { table: `${schema}.${name}`, ...params },
      }),
    wholeLog,
    logOf: (count, params = {}) =>
      eventually(async () => {
        const log = (await wholeLog(params)).filter(isChangeMessage);
        expect(log.length).toBeGreaterThanOrEqual(count);
        return log;
      }),
  };
}

export function placeOf(answer: Response): Place {
  expect(answer.status).toBe(200);
  return {
    handle: answer.headers.get('electric-handle') ?? '',
    offset: (answer.headers.get('electric-offset') ?? '') as Offset,
    isUpToDate: answer.headers.has('electric-up-to-date'),
  };
}

async function readInto(all: Message[], answer: Response): Promise<Place> {
  const place = placeOf(answer);
  all.push(...((await answer.json()) as Message[]));
  return place;
}
