import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { API_KEY_SCOPES, isPermitted, PERMISSIONS, ROLES } from '#shared/account/permissions.ts';
import { serverContract } from '#shared/server/contract.ts';
import { openTestCluster, type TestAccount, type TestCluster, type TestServer } from '../server-harness.ts';

let cluster: TestCluster;
let server: TestServer;
beforeAll(async () => {
  cluster = await openTestCluster();
  server = await cluster.newServer();
});
afterAll(() => cluster.close());

const refused = (reason: string) => expect.objectContaining({ name: 'ProblemError', reason });
const DAY = 86_400_000;
const device = { name: 'test', platform: 'linux' };

describe('deleting an account', () => {
  test('can be undone for 30 days', async () => {
    const clocked = await cluster.newServer();
    const { client, password, email } = await clocked.signUp();
    await clocked.mails.next(email);
    await expect(client.account.requestDeletion({ password: 'not this one' })).rejects.toEqual(
      refused('wrong_credentials'),
    );
    const { deleteAfterMs } = await client.account.requestDeletion({ password });
    expect(deleteAfterMs).toBe(clocked.clock() + 30 * DAY);
    expect((await clocked.mails.next(email)).subject).toContain('削除します');
    clocked.clock.advance(29 * DAY);
    await runDeletion(clocked);
    const again = await clocked.client.auth.signIn({ email, password, device });
    if (again.kind !== 'signed_in') throw new Error('no');
    expect(await clocked.clientFor(again).account.undoDeletion({})).toMatchObject({ deleteAfterMs: null });
    clocked.clock.advance(2 * DAY);
    await runDeletion(clocked);
    expect(await clocked.client.auth.signIn({ email, password, device })).toMatchObject({ kind: 'signed_in' });
  });

  test('then takes everything, everywhere, and leaves a receipt that leads to nobody', async () => {
    const clocked = await cluster.newServer();
    const person = await clocked.signUp();
    const bystander = await clocked.signUp();
    await clocked.mails.next(person.email);
    await person.client.auth.createApiKey({ name: 'key', scopes: ['llm.use'] });
    await person.client.account.requestDeletion({ password: person.password });
    await clocked.mails.next(person.email);
    clocked.clock.advance(30 * DAY + 1);
    await runDeletion(clocked);
    const mail = await clocked.mails.next(person.email);
    expect(mail.subject).toContain('削除しました');
    const [receipt] = await clocked.query('SELECT * FROM deletion_receipt');
    expect(mail.text).toContain(String(receipt?.['receipt_id']));
    expect(receipt?.['row_counts']).toMatchObject({ account: 1, credential: 1, device: 1, session: 1, api_key: 1 });

    const everything = await dumpOf(clocked);
    expect(everything).not.toContain(person.email);
    expect(everything).toContain(bystander.email);
    for (const table of await personalTables(clocked))
      expect(
        (await clocked.query(`SELECT 1 FROM ${table} WHERE account_id = $1`, [person.accountId])).length,
        table,
      ).toBe(0);
    // The log keeps that it happened, and holds.
    const details = await clocked.query('SELECT detail FROM audit_log WHERE subject_id = $1', [person.accountId]);
    expect(details.length).toBeGreaterThan(2);
    expect(details.every((row) => row['detail'] === null)).toBe(true);
    expect(await clocked.context.audit.verify()).toMatchObject({ kind: 'whole' });
    await expect(
      clocked.client.auth.signIn({ email: person.email, password: person.password, device }),
    ).rejects.toEqual(refused('wrong_credentials'));
  });
});

