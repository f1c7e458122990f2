import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../db/migrate.ts';
import { startPostgres, type EmbeddedPostgres } from '../embedded/postgres.ts';
import { createShapeEngine } from '../embedded/shape-engine/shape-engine.ts';
import { migrateJobs } from '../jobs/jobs.ts';
import { openTestCluster, type TestCluster, type TestServer } from '../server-harness.ts';
import { allExpressions, readDeployed, selectorsOf, type Selector } from './deploy-harness.ts';

const PASSWORDS = { OWNER_PASSWORD: 'own', APP_PASSWORD: 'app', ELECTRIC_DB_PASSWORD: 'el', BACKUP_PASSWORD: "b'ak" };
const ACCOUNT = '0190b8a0-0000-7000-8000-000000000001';

describe('postgres/roles.sql', () => {
  let dir: string;
  let postgres: EmbeddedPostgres;
  let admin: pg.Client;

  beforeAll(async () => {
    dir = await mkdtemp(path.join(os.tmpdir(), 'tomoshibi-roles-'));
    postgres = await startPostgres({ dir, durable: false });
    // The embedded cluster's superuser has the name of an ordinary login of ours.
    const first = await connect(postgres.url());
    await first.query(`CREATE ROLE postgres SUPERUSER LOGIN PASSWORD 'super'`);
    await first.end();
    admin = await connect(addressOf('postgres', 'super'));
    await admin.query('ALTER ROLE tomoshibi_owner RENAME TO bootstrap');
    await admin.query(filledIn(await readDeployed('postgres/roles.sql')));
  });
  afterAll(async () => {
    await admin.end();
    await postgres.stop();
    await rm(dir, { recursive: true, force: true });
  });

  const addressOf = (user: string, password: string): string => {
    const url = new URL(postgres.url());
    url.username = user;
    url.password = password;
    return url.href;
  };

  test('the owner migrates a database without being a superuser', async () => {
    const owner = addressOf('tomoshibi_owner', PASSWORDS.OWNER_PASSWORD);
    await migrateJobs(owner);
    expect(await migrate(owner)).toBeGreaterThan(0);
    await admin.query(
      `INSERT INTO account (account_id, email, created_at_ms, locale, role) VALUES ($1, 'a@example.test', 1, 'ja', 'user')`,
      [ACCOUNT],
    );
  });

  test("the server's login sees nothing until it takes a role, and then what the role sees", async () => {
    const server = await connect(addressOf('tomoshibi_server', PASSWORDS.APP_PASSWORD));
    await expect(server.query('SELECT 1 FROM account')).rejects.toThrow('permission denied');
    await server.query('BEGIN; SET LOCAL ROLE tomoshibi_account');
    expect((await server.query('SELECT 1 FROM account')).rowCount).toBe(0);
    await server.query('ROLLBACK; BEGIN; SET LOCAL ROLE tomoshibi_system');
    expect((await server.query('SELECT 1 FROM account')).rowCount).toBe(1);
    await server.query('ROLLBACK');
    await expect(server.query('SET ROLE tomoshibi_owner')).rejects.toThrow('permission denied');
    await server.end();
  });

  test("Electric's login makes its publication and slot, and reads rows past the policies", async () => {
    const engine = await createShapeEngine({
      databaseUrl: addressOf('tomoshibi_electric', PASSWORDS.ELECTRIC_DB_PASSWORD),
      port: 0,
      storageDir: null,
      dropsSlotOnClose: true,
    });
    try {
      const answer = await fetch(`${engine.url}/v1/shape?table=account&offset=-1`);
      expect(answer.status).toBe(200);
      expect(await answer.text()).toContain(ACCOUNT);
    } finally {
      await engine.close();
    }
    const electric = await connect(addressOf('tomoshibi_electric', PASSWORDS.ELECTRIC_DB_PASSWORD));
    await expect(electric.query('SET ROLE tomoshibi_owner')).rejects.toThrow('permission denied');
    await electric.end();
  });

  test("the backup's login reads every row, as pg_dump does, and writes none", async () => {
    const backup = await connect(addressOf('tomoshibi_backup', PASSWORDS.BACKUP_PASSWORD));
    // pg_dump sets this: an error, rather than a backup with rows missing.
    await backup.query('SET row_security = off');
    const { rows } = await backup.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    expect(rows.length).toBeGreaterThan(10);
    await backup.query(`BEGIN; ${rows.map(({ name }) => `LOCK TABLE ${name} IN ACCESS SHARE MODE`).join('; ')}`);
    for (const { name } of rows) await backup.query(`SELECT * FROM ${name}`);
    expect((await backup.query('SELECT 1 FROM account')).rowCount).toBe(1);
    await expect(backup.query(`UPDATE account SET locale = 'en'`)).rejects.toThrow('permission denied');
    await backup.end();
  });

  test('a restored database changes places with the old one in one transaction', async () => {
    await admin.query('CREATE DATABASE incoming');
    await admin.query('CREATE DATABASE standing');
    await expect(
      admin.query('BEGIN; ALTER DATABASE standing RENAME TO before; ALTER DATABASE missing RENAME TO standing'),
    ).rejects.toThrow('does not exist');
    await admin.query('ROLLBACK');
    await admin.query(
      'BEGIN; ALTER DATABASE standing RENAME TO before; ALTER DATABASE incoming RENAME TO standing; COMMIT',
    );
    const { rows } = await admin.query<{ datname: string }>(
      `SELECT datname FROM pg_database WHERE datname IN ('incoming', 'standing', 'before') ORDER BY datname`,
    );
    expect(rows.map(({ datname }) => datname)).toEqual(['before', 'standing']);
  });
});

