import { isChangeMessage, isControlMessage } from '@electric-sql/client';
import type { Message } from '@electric-sql/client';
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { shapeClientSuite } from './shape-client-suite.ts';
import { eventually, placeOf, useSuiteTable } from './suite-table-harness.ts';
import type { Subject } from './suite-table-harness.ts';

/**
 * What every implementation of the protocol must do, Electric included, seen from outside: through the published client, and by
 * plain HTTP where the client hides something.
 */
export function shapeEngineSuite(name: string, subject: () => Subject): void {
  shapeClientSuite(`${name}, by the client`, subject);

  describe(`${name}, by HTTP`, () => {
    const items = useSuiteTable(subject);

    test('the first answer is never up to date, and stays the same', async () => {
      await items.insert('one');
      const first = await items.ask({ offset: '-1' });
      expect(first.headers.get('electric-offset')).toBe('0_0');
      expect(first.headers.has('electric-up-to-date')).toBe(false);
      expect(first.headers.get('cache-control')).toBe(
        'public, max-age=604800, s-maxage=3600, stale-while-revalidate=2629746',
      );
      const messages = (await first.json()) as Message[];
      expect(messages.at(-1)?.headers).toMatchObject({ control: 'snapshot-end' });
      await items.insert('two');
      await items.logOf(2);
      const again = await items.ask({ offset: '-1' });
      expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
      expect(await again.json()).toEqual(messages);
    });

    test('etags revalidate', async () => {
      const { handle } = await items.start();
      for (const title of ['a', 'b', 'c']) await items.insert(title);
      await items.logOf(3);
      const answer = await items.ask({ offset: '0_0', handle });
      expect(await answer.json()).toHaveLength(4);
      const etag = answer.headers.get('etag') ?? '';
      expect((await items.ask({ offset: '0_0', handle }, { headers: { 'if-none-match': etag } })).status).toBe(304);
      const [lsn = '0', op = '0'] = (answer.headers.get('electric-offset') ?? '').split('_');
      const between = `${BigInt(lsn) - 1n}_${op}`;
      const tail = await items.ask({ offset: between, handle });
      expect(await tail.json()).toHaveLength(2);
      const tailTag = tail.headers.get('etag') ?? '';
      expect(tailTag).not.toBe(etag);
      expect((await items.ask({ offset: between, handle }, { headers: { 'if-none-match': tailTag } })).status).toBe(
        304,
      );
    });

    test('answers end near the chunk size, at the same places each time', async () => {
      const long = (seed: number): string => `${seed}`.padEnd(Math.ceil(subject().chunkBytes / 10), 'x"');
      const read = async (): Promise<number[]> => {
        const sizes: number[] = [];
        let answer = await items.ask({ offset: '-1' });
        for (;;) {
          const text = await answer.text();
          const { handle, offset, isUpToDate } = placeOf(answer);
          sizes.push(text.length);
          if (isUpToDate) return sizes;
          answer = await items.ask({ offset, handle });
        }
      };
      const titles = Array.from({ length: 35 }, (_, i) => long(i));
      await items.insert(...titles);
      const before = await read();
      expect(before.length).toBeGreaterThanOrEqual(4);
      await items.insert(...titles);
      await items.logOf(70);
      const after = await read();
      expect(after.length).toBeGreaterThanOrEqual(7);
      for (const size of after.slice(0, 3)) {
        expect(size).toBeGreaterThan(subject().chunkBytes * 0.8);
        expect(size).toBeLessThan(subject().chunkBytes * 1.4);
      }
      expect(await read()).toEqual(after);
    });

    test('a change of the key is a delete and an insert', async () => {
      const [id = ''] = await items.insert('moves');
      await items.start();
      const next = randomUUID();
      await items.db.query(`UPDATE ${items.name} SET id = $1`, [next]);
      const [, gone, came] = (await items.logOf(3)).filter(isChangeMessage);
      const key = (of: string): string => `"${items.schema}".${items.name}/"${of}"`;
      expect(gone).toMatchObject({ key: key(id), headers: { operation: 'delete', key_change_to: key(next) } });
      expect(came).toMatchObject({ key: key(next), headers: { operation: 'insert', key_change_from: key(id) } });
    });

    test('a table without a key is known by all its columns', async () => {
      await items.db.query(`DROP TABLE ${items.name}; CREATE TABLE ${items.name} (a text, b text)`);
      await items.db.query(`INSERT INTO ${items.name} VALUES ('x/y', NULL)`);
      await items.start();
      await items.db.query(`UPDATE ${items.name} SET b = 'now'`);
      const log = (await items.logOf(3)).filter(isChangeMessage);
      const base = `"${items.schema}".${items.name}`;
      expect(log.map((message) => [message.headers.operation, message.key])).toEqual([
        ['insert', `${base}/"x//y"/_`],
        ['delete', `${base}/"x//y"/_`],
        ['insert', `${base}/"x//y"/"now"`],
      ]);
    });

    test('TRUNCATE and a changed table begin the shape anew', async () => {
      await items.insert('one');
      for (const change of [`TRUNCATE ${items.name}`, `ALTER TABLE ${items.name} ADD COLUMN extra int`]) {
        const { handle } = await items.start();
        const live = items.ask({ offset: '0_inf', handle, live: 'true' });
        await items.db.query(change);
        await items.insert('next');
        const answer = await eventually(async () => {
          const now = await items.ask({ offset: '0_0', handle });
          await now.arrayBuffer();
          expect(now.status).toBe(409);
          return now;
        });
        expect(answer.headers.get('electric-handle')).not.toBe(handle);
        await live.then((response) => response.arrayBuffer());
      }
      const rows = (await items.wholeLog()).filter(isChangeMessage);
      expect(rows.at(-1)?.value).toHaveProperty('extra');
    });

    test('a shape that is made while rows are written misses none and doubles none', async () => {
      let isWriting = true;
      const writer = (async () => {
        let count = 0;
        while (isWriting) {
          await items.insert(`row ${count}`);
          count += 1;
        }
        return count;
      })();
      const filters = Array.from({ length: 12 }, (_, i) => ({ where: `priority > ${i - 100}` }));
      const logs = await Promise.all(
        filters.map(async (params) => {
          await items.start(params);
          return params;
        }),
      );
      isWriting = false;
      const count = await writer;
      for (const params of logs) {
        const keys = (await items.logOf(count, params)).filter(isChangeMessage).map((message) => message.key);
        expect(new Set(keys).size).toBe(count);
        expect(keys).toHaveLength(count);
      }
    });

    test('parameters are values, never SQL', async () => {
      await items.insert(`it's`, 'other');
      const rows = await items.wholeLog({ where: 'title = $1', 'params[1]': `it's` });
      expect(rows.filter(isChangeMessage)).toHaveLength(1);
      const evil = await items.wholeLog({ where: 'title = $1', 'params[1]': `x' OR '1'='1` });
      expect(evil.filter(isChangeMessage)).toHaveLength(0);
      const missing = await items.ask({ offset: '-1', where: 'title = $1' });
      expect(missing.status).toBe(400);
    });

    test('anything but an expression over the row is refused', async () => {
      const refused = [
        'true; DROP TABLE x',
        'true) OR (true',
        'true LIMIT 1',
        'true UNION SELECT 1',
        'pg_sleep(1) IS NULL',
        'id IN (SELECT id FROM pg_class)',
        'EXISTS (SELECT 1)',
        'count(*) > 1',
        'nosuch = 1',
        'title',
        "title = 'x'::regclass::text",
        'current_user IS NULL',
      ];
      for (const where of refused) {
        const answer = await items.ask({ offset: '-1', where });
        expect([where, answer.status]).toEqual([where, 400]);
        await answer.arrayBuffer();
      }
    });

    test('requests that make no sense are told why', async () => {
      const errorsOf = async (params: Record<string, string>): Promise<unknown> => {
        const answer = await items.ask(params);
        expect(answer.status).toBe(400);
        expect(answer.headers.get('cache-control')).toContain('no-store');
        return ((await answer.json()) as { errors: unknown }).errors;
      };
      expect(await errorsOf({ offset: 'nonsense' })).toEqual({ offset: ['has invalid format'] });
      expect(await errorsOf({})).toEqual({ offset: ["can't be blank"] });
      expect(await errorsOf({ offset: '0_0' })).toEqual({ handle: ["can't be blank when offset != -1"] });
      expect(await errorsOf({ offset: '-1', live: 'true' })).toEqual({ live: ["can't be true when offset == -1"] });
      expect(await errorsOf({ offset: '-1', columns: 'title' })).toHaveProperty('columns');
      expect(await errorsOf({ offset: '-1', table: 'nowhere' })).toHaveProperty('table');
    });

    test('another definition under a handle is sent to its own shape', async () => {
      const { handle } = await items.start();
      const answer = await items.ask({ offset: '0_0', handle, where: 'priority > 3' });
      expect(answer.status).toBe(409);
      expect(await answer.json()).toEqual([{ headers: { control: 'must-refetch' } }]);
      const other = answer.headers.get('electric-handle');
      expect(other).not.toBe(handle);
      expect((await items.start({ where: 'priority > 3' })).handle).toBe(other);
    });

    test('many who wait are all answered, and long polling ends in an answer', async () => {
      const { handle } = await items.start();
      const waiting = Array.from({ length: 30 }, () => items.ask({ offset: '0_inf', handle, live: 'true' }));
      await items.insert('news');
      const bodies = await Promise.all(waiting.map(async (answer) => (await answer).json() as Promise<Message[]>));
      for (const messages of bodies) {
        expect(messages.filter(isChangeMessage)).toHaveLength(1);
        expect(messages.filter(isControlMessage).map((message) => message.headers.control)).toEqual(['up-to-date']);
      }
    });

    test('the schema names types, key and limits', async () => {
      await items.db.query(
        `DROP TABLE ${items.name}; CREATE TABLE ${items.name} (b text, a varchar(9), n numeric(6, 2), list int4[], PRIMARY KEY (a, b))`,
      );
      const answer = await items.ask({ offset: '-1' });
      expect(JSON.parse(answer.headers.get('electric-schema') ?? '')).toMatchObject({
        b: { type: 'text', pk_index: 1, not_null: true },
        a: { type: 'varchar', pk_index: 0, max_length: 9 },
        n: { type: 'numeric', precision: 6, scale: 2 },
        list: { type: 'int4', dims: 1 },
      });
    });

    test('health, root, options and unknown paths', async () => {
      const { url } = subject();
      expect(await (await fetch(`${url}/v1/health`)).json()).toEqual({ status: 'active' });
      expect((await fetch(url)).status).toBe(200);
      expect((await fetch(`${url}/v1/nothing`)).status).toBe(404);
      const options = await fetch(`${url}/v1/shape`, { method: 'OPTIONS' });
      expect(options.ok).toBe(true);
      expect(options.headers.get('access-control-allow-origin')).toBe('*');
      const answer = await items.ask({ offset: '-1' });
      expect(answer.headers.get('access-control-expose-headers')).toContain('electric-handle');
    });
  });
}