test('an export is one archive with everything of the account, no secrets, and nothing of others', async () => {
  const person = await server.signUp();
  const other = await server.signUp();
  await person.client.account.update({ displayName: '輸出する人' });
  const { key } = await person.client.auth.createApiKey({ name: 'key', scopes: ['llm.use'] });
  const response = await server.app.inject({ url: '/v1/account/export', headers: person.headers });
  expect(response.headers['content-type']).toBe('application/gzip');
  const folder = await mkdtemp(path.join(os.tmpdir(), 'tomoshibi-export-'));
  try {
    await writeFile(path.join(folder, 'a.tar.gz'), response.rawPayload);
    execFileSync('tar', ['-xzf', 'a.tar.gz'], { cwd: folder });
    const lines = async (table: string) =>
      (await readFile(path.join(folder, `${table}.jsonl`), 'utf8'))
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as object);
    expect(await lines('account')).toEqual([
      expect.objectContaining({ email: person.email, display_name: '輸出する人' }),
    ]);
    expect(await lines('device')).toHaveLength(1);
    expect(await lines('api_key')).toHaveLength(1);
    expect(JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8'))).toMatchObject({
      version: 1,
      accountId: person.accountId,
    });
    const all = execFileSync('sh', ['-c', 'cat *.jsonl'], { cwd: folder, encoding: 'utf8' });
    for (const secret of [key, '$argon2', other.email, other.accountId, 'secret_hash', 'token_hash'])
      expect(all).not.toContain(secret);
  } finally {
    await rm(folder, { recursive: true });
  }
});

describe('roles', () => {
  test('each may do all that the one before may; only admins grant roles; keys are never given more than a user', () => {
    const granted = ROLES.map((role) => PERMISSIONS.filter((permission) => isPermitted(permission, role, null)));
    granted.reduce((before, after) => {
      expect(after).toEqual(expect.arrayContaining(before));
      expect(after.length).toBeGreaterThan(before.length);
      return after;
    });
    expect(ROLES.filter((role) => isPermitted('role.grant', role, null))).toEqual(['admin']);
    for (const scope of API_KEY_SCOPES) {
      expect(isPermitted(scope, 'user', null)).toBe(true);
      expect(PERMISSIONS.filter((permission) => isPermitted(permission, 'admin', [scope]))).toEqual([scope]);
    }
  });

  test('every call of the contract refuses whoever lacks its permission', async () => {
    const people = new Map<string, TestAccount>();
    for (const role of ROLES) people.set(role, await server.signUp({ role }));
    for (const [feature, routes] of Object.entries(serverContract)) {
      for (const [name, route] of Object.entries(routes)) {
        // Signing out would end the sessions that the rest needs.
        if (route.access === 'public' || name === 'signOut') continue;
        const url = route.path.replaceAll(/:\w+/g, crypto.randomUUID());
        const call = (headers: Record<string, string>) =>
          server.app.inject({ method: route.method, url, headers, payload: {} });
        expect((await call({})).statusCode, `${feature}.${name}`).toBe(401);
        for (const [role, person] of people) {
          const { statusCode } = await call(person.headers);
          const mayNot = !isPermitted(route.access, role as 'user', null);
          expect(statusCode === 403, `${feature}.${name} by ${role}: ${statusCode}`).toBe(mayNot);
        }
      }
    }
  });

  test('a role is granted by an admin, counts from the next sign-in, and ends the tokens of the old one', async () => {
    const admin = await server.signUp({ role: 'admin' });
    const person = await server.signUp();
    await admin.client.account.setRole({ accountId: person.tokens.accountId, role: 'moderator' });
    await expect
      .poll(() => person.client.account.read({}).catch((error: { reason: string }) => error.reason))
      .toBe('session_revoked');
    const again = await server.client.auth.signIn({ email: person.email, password: person.password, device });
    if (again.kind !== 'signed_in') throw new Error('no');
    expect(await server.clientFor(again).account.read({})).toMatchObject({ role: 'moderator' });
    const [entry] = await admin.client.account.auditLog({ subjectId: person.tokens.accountId });
    const setRole = (await admin.client.account.auditLog({ subjectId: person.tokens.accountId })).find(
      (each) => each.action === 'account.set_role',
    );
    expect(entry?.action).toBe('auth.sign_in');
    expect(setRole).toMatchObject({
      actorId: admin.accountId,
      detail: {
        before: { role: 'user' },
        after: { role: 'moderator' },
        address: expect.any(String),
        agent: expect.any(String),
      },
    });
  });

  test('a suspended account is out at once, cannot come in, nor through its keys, until reinstated', async () => {
    const moderator = await server.signUp({ role: 'moderator' });
    const admin = await server.signUp({ role: 'admin' });
    const person = await server.signUp();
    const { key } = await person.client.auth.createApiKey({ name: 'key', scopes: ['account.read'] });
    const byKey = async () =>
      (await server.app.inject({ url: '/v1/account', headers: { authorization: `Bearer ${key}` } })).statusCode;
    expect(await byKey()).toBe(200);
    const { accountId } = person.tokens;
    await moderator.client.account.suspend({ accountId, reason: '規約違反' });
    await expect
      .poll(() => person.client.account.read({}).catch((error: { reason: string }) => error.reason))
      .toBe('session_revoked');
    await expect.poll(byKey).toBe(403);
    await expect(server.client.auth.signIn({ email: person.email, password: person.password, device })).rejects.toEqual(
      refused('account_suspended'),
    );
    await expect(moderator.client.account.suspend({ accountId: admin.tokens.accountId, reason: 'x' })).rejects.toEqual(
      refused('forbidden'),
    );
    await moderator.client.account.reinstate({ accountId });
    expect(await server.client.auth.signIn({ email: person.email, password: person.password, device })).toMatchObject({
      kind: 'signed_in',
    });
  });
});