describe('dashboard and alerts', () => {
  /** Made by Prometheus itself. */
  const PROMETHEUS_OWN = new Set(['up']);
  let cluster: TestCluster;
  let server: TestServer;
  let selectors: Selector[];

  beforeAll(async () => {
    cluster = await openTestCluster();
    server = await cluster.newServer({ env: { METRICS_TOKEN: 'a token of these tests' } });
    selectors = (await allExpressions()).flatMap(selectorsOf);
  });
  afterAll(() => cluster.close());

  test('name only series that the server exports', async () => {
    await server.signUp();
    expect((await server.app.inject('/v1/shapes/device?offset=-1')).statusCode).toBe(401);
    expect((await server.app.inject({ url: '/metrics', remoteAddress: '10.0.0.1' })).statusCode).toBe(404);
    const { statusCode, body } = await server.app.inject({
      url: '/metrics',
      remoteAddress: '10.0.0.1',
      headers: { authorization: 'Bearer a token of these tests' },
    });
    expect(statusCode).toBe(200);
    const exported = new Set(
      [...body.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', kind]) => {
        if (kind === 'histogram') return [`${name}_bucket`, `${name}_sum`, `${name}_count`];
        return kind === 'summary' ? [name, `${name}_sum`, `${name}_count`] : [name];
      }),
    );
    const unknown = selectors
      .map(({ metric }) => metric)
      .filter((name) => !exported.has(name) && !PROMETHEUS_OWN.has(name));
    expect(unknown).toEqual([]);
    expect(new Set(selectors.map(({ metric }) => metric)).size).toBeGreaterThan(15);
  });

  test('name only routes that the server has', () => {
    const routes = server.app.printRoutes({ commonPrefix: false });
    const wanted = selectors
      .flatMap(({ matchers }) => matchers)
      .filter(({ label }) => label === 'route')
      .flatMap(({ value }) => value.split('|'));
    expect(wanted.length).toBeGreaterThan(3);
    for (const route of wanted) {
      const isThere = route.endsWith('.*')
        ? routes.includes(route.slice(0, -'.*'.length))
        : ['GET', 'POST'].some((method) => server.app.hasRoute({ method, url: route }));
      expect(isThere, route).toBe(true);
    }
  });
});

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** As psql reads it: `\getenv name VARIABLE`, then `:'name'`. */
function filledIn(script: string): string {
  const values = new Map<string, string>();
  const sql = script.replaceAll(/^\\getenv (\w+) (\w+)$/gm, (_line, name: string, variable: string) => {
    const password = new Map(Object.entries(PASSWORDS)).get(variable);
    if (password === undefined) throw new Error(`nobody sets ${variable}`);
    values.set(name, password);
    return '';
  });
  return sql.replaceAll(/:'(\w+)'/g, (_whole, name: string) => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`${name} is not read from the environment`);
    return pg.escapeLiteral(value);
  });
}
