import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestCluster, testClock, type TestCluster } from './server-harness.ts';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await openTestCluster();
});
afterAll(() => cluster.close());

const device = { name: 'test', platform: 'linux' };

describe('Postgres', () => {
  test('losing every connection costs no more than the calls of that moment', async () => {
    const server = await cluster.newServer();
    const { client } = await server.signUp();
    await server.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'tomoshibi_server'`);
    await expect
      .poll(
        () =>
          client.account.read({}).then(
            () => 'read',
            () => 'failed',
          ),
        { timeout: 10_000 },
      )
      .toBe('read');
    // Sessions ended meanwhile are heard of: the listening connection is made again, too.
    const second = await server.signUp();
    await second.client.auth.signOut({});
    await expect
      .poll(
        () =>
          second.client.account.read({}).then(
            () => 'read',
            () => 'ended',
          ),
        { timeout: 10_000 },
      )
      .toBe('ended');
  });

  test('while it is away the process lives, says it is not ready, and every call that it may be tried again', async () => {
    const doomed = await openTestCluster();
    const server = await doomed.newServer();
    const { headers } = await server.signUp();
    await doomed.postgres.stop();
    expect((await server.app.inject('/health')).statusCode).toBe(200);
    expect((await server.app.inject('/ready')).statusCode).toBe(503);
    const refused = await server.app.inject({ url: '/v1/auth/devices', headers });
    expect(refused.json()).toMatchObject({ status: 503, reason: 'database_unavailable' });
    expect(refused.headers['retry-after']).toBe('2');
    await doomed.close();
  });

  test('a statement that takes too long is ended, and the next one works', async () => {
    const server = await cluster.newServer({ env: { DATABASE_STATEMENT_TIMEOUT_MS: '200' } });
    const { client, headers } = await server.signUp();
    const lock = server.query('BEGIN; LOCK TABLE device; SELECT pg_sleep(4); COMMIT');
    const held = () =>
      server.query(
        "SELECT 1 FROM pg_locks WHERE relation = 'device'::regclass AND mode = 'AccessExclusiveLock' AND granted",
      );
    await expect.poll(async () => (await held()).length, { timeout: 3_500 }).toBe(1);
    const slow = await server.app.inject({ url: '/v1/auth/devices', headers });
    expect(slow.json()).toMatchObject({ reason: 'database_slow' });
    await lock;
    await client.auth.devices({});
  });

  test('more callers than connections wait their turn', async () => {
    const server = await cluster.newServer({ env: { DATABASE_POOL_SIZE: '2' } });
    const { client } = await server.signUp();
    const answers = await Promise.all(Array.from({ length: 100 }, () => client.account.read({})));
    expect(answers).toHaveLength(100);
  });
});

describe('two servers on one database', () => {
  test('start at once, share their keys, and believe each other’s tokens, though their clocks differ by a minute', async () => {
    const database = await cluster.newDatabase();
    const ahead = testClock(Date.now() + 60_000);
    const [one, two] = await Promise.all([
      cluster.newServer({ database }),
      cluster.newServer({ database, clock: ahead }),
    ]);
    expect((await one.query('SELECT 1 FROM signing_key')).length).toBe(1);
    const person = await one.signUp();
    await two.clientFor(person.tokens).account.read({});
    const other = await two.client.auth.signIn({ email: person.email, password: person.password, device });
    if (other.kind !== 'signed_in') throw new Error('no');
    await one.clientFor(other).account.read({});
    expect(await two.client.auth.refresh({ refreshToken: person.tokens.refreshToken })).toMatchObject({
      accountId: person.accountId,
    });
  });

  test('do each job once', async () => {
    const database = await cluster.newDatabase();
    const servers = await Promise.all([cluster.newServer({ database }), cluster.newServer({ database })]);
    const people = await Promise.all([servers[0].signUp(), servers[0].signUp(), servers[0].signUp()]);
    const sent = () => servers.flatMap(({ mails }) => mails.all.map(({ to }) => to)).sort();
    await expect.poll(sent, { timeout: 10_000 }).toEqual(people.map(({ email }) => email).sort());
  });
});

describe('a job', () => {
  test('that fails is tried again, and when it fails for good is kept aside', async () => {
    const server = await cluster.newServer();
    await server.query(
      `SELECT graphile_worker.add_job('mail', '{"letter":"nonsense","accountId":null}', max_attempts => 1)`,
    );
    await expect
      .poll(() => server.query('SELECT task, attempts, payload FROM dead_letter'), { timeout: 10_000 })
      .toEqual([{ task: 'mail', attempts: 1, payload: { letter: 'nonsense', accountId: null } }]);
  });

  test('asked for in a transaction that is undone was never asked for', async () => {
    const server = await cluster.newServer();
    const { db, jobs } = server.context;
    const undone = db.asSystem(async (tx) => {
      await jobs.enqueue(tx, 'mail', { letter: 'verifyEmail', accountId: null });
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await server.query('SELECT 1 FROM graphile_worker.jobs')).toEqual([]);
  });
});

test('a transaction with a failed statement nobody waited for is not taken for committed', async () => {
  const { db } = (await cluster.newServer()).context;
  const statement = { parts: ['SELECT 1 / 0'], values: [] };
  const careless = db.asSystem((tx) => {
    tx.run(statement).catch(() => undefined);
    return Promise.resolve('done');
  });
  await expect(careless).rejects.toThrow('rolled back');
});

test('closing answers what has come in, then stops', async () => {
  const server = await cluster.newServer();
  const url = await server.listen();
  const { headers } = await server.signUp();
  const slow = server.query('BEGIN; LOCK TABLE account; SELECT pg_sleep(0.5); COMMIT');
  await expect
    .poll(
      async () =>
        (
          await server.query(
            `SELECT 1 FROM pg_locks WHERE relation = 'account'::regclass AND mode = 'AccessExclusiveLock'`,
          )
        ).length,
    )
    .toBe(1);
  const asked = fetch(`${url}/v1/account`, { headers });
  await expect.poll(() => server.context.db.pool().total - server.context.db.pool().idle).toBeGreaterThan(0);
  const closed = server.close();
  expect((await asked).status).toBe(200);
  await Promise.all([closed, slow]);
  await expect(fetch(`${url}/health`)).rejects.toThrow();
});

test('the environment is judged as a whole, with every fault by name', async () => {
  const child = spawn(process.execPath, ['sync-server/main.ts'], {
    env: { PATH: process.env['PATH'], PORT: 'x', DATABASE_URL: 'mysql://a', LOG_LEVEL: 'loud' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = (await once(child, 'close')) as [number];
  expect(code).toBe(1);
  for (const fault of ['PORT: ', 'DATABASE_URL: must be postgres://', 'SERVER_SECRET is missing', 'LOG_LEVEL: '])
    expect(said).toContain(fault);
});