describe('the audit log', () => {
  test('holds under many writers at once, and an admin can check it', async () => {
    const people = await Promise.all([1, 2, 3].map(() => server.signUp()));
    await Promise.all(
      people.flatMap(({ client }) => [1, 2, 3].map((n) => client.account.update({ displayName: `${n}` }))),
    );
    const admin = await server.signUp({ role: 'admin' });
    const state = await admin.client.account.verifyAuditLog({});
    expect(state).toMatchObject({ kind: 'whole', headHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  test('cannot be changed, emptied or shortened, not even by the owner', async () => {
    for (const statement of [
      `UPDATE audit_log SET action = 'x' WHERE seq = 1`,
      'DELETE FROM audit_log WHERE seq = 1',
      'TRUNCATE audit_log',
    ])
      await expect(server.query(statement)).rejects.toThrow('append-only');
  });

  test.each([
    ['an entry changed', `UPDATE audit_log SET action = 'auth.sign_out' WHERE seq = 2`, 2],
    ['its detail changed', `UPDATE audit_log SET detail = '{"address":"192.0.2.1"}' WHERE seq = 2`, 2],
    ['an entry taken out', 'DELETE FROM audit_log WHERE seq = 2', 3],
    [
      'two entries swapped',
      'UPDATE audit_log SET seq = CASE seq WHEN 1 THEN -2 ELSE -1 END WHERE seq IN (1, 2); UPDATE audit_log SET seq = -seq WHERE seq < 0',
      1,
    ],
  ])('%s, by somebody who switched the guards off, is found', async (_what, statement, seq) => {
    const other = await cluster.newServer();
    await other.signUp();
    await other.signUp();
    await other.query(`ALTER TABLE audit_log DISABLE TRIGGER USER; ${statement}`);
    expect(await other.context.audit.verify()).toEqual({ kind: 'broken', seq });
  });
});

/** Runs the job that deletes what is due, and waits for it. */
async function runDeletion(on: TestServer): Promise<void> {
  await on.query(`SELECT graphile_worker.add_job('account:delete_due', max_attempts => 1)`);
  await expect
    .poll(async () => (await on.query('SELECT count(*)::int AS n FROM graphile_worker.jobs'))[0], { timeout: 10_000 })
    .toEqual({ n: 0 });
}

async function personalTables(on: TestServer): Promise<string[]> {
  const rows = await on.query(
    `SELECT table_name FROM information_schema.columns WHERE column_name = 'account_id' AND table_schema = 'public'`,
  );
  return rows.map((row) => String(row['table_name']));
}

/** Every row of every table, as text. */
async function dumpOf(on: TestServer): Promise<string> {
  const tables = await on.query(
    `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
     WHERE table_schema IN ('public', 'graphile_worker') AND table_type = 'BASE TABLE'`,
  );
  const parts: string[] = [];
  for (const { name } of tables) parts.push(JSON.stringify(await on.query(`SELECT t::text FROM ${String(name)} t`)));
  return parts.join('\n');
}
