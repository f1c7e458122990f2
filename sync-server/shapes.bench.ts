import { ShapeStream, isChangeMessage } from '@electric-sql/client';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { percentile, reportFigures } from '../electron/e2e/bench-tools.ts';
import { startPostgres } from './embedded/postgres.ts';
import { createShapeEngine } from './embedded/shape-engine/shape-engine.ts';
import type { ShapeEngine, ShapeEngineOptions } from './embedded/shape-engine/shape-engine.ts';

// `npm run bench -- shapes`: the shape engine on an embedded Postgres that is as durable as in production, over loopback.
const COMMITS = 400;
const WARM_UP = 50;
const SHAPES = 500;
const TRANSACTIONS = 200;
const LOGGED = 100_000;
const ROWS = 200_000;
const KEY = '{"key":';

const dir = await mkdtemp(path.join(os.tmpdir(), 'shapes-bench-'));
const postgres = await startPostgres({ dir });
const db = new pg.Client(postgres.url());
await db.connect();
const options: ShapeEngineOptions = { databaseUrl: postgres.url(), port: 0, storageDir: path.join(dir, 'log') };
let engine: ShapeEngine = await createShapeEngine(options);

const longPoll = await commitToClient('bench_poll', false);
const events = await commitToClient('bench_events', true);
const [unfiltered = 0, byValue = 0, byExpression = 0] = await perTransaction({
  bench_none: [],
  bench_value: everyShape((i) => `account = 'account ${i}'`),
  bench_expression: everyShape((i) => `title LIKE 'title ${i} %' AND number >= ${i}`),
});
const resume = await resumeMs();
const snapshot = await snapshotRate();

await engine.close();
await db.end();
await postgres.stop();
await rm(dir, { recursive: true, force: true });

reportFigures('shapes', [
  { key: 'longPollP50Ms', label: 'commit → client, long poll, p50 (ms)', value: percentile(longPoll, 0.5), budget: 8 },
  { key: 'longPollP99Ms', label: 'commit → client, long poll, p99 (ms)', value: percentile(longPoll, 0.99) },
  { key: 'sseP50Ms', label: 'commit → client, SSE, p50 (ms)', value: percentile(events, 0.5), budget: 5 },
  { key: 'sseP99Ms', label: 'commit → client, SSE, p99 (ms)', value: percentile(events, 0.99) },
  {
    key: 'filtered500Ms',
    label: `commit → reader beside ${SHAPES} shapes filtered by an expression (ms)`,
    value: byExpression,
    baseline: unfiltered,
    budget: 3,
  },
  {
    key: 'byValue500Ms',
    label: `commit → reader beside ${SHAPES} shapes filtered by a value (ms)`,
    value: byValue,
    baseline: unfiltered,
    budget: 3,
  },
  {
    key: 'resumeMs',
    label: `restart with ${LOGGED} logged operations, to the first answer (ms)`,
    value: resume,
    budget: 2000,
  },
  {
    key: 'snapshotMsPer50kRows',
    label: 'initial snapshot, 50,000 rows (ms)',
    value: 50_000_000 / snapshot,
    budget: 1000,
  },
  { key: 'snapshotRowsPerSecond', label: 'initial snapshot (rows/s)', value: snapshot },
]);

/** From the commit's answer at the writer to the row in the client's hands. */
async function commitToClient(table: string, liveSse: boolean): Promise<number[]> {
  await db.query(`CREATE TABLE ${table} (id int PRIMARY KEY, title text NOT NULL)`);
  const gone = new AbortController();
  const stream = new ShapeStream({
    url: `${engine.url}/v1/shape`,
    params: { table },
    signal: gone.signal,
    liveSse,
  });
  const times: number[] = [];
  let arrived = (_key: string): void => undefined;
  const started = Promise.withResolvers<void>();
  stream.subscribe((messages) => {
    if (messages.some((message) => message.headers.control === 'up-to-date')) started.resolve();
    for (const message of messages) if (isChangeMessage(message)) arrived(message.key);
  });
  await started.promise;
  for (let id = 0; id < COMMITS; id++) {
    // The reader needs a moment to be waiting again, as it is when a person writes.
    await new Promise((resolve) => setTimeout(resolve, 5));
    const came = new Promise<number>((resolve) => {
      arrived = (got) => {
        if (got.endsWith(`/"${id}"`)) resolve(performance.now());
      };
    });
    await db.query(`INSERT INTO ${table} VALUES ($1, 'title')`, [id]);
    const committed = performance.now();
    times.push(Math.max(0, (await came) - committed));
  }
  gone.abort();
  return times.slice(WARM_UP);
}

function everyShape(where: (index: number) => string): string[] {
  return Array.from({ length: SHAPES }, (_, index) => where(index));
}

/**
 * Median time from a commit's answer to its arrival at a reader of the whole table, for each table with shapes of those filters on it as
 * well. The tables take turns, so that whatever else the machine does falls on all of them.
 */
