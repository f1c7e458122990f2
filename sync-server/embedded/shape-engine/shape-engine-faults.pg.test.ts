import { isChangeMessage, ShapeStream } from '@electric-sql/client';
import type { Message, Shape } from '@electric-sql/client';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import type { IncomingMessage } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startPostgres } from '../postgres.ts';
import type { EmbeddedPostgres } from '../postgres.ts';
import { createEngineProcess } from './engine-process-harness.ts';
import { createShapeEngine } from './shape-engine.ts';
import type { ShapeEngine, ShapeEngineOptions } from './shape-engine.ts';
import { eventually, shapeOf } from './suite-table-harness.ts';

describe('the shape engine in trouble', () => {
  let dir: string;
  let postgres: EmbeddedPostgres;
  let db: pg.Client;
  let count = 0;
  let table: string;
  let streamId: string;
  let gone: AbortController;
  const closing: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    dir = await mkdtemp(path.join(os.tmpdir(), 'tomoshibi-shape-faults-'));
    postgres = await startPostgres({ dir, durable: false });
    db = new pg.Client(postgres.url());
    await db.connect();
  });
  afterAll(async () => {
    await db.end();
    await postgres.stop();
    await rm(dir, { recursive: true, force: true });
  });
  beforeEach(async () => {
    count += 1;
    table = `items_${count}`;
    streamId = `fault_${count}`;
    gone = new AbortController();
    await db.query(`CREATE TABLE ${table} (id int PRIMARY KEY, title text NOT NULL, number int NOT NULL DEFAULT 1)`);
  });
  afterEach(async () => {
    gone.abort();
    for (const close of closing.splice(0).reverse()) await close();
    await db.query(`DROP TABLE ${table}`);
    await dropSlot();
  });

  // Its last user's process may need a moment to let it go.
  const dropSlot = (): Promise<unknown> =>
    eventually(
      () =>
        db.query(`SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1`, [
          `electric_slot_${streamId}`,
        ]),
      { timeout: 10_000, interval: 50 },
    );

  const open = async (options: Partial<ShapeEngineOptions> = {}): Promise<ShapeEngine> => {
    const storageDir = path.join(dir, streamId);
    const engine = await createShapeEngine({ databaseUrl: postgres.url(), port: 0, storageDir, streamId, ...options });
    let isClosed = false;
    const close = async (): Promise<void> => {
      if (isClosed) return;
      isClosed = true;
      await engine.close();
    };
    closing.push(close);
    await active(engine.url);
    return { ...engine, close };
  };
  const active = (url: string): Promise<void> =>
    eventually(async () => expect((await fetch(`${url}/v1/health`)).status).toBe(200), {
      timeout: 15_000,
      interval: 20,
    });
  const ask = (url: string, params: Record<string, string>): Promise<Response> =>
    fetch(`${url}/v1/shape?${new URLSearchParams({ table, ...params }).toString()}`, { signal: gone.signal });
  const begin = async (url: string, params: Record<string, string> = {}): Promise<string> => {
    const answer = await ask(url, { offset: '-1', ...params });
    await answer.arrayBuffer();
    return answer.headers.get('electric-handle') ?? '';
  };
  const readFrom = async (
    url: string,
    handle: string,
    offset: string,
  ): Promise<{ status: number; log: Message[]; end: string }> => {
    const log: Message[] = [];
    let at = offset;
    for (;;) {
      const answer = await ask(url, { offset: at, handle });
      if (answer.status !== 200) return { status: answer.status, log, end: at };
      log.push(...((await answer.json()) as Message[]));
      at = answer.headers.get('electric-offset') ?? at;
      if (answer.headers.has('electric-up-to-date')) return { status: 200, log, end: at };
    }
  };
  const follow = (url: string): Shape =>
    shapeOf(
      new ShapeStream({
        url: `${url}/v1/shape`,
        params: { table },
        signal: gone.signal,
        backoffOptions: { initialDelay: 20, maxDelay: 200, multiplier: 1.5 },
      }),
    );
  const rows = async (): Promise<unknown[]> => (await db.query(`SELECT * FROM ${table} ORDER BY id`)).rows;
  const sorted = (shape: Shape): unknown[] => shape.currentRows.toSorted((a, b) => Number(a['id']) - Number(b['id']));

  test('killed under load it goes on where it was, and nobody fetches anew', async () => {
    const engine = await createEngineProcess({
      DATABASE_URL: postgres.url(),
      ELECTRIC_STORAGE_DIR: path.join(dir, streamId),
      ELECTRIC_REPLICATION_STREAM_ID: streamId,
    });
    closing.push(() => engine.kill());
    await engine.start();
    const shape = follow(engine.url);
    await shape.rows;
    const handle = shape.stream.shapeHandle;
    for (let id = 0; id < 400; id++) {
      await db.query(`INSERT INTO ${table} VALUES ($1, 'row')`, [id]);
      if (id % 3 === 0) await db.query(`UPDATE ${table} SET title = 'new' WHERE id = $1`, [id]);
      if (id % 100 === 50) {
        await engine.kill();
        await engine.start();
      }
    }
    await eventually(async () => expect(sorted(shape)).toEqual(await rows()), { timeout: 15_000, interval: 50 });
    expect(shape.stream.shapeHandle).toBe(handle);
  });

  test('closed and opened again it still has its log, and what happened meanwhile', async () => {
    const first = await open();
    const handle = await begin(first.url);
    await db.query(`INSERT INTO ${table} VALUES (1, 'before')`);
    await eventually(async () => expect((await readFrom(first.url, handle, '0_inf')).log).toHaveLength(2));
    await first.close();
    await db.query(`INSERT INTO ${table} VALUES (2, 'meanwhile')`);
    const second = await open();
    await eventually(async () => {
      const { log } = await readFrom(second.url, handle, '0_inf');
      expect(log.filter(isChangeMessage).map((message) => message.value['title'])).toEqual(['before', 'meanwhile']);
    });
  });

  test('a table that was changed or dropped while it was closed begins anew', async () => {
    const first = await open();
    const handle = await begin(first.url);
    await first.close();
    await db.query(`ALTER TABLE ${table} ADD COLUMN extra int`);
    const second = await open();
    expect((await ask(second.url, { offset: '0_inf', handle })).status).toBe(409);
  });

  test('a slot dropped by hand makes every shape begin anew, and every reader ends right', async () => {
    const first = await open();
    const handle = await begin(first.url);
    await first.close();
    await dropSlot();
    await db.query(`INSERT INTO ${table} VALUES (1, 'unseen')`);
    const second = await open();
    expect((await ask(second.url, { offset: '0_inf', handle })).status).toBe(409);
    const shape = follow(second.url);
    expect((await shape.rows).map((row) => row['title'])).toEqual(['unseen']);
  });

  test('connections that are cut are made again', async () => {
    const engine = await open();
    const shape = follow(engine.url);
    await shape.rows;
    const handle = shape.stream.shapeHandle;
    for (let id = 0; id < 3; id++) {
      await db.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'shape-engine%'`,
      );
      await db.query(`INSERT INTO ${table} VALUES ($1, 'after the cut')`, [id]);
      await eventually(async () => expect(sorted(shape)).toEqual(await rows()), { timeout: 10_000, interval: 20 });
      await active(engine.url);
    }
    expect(shape.stream.shapeHandle).toBe(handle);
  });

  test('a second engine waits for the slot and takes over', async () => {
    const first = await open();
    const second = await createShapeEngine({
      databaseUrl: postgres.url(),
      port: 0,
      storageDir: path.join(dir, `${streamId}-second`),
      streamId,
    });
    closing.push(() => second.close());
    const health = await fetch(`${second.url}/v1/health`);
    expect([health.status, await health.json()]).toEqual([202, { status: 'waiting' }]);
    expect((await ask(second.url, { offset: '-1' })).status).toBe(503);
    await first.close();
    await active(second.url);
    expect((await ask(second.url, { offset: '-1' })).status).toBe(200);
  });

  test('a storage that is in use is refused', async () => {
    await open();
    await expect(open({ streamId: `${streamId}_other` })).rejects.toThrow(/locked/);
  });

  test('an idle slot does not hold the log back', async () => {
    const engine = await open();
    await begin(engine.url);
    await db.query(`CREATE TABLE elsewhere AS SELECT repeat('x', 500) FROM generate_series(1, 20000)`);
    await db.query('DROP TABLE elsewhere');
    await eventually(
      async () => {
        const { rows: behind } = await db.query<{ bytes: string }>(
          `SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn) AS bytes FROM pg_replication_slots WHERE slot_name = $1`,
          [`electric_slot_${streamId}`],
        );
        expect(Number(behind[0]?.bytes)).toBeLessThan(1_000_000);
      },
      { timeout: 20_000, interval: 200 },
    );
  });

  test('a long log is shortened, and leads every reader to the same rows', async () => {
    const engine = await open({ chunkBytes: 5_000, compactBytes: 60_000 });
    const handle = await begin(engine.url);
    await db.query(`INSERT INTO ${table} SELECT i, 'start' FROM generate_series(1, 5) i`);
    const middle = await eventually(async () => {
      const read = await readFrom(engine.url, handle, '0_inf');
      expect(read.log.filter(isChangeMessage)).toHaveLength(5);
      return read;
    });
    for (let round = 0; round < 300; round++) {
      await db.query(`UPDATE ${table} SET title = 'round ${round}' WHERE id <= 3`);
      await db.query(`DELETE FROM ${table} WHERE id = 4`);
      await db.query(`INSERT INTO ${table} VALUES (4, 'again ${round}')`);
    }
    await db.query(`UPDATE ${table} SET title = 'last' WHERE id = 5`);
    const apply = (messages: readonly Message[], onto: Map<string, Record<string, unknown>>) => {
      for (const message of messages.filter(isChangeMessage)) {
        if (message.headers.operation === 'delete') onto.delete(message.key);
        else onto.set(message.key, { ...onto.get(message.key), ...message.value });
      }
      return [...onto.values()].sort((a, b) => Number(a['id']) - Number(b['id']));
    };
    const wanted = (await rows()).map((row) =>
      Object.fromEntries(Object.entries(row as object).map(([name, value]) => [name, String(value)])),
    );
    await eventually(
      async () => {
        const whole = await readFrom(engine.url, handle, '0_inf');
        expect(apply(whole.log, new Map())).toEqual(wanted);
        expect(whole.log.length).toBeLessThan(700);
      },
      { timeout: 10_000, interval: 50 },
    );
    const known = new Map<string, Record<string, unknown>>();
    apply(middle.log, known);
    expect(apply((await readFrom(engine.url, handle, middle.end)).log, known)).toEqual(wanted);
  });

  test('a filter that fails on a row takes its own shape with it, no other', async () => {
    const engine = await open();
    const bad = await begin(engine.url, { where: '10 / number > 1' });
    const good = await begin(engine.url, { where: 'number >= 0' });
    await db.query(`INSERT INTO ${table} VALUES (1, 'one', 0)`);
    await eventually(async () => {
      const answer = await ask(engine.url, { offset: '0_inf', handle: good, where: 'number >= 0' });
      expect(((await answer.json()) as Message[]).filter(isChangeMessage)).toHaveLength(1);
    });
    // The shape is gone, and another cannot be made of these rows.
    expect((await ask(engine.url, { offset: '0_inf', handle: bad, where: '10 / number > 1' })).status).toBe(409);
    expect((await ask(engine.url, { offset: '-1', where: '10 / number > 1' })).status).toBe(400);
  });

  test('a reader that does not read holds nobody up, and misses nothing', async () => {
    const engine = await open();
    const handle = await begin(engine.url);
    const query = new URLSearchParams({ table, handle, offset: '0_inf', live: 'true', live_sse: 'true' });
    const request = http.get(`${engine.url}/v1/shape?${query.toString()}`);
    closing.push(async () => void request.destroy());
    const [slow] = (await once(request, 'response')) as [IncomingMessage];
    slow.pause();
    const long = 'x'.repeat(20_000);
    for (let id = 0; id < 500; id++) await db.query(`INSERT INTO ${table} VALUES ($1, $2)`, [id, long]);
    await eventually(
      async () => {
        const { log } = await readFrom(engine.url, handle, '0_inf');
        expect(log.filter(isChangeMessage)).toHaveLength(500);
      },
      { interval: 300 },
    );
    let text = '';
    slow.setEncoding('utf8').on('data', (part: string) => (text += part));
    slow.resume();
    await eventually(() => expect(text.match(/^data: \{"key"/gm)).toHaveLength(500), { timeout: 10_000 });
  });

  test('without the secret nothing is given, and nothing is deleted unless allowed', async () => {
    const engine = await open({ secret: 'quiet please', allowsShapeDeletion: false });
    expect((await ask(engine.url, { offset: '-1' })).status).toBe(401);
    expect((await ask(engine.url, { offset: '-1', secret: 'wrong' })).status).toBe(401);
    expect((await ask(engine.url, { offset: '-1', secret: 'quiet please' })).status).toBe(200);
    const url = `${engine.url}/v1/shape?table=${table}&secret=quiet+please`;
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(404);
  });

  test('there are no more shapes and no more requests than it was told', async () => {
    const engine = await open({ maxShapes: 3, maxExistingRequests: 2 });
    const first = await begin(engine.url);
    for (let i = 0; i < 3; i++) await begin(engine.url, { where: `number > ${i}` });
    expect(engine.shapeCount).toBeLessThanOrEqual(3);
    const handle = await begin(engine.url);
    expect(handle).not.toBe(first);
    const waiting = [1, 2].map(() => ask(engine.url, { offset: '0_inf', handle, live: 'true' }));
    const refused = await eventually(async () => {
      const answer = await ask(engine.url, { offset: '0_inf', handle });
      await answer.arrayBuffer();
      expect(answer.status).toBe(503);
      return answer;
    });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await db.query(`INSERT INTO ${table} VALUES (1, 'free them')`);
    for (const answer of waiting) await (await answer).arrayBuffer();
  });

  test('a body that is too long or no JSON is refused', async () => {
    const engine = await open();
    const post = (body: string): Promise<Response> =>
      fetch(`${engine.url}/v1/shape?table=${table}&offset=-1`, { method: 'POST', body });
    expect((await post('{')).status).toBe(400);
    expect((await post('[]')).status).toBe(400);
    expect((await post(JSON.stringify({ where: 'x'.repeat(2_000_000) }))).status).toBe(413);
  });
});
