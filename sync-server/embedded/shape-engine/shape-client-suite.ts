import { isChangeMessage, FetchError } from '@electric-sql/client';
import type { Message, Row } from '@electric-sql/client';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { eventually, shapeOf, useSuiteTable } from './suite-table-harness.ts';
import type { Subject } from './suite-table-harness.ts';

/** What the published client must be able to do with an engine, by long polling and by events. */
export function shapeClientSuite(name: string, subject: () => Subject): void {
  describe(name, () => {
    const items = useSuiteTable(subject);

    describe.for([{ liveSse: false }, { liveSse: true }])('the client (liveSse=$liveSse)', ({ liveSse }) => {
      test('an empty table is an empty shape', async () => {
        const shape = shapeOf(items.follow({ liveSse }));
        expect(await shape.rows).toEqual([]);
        expect(shape.lastSynced()).toBeLessThan(10_000);
      });

      test('rows, inserts, updates and deletes arrive', async () => {
        const [first = ''] = await items.insert('one');
        const shape = shapeOf(items.follow({ liveSse }));
        expect(await shape.rows).toEqual([{ id: first, title: 'one', priority: 10 }]);
        const [second = '', third = ''] = await items.insert('two', 'three');
        await items.db.query(`DELETE FROM ${items.name} WHERE id = $1`, [third]);
        await items.db.query(`UPDATE ${items.name} SET title = 'new two' WHERE id = $1`, [second]);
        await eventually(() =>
          expect(shape.currentRows).toEqual([
            { id: first, title: 'one', priority: 10 },
            { id: second, title: 'new two', priority: 10 },
          ]),
        );
      });

      test('an idle live request is one request, and says nothing', async () => {
        const asked: URL[] = [];
        const fetchClient: typeof fetch = (...args) => {
          asked.push(new URL(args[0] instanceof Request ? args[0].url : args[0]));
          return fetch(...args);
        };
        let upToDates = 0;
        const stream = items.follow({ liveSse, fetchClient });
        stream.subscribe((messages) => {
          upToDates += messages.filter((message) => message.headers.control === 'up-to-date').length;
        });
        await eventually(() => expect(asked.length).toBe(3));
        // The client's third request is the live one; a moment of silence must not end it.
        await new Promise((resolve) => setTimeout(resolve, 400));
        expect(asked).toHaveLength(3);
        expect(upToDates).toBe(1);
        expect(asked[0]?.searchParams.get('offset')).toBe('-1');
        expect(asked[1]?.searchParams.get('offset')).toBe('0_0');
        expect(asked[2]?.searchParams.get('live')).toBe('true');
        expect(asked[2]?.searchParams.has('cursor')).toBe(true);
      });

      test('a deleted shape is fetched anew, with what has changed meanwhile', async () => {
        const [first = ''] = await items.insert('one');
        const statuses: number[] = [];
        let before = Promise.resolve();
        const fetchClient: typeof fetch = async (...args) => {
          await before;
          const response = await fetch(...args);
          statuses.push(response.status);
          return response;
        };
        const stream = items.follow({ liveSse, fetchClient });
        const shape = shapeOf(stream);
        expect(await shape.rows).toHaveLength(1);
        const oldHandle = stream.shapeHandle;
        before = (async () => {
          await items.db.query(`DELETE FROM ${items.name} WHERE id = $1`, [first]);
          await items.insert('two');
          await items.logOf(3);
          const response = await fetch(`${subject().url}/v1/shape?handle=${oldHandle ?? ''}`, { method: 'DELETE' });
          expect(response.status).toBe(202);
        })();
        await eventually(() => expect(shape.currentRows.map((row) => row['title'])).toEqual(['two']), {
          timeout: 10_000,
        });
        expect(statuses).toContain(409);
        expect(stream.shapeHandle).not.toBe(oldHandle);
      });

      test('types come as the client reads them', async () => {
        await items.db.query(`
          DROP TYPE IF EXISTS mood CASCADE; DROP TYPE IF EXISTS complex CASCADE; DROP DOMAIN IF EXISTS posint CASCADE;
          CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy'); CREATE TYPE complex AS (r float8, i float8);
          CREATE DOMAIN posint AS int CHECK (VALUE > 0); DROP TABLE ${items.name};
          CREATE TABLE ${items.name} (i2 int2 PRIMARY KEY, i8 int8, f8 float8, b bool, j json, jb jsonb, ints int8[], deep int8[][],
            bools bool[], moods mood[], pairs complex[], posints posint[], jsons jsonb[], texts text[], doubles float8[])`);
        await items.db
          .query(`INSERT INTO ${items.name} VALUES (1, 9223372036854775807, 4.5, true, '{"a":1}', '{"a":1}', '{1,2}', '{{1},{2}}',
          '{t,f}', '{sad,happy}', ARRAY['(1.1,2.2)']::complex[], '{5,9}', ARRAY['{"x":1}']::jsonb[], '{foo,NULL,"a,b"}',
          '{Infinity,-Infinity,NaN}')`);
        const shape = shapeOf(items.follow({ liveSse }));
        const row = {
          i2: 1,
          i8: 9223372036854775807n,
          f8: 4.5,
          b: true,
          j: { a: 1 },
          jb: { a: 1 },
          ints: [1n, 2n],
          deep: [[1n], [2n]],
          bools: [true, false],
          moods: ['sad', 'happy'],
          pairs: ['(1.1,2.2)'],
          posints: ['5', '9'],
          jsons: [{ x: 1 }],
          texts: ['foo', null, 'a,b'],
          doubles: [Infinity, -Infinity, NaN],
        };
        expect(await shape.rows).toEqual([row]);
        await items.db.query(
          `UPDATE ${items.name} SET b = false, bools = '{f}', i8 = 30, moods = '{ok}', j = '{"b":2}' WHERE i2 = 1`,
        );
        const changed = { ...row, b: false, bools: [false], i8: 30n, moods: ['ok'], j: { b: 2 } };
        await eventually(() => expect(shape.currentRows).toEqual([changed]));
      });

      test('columns can be chosen, whatever their names', async () => {
        await items.db
          .query(`DROP TABLE ${items.name}; CREATE TABLE ${items.name} (id int PRIMARY KEY, "has,comma" text, "has""quote" text, "has space" text,
          "Übung" text, other text)`);
        await items.db.query(`INSERT INTO ${items.name} VALUES (1, 'a', 'b', 'c', 'd', 'e')`);
        const columns = ['id', 'has,comma', 'has"quote', 'has space', 'Übung'];
        const shape = shapeOf(items.follow({ liveSse }, { columns }));
        expect(await shape.rows).toEqual([{ id: 1, 'has,comma': 'a', 'has"quote': 'b', 'has space': 'c', Übung: 'd' }]);
        await items.db.query(`UPDATE ${items.name} SET "has space" = 'C', other = 'E'`);
        await eventually(() => expect(shape.currentRows[0]?.['has space']).toBe('C'));
        expect(shape.currentRows[0]).not.toHaveProperty('other');
      });

      test('replica=full gives the whole row on an update', async () => {
        const [id = ''] = await items.insert('before');
        const seen: Message[] = [];
        items.follow({ liveSse }, { replica: 'full' }).subscribe((messages) => void seen.push(...messages));
        await eventually(() => expect(seen.some((message) => message.headers.control === 'up-to-date')).toBe(true));
        await items.db.query(`UPDATE ${items.name} SET title = 'after'`);
        await eventually(() => {
          const update = seen.filter(isChangeMessage).find((message) => message.headers.operation === 'update');
          expect(update?.value).toEqual({ id, title: 'after', priority: 10 });
          expect(update?.old_value).toEqual({ title: 'before' });
        });
      });

      test('offset=now leaves the past out', async () => {
        await items.insert('past');
        const shape = shapeOf(items.follow({ liveSse, offset: 'now' }));
        expect(await shape.rows).toEqual([]);
        const [id] = await items.insert('present');
        await eventually(() => expect(shape.currentRows).toEqual([{ id, title: 'present', priority: 10 }]));
      });

      test('changes_only begins empty and takes parts on demand', async () => {
        await items.insert('B', 'C', 'A');
        const stream = items.follow({ liveSse, log: 'changes_only' });
        const shape = shapeOf(stream);
        expect(await shape.rows).toEqual([]);
        const { data } = await stream.requestSnapshot({ orderBy: 'title DESC', limit: 2 });
        expect(data.map((message) => message.value['title'])).toEqual(['C', 'B']);
        await eventually(() => expect(shape.currentRows).toHaveLength(2));
        const some = await stream.fetchSnapshot({
          where: 'title = $1',
          params: { '1': 'A' },
          orderBy: 'title',
          limit: 9,
        });
        expect(some.data.map((message) => message.value['title'])).toEqual(['A']);
        await items.db.query(`UPDATE ${items.name} SET title = 'CC' WHERE title = 'C'`);
        await eventually(() =>
          expect(new Set(shape.currentRows.map((row) => row['title']))).toEqual(new Set(['B', 'CC'])),
        );
      });

      test("a part taken inside somebody else's transaction is followed by its change", async () => {
        const [id = ''] = await items.insert('base');
        const stream = items.follow({ liveSse, log: 'changes_only', subsetMethod: 'POST' });
        const shape = shapeOf(stream);
        await shape.rows;
        const writer = new pg.Client({
          connectionString: subject().databaseUrl,
          options: `-c search_path=${items.schema}`,
        });
        await writer.connect();
        await writer.query('BEGIN');
        await writer.query(`UPDATE ${items.name} SET title = 'within' WHERE id = $1`, [id]);
        await stream.requestSnapshot({ where: 'id = $1', params: { '1': id }, orderBy: 'id', limit: 1 });
        await eventually(() => expect(shape.currentRows.map((row) => row['title'])).toEqual(['base']));
        await writer.query('COMMIT');
        await eventually(() => expect(shape.currentRows.map((row) => row['title'])).toEqual(['within']));
        await writer.end();
      });

      test('rows come into a filter and leave it', async () => {
        const [first] = await items.insert('foo 1', 'bar');
        const shape = shapeOf(items.follow({ liveSse }, { where: `title LIKE 'foo%'` }));
        expect((await shape.rows).map((row) => row['id'])).toEqual([first]);
        await items.db.query(`UPDATE ${items.name} SET title = 'foo 2' WHERE title = 'bar'`);
        await eventually(() => expect(shape.currentRows).toHaveLength(2));
        expect(shape.currentRows[1]).toMatchObject({ title: 'foo 2', priority: 10 });
        await items.db.query(`UPDATE ${items.name} SET title = 'none' WHERE title = 'foo 1'`);
        await eventually(() => expect(shape.currentRows.map((row) => row['title'])).toEqual(['foo 2']));
      });

      test('a reader that was away catches up from its offset', async () => {
        await items.insert('a', 'b');
        const away = new AbortController();
        const stream = items.follow({ liveSse, signal: away.signal });
        await shapeOf(stream).rows;
        const state = { handle: stream.shapeHandle ?? '', offset: stream.lastOffset };
        away.abort();
        await items.insert('c', 'd', 'e');
        await items.logOf(5);
        const got: Row[] = [];
        await new Promise<void>((resolve) => {
          items.follow({ liveSse, ...state }).subscribe((messages) => {
            got.push(...messages.filter(isChangeMessage).map((message) => message.value));
            if (messages.some((message) => message.headers.control === 'up-to-date')) resolve();
          });
        });
        expect(got.map((row) => row['title'])).toEqual(['c', 'd', 'e']);
      });

      test('a filter that is no SQL is refused with its place', async () => {
        let problem: unknown;
        const stream = items.follow({ liveSse, onError: (error) => void (problem = error) }, { where: '1 x 1' });
        stream.subscribe(() => undefined);
        await eventually(() => expect(problem).toBeInstanceOf(FetchError));
        expect(problem).toMatchObject({
          status: 400,
          json: { message: 'Invalid request', errors: { where: ['At location 17: syntax error at or near "x"'] } },
        });
      });
    });
  });
}