async function perTransaction(tables: Readonly<Record<string, readonly string[]>>): Promise<number[]> {
  const url = (params: Record<string, string>): string =>
    `${engine.url}/v1/shape?${new URLSearchParams(params).toString()}`;
  const readers = [];
  for (const [table, filters] of Object.entries(tables)) {
    await db.query(
      `CREATE TABLE ${table} (id int PRIMARY KEY, account text NOT NULL, title text NOT NULL, number int NOT NULL)`,
    );
    for (const where of filters) await (await fetch(url({ table, offset: '-1', where }))).arrayBuffer();
    const first = await fetch(url({ table, offset: '-1' }));
    await first.arrayBuffer();
    readers.push({ table, handle: first.headers.get('electric-handle') ?? '', offset: '0_inf', times: [] as number[] });
  }
  for (let id = 0; id < TRANSACTIONS; id++) {
    for (const reader of readers) {
      const { table, handle, offset } = reader;
      const live = fetch(url({ table, offset, handle, live: 'true' }));
      await new Promise((resolve) => setTimeout(resolve, 3));
      await db.query(`INSERT INTO ${table} VALUES ($1, $2, $3, $4)`, [id, `account ${id}`, `title ${id} and more`, id]);
      const committed = performance.now();
      const answer = await live;
      await answer.arrayBuffer();
      reader.times.push(performance.now() - committed);
      reader.offset = answer.headers.get('electric-offset') ?? offset;
    }
  }
  return readers.map(({ times }) => percentile(times.slice(WARM_UP), 0.5));
}

/** From the start of an engine whose log is long to its first answer, and that answer goes on where the reader was. */
async function resumeMs(): Promise<number> {
  await db.query('CREATE TABLE bench_log (id int PRIMARY KEY, title text NOT NULL)');
  const url = (params: Record<string, string>): string =>
    `${engine.url}/v1/shape?${new URLSearchParams({ table: 'bench_log', ...params }).toString()}`;
  const first = await fetch(url({ offset: '-1' }));
  await first.arrayBuffer();
  const handle = first.headers.get('electric-handle') ?? '';
  for (let at = 0; at < LOGGED; at += 10_000)
    await db.query(`INSERT INTO bench_log SELECT i, 'title ' || i FROM generate_series($1::int, $2::int) i`, [
      at,
      at + 9_999,
    ]);
  const readAll = async (): Promise<number> => {
    let offset = '0_inf';
    let count = 0;
    for (;;) {
      const answer = await fetch(url({ offset, handle }));
      if (answer.status !== 200) throw new Error(`the shape is not resumed: ${answer.status}`);
      count += ((await answer.json()) as { key?: string }[]).filter((message) => message.key !== undefined).length;
      offset = answer.headers.get('electric-offset') ?? offset;
      if (answer.headers.has('electric-up-to-date')) return count;
    }
  };
  while ((await readAll()) < LOGGED) await new Promise((resolve) => setTimeout(resolve, 20));
  await engine.close();
  const begin = performance.now();
  engine = await createShapeEngine(options);
  let answer = await fetch(url({ offset: '0_inf', handle }));
  // The old stream's end of the slot may need a moment to notice that it is gone.
  while (answer.status === 503) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    answer = await fetch(url({ offset: '0_inf', handle }));
  }
  await answer.arrayBuffer();
  const ms = performance.now() - begin;
  const count = await readAll();
  if (count < LOGGED) throw new Error(`of ${LOGGED} operations ${count} are left`);
  return ms;
}

/** Rows a second of a first snapshot, from the request to the last byte. */
async function snapshotRate(): Promise<number> {
  await db.query(
    'CREATE TABLE bench_rows (id uuid PRIMARY KEY, title text NOT NULL, note text, number int, at timestamptz)',
  );
  await db.query(
    `INSERT INTO bench_rows SELECT gen_random_uuid(), 'title "' || i || '"', CASE WHEN i % 3 = 0 THEN NULL ELSE repeat('note ', 8) END, i, now()
     FROM generate_series(1, ${ROWS}) i`,
  );
  await db.query('ANALYZE bench_rows');
  const begin = performance.now();
  let count = 0;
  let place = { offset: '-1', handle: '' };
  for (;;) {
    const query = new URLSearchParams({ table: 'bench_rows', offset: place.offset });
    if (place.handle !== '') query.set('handle', place.handle);
    const answer = await fetch(`${engine.url}/v1/shape?${query.toString()}`);
    const body = Buffer.from(await answer.arrayBuffer());
    for (let at = body.indexOf(KEY); at >= 0; at = body.indexOf(KEY, at + 1)) count += 1;
    if (answer.headers.has('electric-up-to-date')) break;
    place = {
      offset: answer.headers.get('electric-offset') ?? '',
      handle: answer.headers.get('electric-handle') ?? '',
    };
  }
  if (count !== ROWS) throw new Error(`${count} rows arrived instead of ${ROWS}`);
  return ROWS / ((performance.now() - begin) / 1000);
}
