import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestCluster, type TestAccount, type TestCluster, type TestServer } from '../server-harness.ts';

let cluster: TestCluster;
let server: TestServer;
let owner: TestAccount;
let stranger: TestAccount;
let tables: readonly string[];

beforeAll(async () => {
  cluster = await openTestCluster();
  server = await cluster.newServer();
  owner = await server.signUp();
  stranger = await server.signUp();
  for (const person of [owner, stranger]) {
    const { client, email, password } = person;
    await client.auth.createApiKey({ name: 'key', scopes: ['sync.read'] });
    await client.auth.beginPasskey({ password });
    await server.query(`INSERT INTO passkey VALUES (gen_random_uuid(), $1, $2, '\\x00', 0, '{}', 'key', 0)`, [
      person.accountId,
      email,
    ]);
    await client.auth.requestReset({ email });
    await server.mails.next(email);
    await server.mails.next(email);
  }
  const rows = await server.query(
    `SELECT c.table_name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.column_name = 'account_id' AND c.table_schema = 'public' AND t.table_type = 'BASE TABLE' ORDER BY 1`,
  );
  tables = rows.map((row) => String(row['table_name']));
});
afterAll(() => cluster.close());

test('there are personal tables, and each of accounts has rows of both', async () => {
  const filled = [
    'account',
    'api_key',
    'credential',
    'device',
    'one_time_code',
    'passkey',
    'passkey_challenge',
    'refresh_token',
    'session',
  ];
  expect(tables).toEqual(expect.arrayContaining(filled));
  for (const table of filled) {
    const rows = await server.query(`SELECT count(DISTINCT account_id)::int AS n FROM ${table}`);
    expect(rows[0], table).toEqual({ n: 2 });
  }
});

test('row-level security is on and forced on every personal table, and each row ends with its account', async () => {
  for (const table of tables) {
    const [state] = await server.query(
      `SELECT relrowsecurity, relforcerowsecurity,
         (SELECT count(*)::int FROM pg_policy WHERE polrelid = c.oid) AS policies,
         (SELECT confdeltype FROM pg_constraint WHERE conrelid = c.oid AND confrelid = 'account'::regclass AND contype = 'f') AS on_delete
       FROM pg_class c WHERE c.oid = $1::regclass`,
      [table],
    );
    expect(state, table).toEqual({
      relrowsecurity: true,
      relforcerowsecurity: true,
      policies: 2,
      on_delete: table === 'account' ? null : 'c',
    });
  }
});

test('on every personal table: another account’s rows can be neither seen, changed, taken nor made', async () => {
  for (const table of tables) {
    const before = await server.query(`SELECT count(*)::int AS n FROM ${table} WHERE account_id = $1`, [
      owner.accountId,
    ]);
    const attempts = [
      `SELECT count(*)::int AS n FROM ${table} WHERE account_id = '${owner.accountId}'`,
      `SELECT count(*)::int AS n FROM ${table} WHERE account_id <> '${stranger.accountId}'`,
      `WITH hit AS (UPDATE ${table} SET account_id = account_id WHERE account_id = '${owner.accountId}' RETURNING 1) SELECT count(*)::int AS n FROM hit`,
      `WITH hit AS (DELETE FROM ${table} WHERE account_id = '${owner.accountId}' RETURNING 1) SELECT count(*)::int AS n FROM hit`,
    ];
    for (const attempt of attempts) expect(await asStranger(attempt), attempt).toBeOneOf(['denied', 0]);
    // Giving one's own rows to somebody else is refused outright, or there is nothing to give.
    expect(await asStranger(`UPDATE ${table} SET account_id = '${owner.accountId}'`)).toBeOneOf(['denied', undefined]);
    expect(
      await asStranger(
        `INSERT INTO ${table} SELECT (jsonb_populate_record(t, '{"account_id": "${owner.accountId}"}')).* FROM ${table} t`,
      ),
    ).toBeOneOf(['denied', undefined]);
    const after = await server.query(`SELECT count(*)::int AS n FROM ${table} WHERE account_id = $1`, [
      owner.accountId,
    ]);
    expect(after, table).toEqual(before);
  }
});

test('without an account nobody’s rows are anybody’s', async () => {
  const client = await connect();
  try {
    for (const table of tables) {
      await client.query('BEGIN; SET LOCAL ROLE tomoshibi_account');
      const found = await client.query(`SELECT count(*)::int AS n FROM ${table}`).then(
        ({ rows }) => (rows as { n: number }[])[0]?.n,
        () => 'denied',
      );
      await client.query('ROLLBACK');
      expect(found, table).toBeOneOf(['denied', 0]);
    }
  } finally {
    await client.end();
  }
});

describe('the server’s own login', () => {
  test.each([
    ['reads nothing before it takes a role', 'SELECT * FROM account'],
    ['creates nothing', 'CREATE TABLE mine (a int)'],
    ['does not become the owner', 'SET ROLE tomoshibi_owner'],
    ['does not switch row security off', 'ALTER TABLE account DISABLE ROW LEVEL SECURITY'],
    ['reads no files', `SELECT pg_read_file('/etc/passwd')`],
  ])('%s', async (_what, statement) => {
    const client = await connect();
    await expect(client.query(statement)).rejects.toThrow(/permission denied|must be owner/);
    await client.end();
  });

  test.each([
    ['changes the audit log', `UPDATE audit_log SET action = 'x'`],
    ['empties it', 'DELETE FROM audit_log'],
    ['writes it by hand', `INSERT INTO audit_log (seq) VALUES (1)`],
    ['touches the queue but by its doors', 'SELECT * FROM graphile_worker._private_jobs'],
    ['changes the migrations', 'DELETE FROM applied_migration'],
  ])('not even as the system role it %s', async (_what, statement) => {
    const client = await connect();
    await client.query('SET ROLE tomoshibi_system');
    await expect(client.query(statement)).rejects.toThrow('permission denied');
    await client.end();
  });
});

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: server.database.appUrl });
  await client.connect();
  return client;
}

/** Runs a statement as the other account, and undoes it: its number `n`, or 'denied'. */
async function asStranger(statement: string): Promise<unknown> {
  const client = await connect();
  try {
    await client.query(`BEGIN; SET LOCAL ROLE tomoshibi_account; SET LOCAL app.account_id = '${stranger.accountId}'`);
    const { rows } = await client.query<{ n?: number }>(statement);
    return rows[0]?.n;
  } catch (error) {
    if (error instanceof Error && /permission denied|row-level security|duplicate key/.test(error.message))
      return 'denied';
    throw error;
  } finally {
    await client.query('ROLLBACK');
    await client.end();
  }
}
